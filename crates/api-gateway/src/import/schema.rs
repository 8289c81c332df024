//! Models out of a definition: its named schemas, and those that a body or a response writes in place.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>
//!
//! What must stay true: a model's name is letters and digits; a schema written in place gets the same name each time it is
//! imported, because the name is made of the schema.

use indexmap::IndexMap;

use super::definition::ParsedModel;
use super::document::{Node, NodeValue};
use super::reader::{Fields, Format, Located, Reader, map, optional_map, text};
use crate::json::Json;

/// How OpenAPI 3 refers to a schema, and how every reference between parsed models is written.
pub(super) const OPENAPI_SCHEMAS: &str = "#/components/schemas/";
const SWAGGER_SCHEMAS: &str = "#/definitions/";

/// All named schemas of the definition.
pub(super) fn named(reader: &mut Reader<'_>, top: &Fields) -> Result<IndexMap<String, ParsedModel>, Located> {
    let mut models = IndexMap::new();
    let schemas = match reader.format {
        Format::Swagger2 => optional_map(top, "definitions")?,
        Format::OpenApi3 => match optional_map(top, "components")? {
            Some(components) => optional_map(components, "schemas")?,
            None => None,
        },
    };
    for (name, member) in schemas.into_iter().flatten() {
        if !is_model_name(name) {
            reader.warn_as_aws(member.key_place, format!("Model name must be alphanumeric: {name}"));
            continue;
        }
        models.insert(name.clone(), model(&member.node));
    }
    Ok(models)
}

/// The name of the model that a schema is, made when the schema is written in place. `at` is where, in the words of Amazon's
/// warnings: `paths.'/a'(get).responses.200.content`.
pub(super) fn name_of(
    reader: &mut Reader<'_>,
    models: &mut IndexMap<String, ParsedModel>,
    schema: &Node,
    at: &str,
) -> Result<Option<String>, Located> {
    let fields = map(schema, "schema")?;
    let Some(reference) = fields.get("$ref") else {
        let model = model(schema);
        let name = name_in_place(&model, models);
        models.insert(name.clone(), model);
        return Ok(Some(name));
    };
    let target = text(&reference.node, "$ref")?;
    let section = if reader.format == Format::Swagger2 { SWAGGER_SCHEMAS } else { OPENAPI_SCHEMAS };
    let name = target.strip_prefix(section).unwrap_or(target);
    if models.contains_key(name) {
        return Ok(Some(name.to_owned()));
    }
    let message = match reader.format {
        Format::Swagger2 => format!("Reference to model '{name}' not found. Ignoring."),
        Format::OpenApi3 => format!("Parse issue: attribute {at}.schema.{target} is missing"),
    };
    reader.warn_as_aws(reference.node.place, message);
    Ok(None)
}

/// Whether a model may have the name.
pub(crate) fn is_model_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn model(node: &Node) -> ParsedModel {
    let description = match &node.value {
        NodeValue::Map(fields) => match fields.get("description").map(|member| &member.node.value) {
            Some(NodeValue::String(text)) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let mut schema = node.to_json();
    change_references(&mut schema, &|target| {
        target.strip_prefix(SWAGGER_SCHEMAS).map(|name| format!("{OPENAPI_SCHEMAS}{name}"))
    });
    ParsedModel { description, schema }
}

/// Writes every `$ref` of a schema anew for which `change` has another text.
pub(crate) fn change_references(schema: &mut Json, change: &impl Fn(&str) -> Option<String>) {
    match schema {
        Json::Object(members) => {
            for (key, value) in members {
                match value {
                    Json::String(target) if key == "$ref" => {
                        if let Some(changed) = change(target) {
                            *target = changed;
                        }
                    }
                    other => change_references(other, change),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| change_references(item, change)),
        _ => {}
    }
}

/// `MODEL` and six digits, as Amazon API Gateway names them.
fn name_in_place(model: &ParsedModel, models: &IndexMap<String, ParsedModel>) -> String {
    let text = model.schema.to_string();
    let mut salt = 0;
    loop {
        let name = format!("MODEL{:06x}", fnv1a(&text, salt) & 0x00ff_ffff);
        if models.get(&name).is_none_or(|other| other == model) {
            return name;
        }
        salt += 1;
    }
}

/// The hash of Fowler, Noll and Vo: the same on every machine and in every version.
fn fnv1a(text: &str, salt: u64) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
