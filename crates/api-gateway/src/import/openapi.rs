//! The document: which format it is in, what it says of the whole API, and its paths.
//! <https://spec.openapis.org/oas/v3.0.1>, <https://spec.openapis.org/oas/v2.0>
//!
//! What must stay true: a strictly read operation is checked by compiling it exactly as a deployment will, so what imports also
//! deploys.

use indexmap::IndexMap;

use super::definition::{Parsed, ParsedModel};
use super::document::{Node, NodeValue};
use super::path_item::path_item;
use super::reader::{
    Fields, Format, Located, Reader, list, map, optional_map, optional_number, optional_text, optional_texts,
    required, text,
};
use super::security::Scheme;
use super::tree::check_path;
use super::{ImportOptions, ImportProblem, Place, extension, schema, security};
use crate::model::RequestValidator;

const ROOT_KEYS: &[&str] = &[
    "openapi",
    "swagger",
    "info",
    "paths",
    "servers",
    "components",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "security",
    "tags",
    "externalDocs",
    "webhooks",
    "jsonSchemaDialect",
    "x-amazon-apigateway-api-key-source",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-minimum-compression-size",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-request-validators",
];
const ROOT_KEYS_IDLE: &[&str] = &["x-amazon-apigateway-cors"];
/// What Swagger takes when a definition says neither what it consumes nor what it produces.
const DEFAULT_MEDIA_TYPE: &str = "application/json";
/// The largest answer that may be left uncompressed: 10 MB = 10 * 1024 * 1024 bytes.
const MINIMUM_COMPRESSION_ALLOWED: &str = "a whole number of bytes, 0 to 10485760";

/// A definition while its paths are read.
pub(super) struct Api<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) models: IndexMap<String, ParsedModel>,
    pub(super) schemes: IndexMap<String, Scheme>,
    /// The requirement of every operation that has none of its own.
    pub(super) security: Option<&'a Node>,
    pub(super) request_validators: IndexMap<String, RequestValidator>,
    /// The validator of every operation that names none of its own.
    pub(super) request_validator: Option<String>,
    /// Media types of Swagger operations that name none of their own.
    pub(super) consumes: Vec<String>,
    pub(super) produces: Vec<String>,
}

pub(super) fn read(root: &Node, options: ImportOptions) -> Result<Parsed, Located> {
    let top =
        map(root, "the definition").map_err(|(place, _)| not_open_api(place, "the file is not a map"))?;
    let format = format_of(top, root.place)?;
    let mut reader = Reader { root, format, options, warnings: Vec::new() };
    let (title, description, version) = info(top, root.place)?;
    reader.warn_unknown(top, "the definition", ROOT_KEYS, ROOT_KEYS_IDLE);
    let (schemes, authorizers) = security::schemes(&mut reader, top)?;
    let mut parsed = Parsed {
        title,
        description,
        version,
        binary_media_types: optional_texts(top, "x-amazon-apigateway-binary-media-types")?,
        minimum_compression_size: optional_number(
            top,
            "x-amazon-apigateway-minimum-compression-size",
            MINIMUM_COMPRESSION_ALLOWED,
        )?,
        api_key_source: extension::api_key_source(top)?,
        policy: extension::policy(top)?,
        endpoint: extension::endpoint(top)?,
        tags: extension::tags(top)?,
        gateway_responses: extension::gateway_responses(&mut reader, top)?,
        documentation_parts: extension::documentation_parts(top)?,
        authorizers,
        ..Parsed::default()
    };
    let mut api = Api {
        models: schema::named(&mut reader, top)?,
        schemes,
        security: top.get("security").map(|member| &member.node),
        request_validators: extension::request_validators(&mut reader, top)?,
        request_validator: optional_text(top, "x-amazon-apigateway-request-validator")?,
        consumes: media_types(top, "consumes")?,
        produces: media_types(top, "produces")?,
        reader,
    };
    let prefix = options.base_path.prefix(&base_path(&api.reader, top)?);
    let paths = &required(top, "paths", "the definition", root.place)?.node;
    let mut seen = Vec::new();
    for (path, member) in map(paths, "paths")? {
        if path.starts_with("x-") {
            continue;
        }
        check_path(path, &mut seen).map_err(|problem| (member.key_place, problem))?;
        let whole =
            if path == "/" && !prefix.is_empty() { prefix.clone() } else { format!("{prefix}{path}") };
        let methods = path_item(&mut api, &whole, &member.node)?;
        parsed.paths.insert(whole, methods);
    }
    parsed.models = api.models;
    parsed.request_validators = api.request_validators;
    parsed.warnings = api.reader.warnings;
    Ok(parsed)
}

fn format_of(top: &Fields, place: Place) -> Result<Format, Located> {
    if let Some(member) = top.get("swagger") {
        let version = text(&member.node, "swagger")?;
        return match version {
            "2.0" | "2" => Ok(Format::Swagger2),
            _ => Err(not_open_api(member.node.place, &format!("Swagger version '{version}' is not 2.0"))),
        };
    }
    let Some(member) = top.get("openapi") else {
        return Err(not_open_api(
            place,
            "there is no 'openapi' or 'swagger' version; begin the file with openapi: 3.0.1",
        ));
    };
    let version = text(&member.node, "openapi")?;
    if version.starts_with('3') {
        return Ok(Format::OpenApi3);
    }
    Err(not_open_api(member.node.place, &format!("OpenAPI version '{version}' is not 3.x")))
}

type Info = (String, Option<String>, Option<String>);

fn info(top: &Fields, place: Place) -> Result<Info, Located> {
    let node = &required(top, "info", "the definition", place)?.node;
    let info = map(node, "info")?;
    let title = text(&required(info, "title", "'info'", node.place)?.node, "title")?;
    Ok((title.to_owned(), optional_text(info, "description")?, optional_text(info, "version")?))
}

fn media_types(top: &Fields, field: &str) -> Result<Vec<String>, Located> {
    let named = optional_texts(top, field)?.filter(|named| !named.is_empty());
    Ok(named.unwrap_or_else(|| vec![DEFAULT_MEDIA_TYPE.to_owned()]))
}

/// What precedes all paths where the definition's author serves it: `/v1` of `https://example.com/v1`.
fn base_path(reader: &Reader<'_>, top: &Fields) -> Result<String, Located> {
    if reader.format == Format::Swagger2 {
        return Ok(optional_text(top, "basePath")?.unwrap_or_default());
    }
    let Some(member) = top.get("servers") else { return Ok(String::new()) };
    let Some(server) = list(&member.node, "servers")?.first() else { return Ok(String::new()) };
    let server = map(server, "servers")?;
    let mut url = optional_text(server, "url")?.unwrap_or_default();
    for (name, variable) in optional_map(server, "variables")?.into_iter().flatten() {
        if let NodeValue::Map(fields) = &variable.node.value {
            let default = optional_text(fields, "default")?.unwrap_or_default();
            url = url.replace(&format!("{{{name}}}"), &default);
        }
    }
    let after_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    Ok(after_scheme.find('/').map_or(String::new(), |at| after_scheme[at..].to_owned()))
}

fn not_open_api(place: Place, message: &str) -> Located {
    (place, ImportProblem::NotOpenApi(message.to_owned()))
}
