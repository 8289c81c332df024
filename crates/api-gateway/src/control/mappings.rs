//! Checks of parameter names, mapping expressions, media types and model names, told as AWS tells them.
//!
//! What must stay true: a mapping that is taken here parses when the method is deployed.

use indexmap::IndexMap;

use super::error::ControlError;
use crate::compile::{RequestDestination, RequestSource, ResponseSource};
use crate::limits::TEMPLATE_BYTES_MAX;
use crate::model::{Method, MethodResponse, RestApi};

/// The parameters that a method declares: each a known place and a name of its own.
pub(crate) fn check_method_parameters(parameters: &IndexMap<String, bool>) -> Result<(), ControlError> {
    let mut names = std::collections::HashSet::new();
    let mut errors = Vec::new();
    for parameter in parameters.keys() {
        match request_parameter_name(parameter) {
            Some(name) if !names.insert(name) => {
                return Err(ControlError::bad_request(
                    "Parameter names must be unique across querystring, header and path",
                ));
            }
            Some(_) => {}
            None => errors.push(format!("Invalid mapping expression specified: {parameter}")),
        }
    }
    refuse(&errors)
}

/// The name in `method.request.{header|path|querystring}.NAME`.
fn request_parameter_name(parameter: &str) -> Option<&str> {
    let (place, name) = parameter.strip_prefix("method.request.")?.split_once('.')?;
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    (matches!(place, "header" | "path" | "querystring") && is_name).then_some(name)
}

/// What an integration request is made of.
pub(crate) fn check_request_parameters(
    parameters: &IndexMap<String, String>,
    method: &Method,
) -> Result<(), ControlError> {
    let is_declared = |name: &str| method.request_parameters.contains_key(name);
    let mut errors = Vec::new();
    for (destination, source) in parameters {
        if RequestDestination::parse(destination).is_err() {
            errors.push(format!("Invalid mapping expression specified: {destination}"));
        } else if RequestSource::parse(source, is_declared).is_err() {
            errors.push(told_source(source, "method.request."));
        }
    }
    refuse(&errors)
}

/// The headers that a method response declares.
pub(crate) fn check_method_response_parameters(
    parameters: &IndexMap<String, bool>,
) -> Result<(), ControlError> {
    let wrong = parameters.keys().filter(|parameter| !is_response_header(parameter));
    let errors: Vec<String> =
        wrong.map(|parameter| format!("Invalid mapping expression specified: {parameter}")).collect();
    refuse(&errors)
}

/// What the headers of a method response are made of; they have to be declared.
pub(crate) fn check_response_parameters(
    parameters: &IndexMap<String, String>,
    response: &MethodResponse,
) -> Result<(), ControlError> {
    let mut errors = Vec::new();
    for (destination, source) in parameters {
        if !is_response_header(destination) {
            errors.push(format!("Invalid mapping expression specified: {destination}"));
        } else if !response.response_parameters.contains_key(destination) {
            errors.push(format!("Invalid mapping expression parameter specified: {destination}"));
        } else if ResponseSource::parse(source).is_err() {
            errors.push(told_source(source, "integration.response."));
        }
    }
    refuse(&errors)
}

fn is_response_header(parameter: &str) -> bool {
    let name = parameter.strip_prefix("method.response.header.").unwrap_or_default();
    http::HeaderName::try_from(name).is_ok()
}

/// A source that names a parameter is told as a parameter, any other as an expression.
fn told_source(source: &str, parameters: &str) -> String {
    let what = if source.starts_with(parameters) { "expression parameter" } else { "expression" };
    format!("Invalid mapping {what} specified: {source}")
}

fn refuse(errors: &[String]) -> Result<(), ControlError> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(ControlError::bad_request(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [{}]",
        errors.join(", ")
    )))
}

/// Templates by media type.
pub(crate) fn check_templates(templates: &IndexMap<String, String>) -> Result<(), ControlError> {
    check_media_types(templates)?;
    if templates.values().any(|template| template.len() > TEMPLATE_BYTES_MAX) {
        let text = format!("Mapping template is larger than the limit of {TEMPLATE_BYTES_MAX} bytes");
        return Err(ControlError::bad_request(text));
    }
    Ok(())
}

/// Keys that are media types.
fn check_media_types(by_media_type: &IndexMap<String, String>) -> Result<(), ControlError> {
    let wrong = by_media_type.keys().filter(|media_type| !is_media_type(media_type));
    let errors: Vec<String> =
        wrong.map(|media_type| format!("Invalid content type specified: {media_type}")).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let errors = errors.join(", ");
    Err(ControlError::bad_request(format!("Validation Result: warnings : [], errors : [{errors}]")))
}

fn is_media_type(text: &str) -> bool {
    let (kind, rest) = text.split_once('/').unwrap_or((text, ""));
    text == "$default"
        || (!kind.trim().is_empty() && !rest.trim().is_empty() && !kind.contains(char::is_whitespace))
}

/// Models by media type: each has to be there.
pub(crate) fn check_models(api: &RestApi, models: &IndexMap<String, String>) -> Result<(), ControlError> {
    check_media_types(models)?;
    // `Empty` stands for any payload, also in an API that a definition made without it.
    match models.values().find(|name| *name != "Empty" && !api.models.contains_key(*name)) {
        Some(name) => Err(ControlError::bad_request(format!("Invalid model identifier specified: {name}"))),
        None => Ok(()),
    }
}
