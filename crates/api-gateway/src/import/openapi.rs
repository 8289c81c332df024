//! OpenAPI 3: the document, its path items, operations, parameters and responses.
//! <https://spec.openapis.org/oas/v3.0.1>
//!
//! What must stay true: an operation is checked by compiling it exactly as a deployment will, so what imports also deploys.

use indexmap::IndexMap;

use super::definition::Parsed;
use super::document::{Member, Node};
use super::extension::{self, FieldPlaces};
use super::reader::{Located, Reader, boolean, list, map, optional_text, text};
use super::tree::check_path;
use super::{ImportProblem, Place};
use crate::compile;
use crate::model::{AuthorizationType, HttpVerb, Method, MethodResponse};

const ROOT_KEYS: &[&str] = &[
    "openapi",
    "info",
    "paths",
    "servers",
    "components",
    "tags",
    "externalDocs",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-gateway-responses",
];
const ROOT_KEYS_IDLE: &[&str] = &[
    "x-amazon-apigateway-request-validators",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-api-key-source",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-minimum-compression-size",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-cors",
];
const OPERATION_KEYS: &[&str] = &[
    "operationId",
    "summary",
    "description",
    "tags",
    "externalDocs",
    "deprecated",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-auth",
];
const OPERATION_KEYS_IDLE: &[&str] = &["callbacks", "x-amazon-apigateway-request-validator"];
const PATH_ITEM_KEYS: &[&str] = &[
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "x-amazon-apigateway-any-method",
    "parameters",
    "summary",
    "description",
    "servers",
    "$ref",
];

pub(super) fn read(root: &Node) -> Result<Parsed, Located> {
    let mut reader = Reader { root, warnings: Vec::new() };
    let top =
        map(root, "the definition").map_err(|(place, _)| not_open_api(place, "the file is not a map"))?;
    check_version(top, root.place)?;
    let (title, description, version) = info(top, root.place)?;
    reader.warn_unknown(top, "the definition", ROOT_KEYS, ROOT_KEYS_IDLE);
    if let Some(security) = top.get("security") {
        refuse_security(&security.node)?;
    }
    let paths_node = &required(top, "paths", "the definition", root.place)?.node;
    let mut seen = Vec::new();
    let mut paths = IndexMap::new();
    for (path, member) in map(paths_node, "paths")? {
        if path.starts_with("x-") {
            continue;
        }
        check_path(path, &mut seen).map_err(|problem| (member.key_place, problem))?;
        paths.insert(path.clone(), path_item(&mut reader, path, &member.node)?);
    }
    Ok(Parsed {
        title,
        description,
        version,
        binary_media_types: extension::binary_media_types(top)?,
        gateway_responses: extension::gateway_responses(&mut reader, top)?,
        paths,
        warnings: reader.warnings,
    })
}

fn check_version(top: &IndexMap<String, Member>, place: Place) -> Result<(), Located> {
    if let Some(member) = top.get("swagger") {
        return Err(not_open_api(
            member.key_place,
            "Swagger 2.0 is not supported yet; export the API as OpenAPI 3 (oas30)",
        ));
    }
    let Some(member) = top.get("openapi") else {
        return Err(not_open_api(place, "there is no 'openapi' version; begin the file with openapi: 3.0.1"));
    };
    let version = text(&member.node, "openapi")?;
    if version.starts_with('3') {
        return Ok(());
    }
    Err(not_open_api(member.node.place, &format!("OpenAPI version '{version}' is not 3.x")))
}

type Info = (String, Option<String>, Option<String>);

fn info(top: &IndexMap<String, Member>, place: Place) -> Result<Info, Located> {
    let node = &required(top, "info", "the definition", place)?.node;
    let info = map(node, "info")?;
    let title = text(&required(info, "title", "'info'", node.place)?.node, "title")?;
    Ok((title.to_owned(), optional_text(info, "description")?, optional_text(info, "version")?))
}

fn path_item<'a>(
    reader: &mut Reader<'a>,
    path: &str,
    node: &'a Node,
) -> Result<IndexMap<HttpVerb, Method>, Located> {
    let item = map(node, path)?;
    reader.warn_unknown(item, &format!("path '{path}'"), PATH_ITEM_KEYS, &["trace"]);
    if let Some(reference) = item.get("$ref") {
        reader.warn(reference.key_place, "a '$ref' to a whole path item is not supported and has no effect");
    }
    let mut methods = IndexMap::new();
    for (key, member) in item {
        let verb = match key.as_str() {
            "x-amazon-apigateway-any-method" => HttpVerb::Any,
            other => match other.to_ascii_uppercase().parse() {
                Ok(verb) if other != "any" => verb,
                _ => continue,
            },
        };
        let operation = operation(reader, path, verb, &member.node, item.get("parameters"))?;
        methods.insert(verb, operation);
    }
    Ok(methods)
}

fn operation<'a>(
    reader: &mut Reader<'a>,
    path: &str,
    verb: HttpVerb,
    node: &'a Node,
    shared_parameters: Option<&'a Member>,
) -> Result<Method, Located> {
    let operation = map(node, verb.as_str())?;
    let within = format!("{verb} {path}");
    reader.warn_unknown(operation, &within, OPERATION_KEYS, OPERATION_KEYS_IDLE);
    if let Some(security) = operation.get("security") {
        refuse_security(&security.node)?;
    }
    let mut method = Method {
        authorization_type: authorization(operation)?,
        operation_name: optional_text(operation, "operationId")?,
        ..Method::default()
    };
    for parameters in [shared_parameters, operation.get("parameters")].into_iter().flatten() {
        read_parameters(reader, &parameters.node, &mut method)?;
    }
    if let Some(responses) = operation.get("responses") {
        read_responses(reader, &responses.node, &mut method)?;
    }
    let mut places = FieldPlaces::new(node.place);
    match operation.get("x-amazon-apigateway-integration") {
        None => reader.warn(
            node.place,
            format!("{within} has no 'x-amazon-apigateway-integration'; the API cannot be deployed until it has one"),
        ),
        Some(member) => {
            let integration = extension::integration(reader, &within, &member.node, &mut places)?;
            extension::warn_of_undeclared_responses(reader, &within, &method, &integration, &places);
            method.method_integration = Some(integration);
            compile::check_method(path, verb, &method).map_err(|problem| {
                let place = places.of(&problem.field);
                (place, ImportProblem::Method(problem))
            })?;
        }
    }
    Ok(method)
}

fn read_parameters<'a>(reader: &mut Reader<'a>, node: &'a Node, method: &mut Method) -> Result<(), Located> {
    for item in list(node, "parameters")? {
        let resolved = reader.resolve(item)?;
        let parameter = map(resolved, "parameters")?;
        let name = text(&required(parameter, "name", "a parameter", resolved.place)?.node, "name")?;
        let location = &required(parameter, "in", "a parameter", resolved.place)?.node;
        let location = match text(location, "in")? {
            "path" => "path",
            "query" => "querystring",
            "header" => "header",
            "cookie" => {
                reader.warn(
                    location.place,
                    format!("cookie parameter '{name}' has no effect: API Gateway has none"),
                );
                continue;
            }
            other => {
                let (field, allowed) = ("in", "path, query or header");
                let value = other.to_owned();
                return Err((location.place, ImportProblem::NotAllowed { field, value, allowed }));
            }
        };
        let is_required =
            parameter.get("required").map(|member| boolean(&member.node, "required")).transpose()?;
        method
            .request_parameters
            .insert(format!("method.request.{location}.{name}"), is_required.unwrap_or(location == "path"));
    }
    Ok(())
}

fn read_responses<'a>(reader: &mut Reader<'a>, node: &'a Node, method: &mut Method) -> Result<(), Located> {
    for (status, member) in map(node, "responses")? {
        if status.starts_with("x-") {
            continue;
        }
        if !(status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())) {
            reader.warn(
                member.key_place,
                format!("response '{status}' has no effect: API Gateway declares responses by status"),
            );
            continue;
        }
        let resolved = reader.resolve(&member.node)?;
        let response = map(resolved, status)?;
        let mut declared = MethodResponse::default();
        if let Some(headers) = response.get("headers") {
            for name in map(&headers.node, "headers")?.keys() {
                declared.response_parameters.insert(format!("method.response.header.{name}"), false);
            }
        }
        if let Some(content) = response.get("content") {
            for media_type in map(&content.node, "content")?.keys() {
                declared.response_models.insert(media_type.clone(), "Empty".to_owned());
            }
        }
        method.method_responses.insert(status.clone(), declared);
    }
    Ok(())
}

fn authorization(operation: &IndexMap<String, Member>) -> Result<AuthorizationType, Located> {
    let Some(member) = operation.get("x-amazon-apigateway-auth") else { return Ok(AuthorizationType::None) };
    let auth = map(&member.node, "x-amazon-apigateway-auth")?;
    match optional_text(auth, "type")?.as_deref() {
        None | Some("NONE" | "none") => Ok(AuthorizationType::None),
        Some("AWS_IAM" | "aws_iam") => Ok(AuthorizationType::AwsIam),
        Some(other) => {
            let (field, allowed) = ("x-amazon-apigateway-auth.type", "NONE or AWS_IAM");
            Err((member.node.place, ImportProblem::NotAllowed { field, value: other.to_owned(), allowed }))
        }
    }
}

/// A security requirement that had no effect would leave a method open that its author believes closed.
fn refuse_security(node: &Node) -> Result<(), Located> {
    if list(node, "security")?.is_empty() {
        return Ok(());
    }
    let (field, value) = ("security", "a security requirement".to_owned());
    let allowed = "an empty list: API keys and authorizers are not supported yet";
    Err((node.place, ImportProblem::NotAllowed { field, value, allowed }))
}

pub(super) fn required<'a>(
    owner: &'a IndexMap<String, Member>,
    field: &'static str,
    within: &str,
    place: Place,
) -> Result<&'a Member, Located> {
    owner.get(field).ok_or_else(|| (place, ImportProblem::Missing { field, within: within.to_owned() }))
}

fn not_open_api(place: Place, message: &str) -> Located {
    (place, ImportProblem::NotOpenApi(message.to_owned()))
}
