//! A path of a definition: the verbs that it answers to.
//!
//! What must stay true: what a path says of all its operations holds for each of them, unless the operation says otherwise.

use indexmap::IndexMap;

use super::document::Node;
use super::openapi::Api;
use super::operation::operation;
use super::reader::{Located, map};
use crate::model::{HttpVerb, Method};

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

pub(super) fn path_item<'a>(
    api: &mut Api<'a>,
    path: &str,
    node: &'a Node,
) -> Result<IndexMap<HttpVerb, Method>, Located> {
    let item = map(node, path)?;
    api.reader.warn_unknown(item, &format!("path '{path}'"), PATH_ITEM_KEYS, &["trace"]);
    if let Some(reference) = item.get("$ref") {
        api.reader
            .warn(reference.key_place, "a '$ref' to a whole path item is not supported and has no effect");
    }
    let shared_parameters = item.get("parameters").map(|member| &member.node);
    let mut methods = IndexMap::new();
    for (key, member) in item {
        let verb = match key.as_str() {
            "x-amazon-apigateway-any-method" => HttpVerb::Any,
            "any" | "parameters" | "summary" | "description" | "servers" | "$ref" => continue,
            other => match other.to_ascii_uppercase().parse() {
                Ok(verb) => verb,
                Err(_) => continue,
            },
        };
        methods.insert(verb, operation(api, path, verb, &member.node, shared_parameters)?);
    }
    Ok(methods)
}
