//! A method as an operation of a document.
//!
//! What must stay true: the two formats say the same, each in its own way; Swagger has one schema for all media types of a body.

use super::object::Object;
use super::options::{ExportFormat, ExportOptions};
use super::{integration, schema, security};
use crate::json::Json;
use crate::model::{Method, MethodResponse, RestApi};

pub(super) fn operation(api: &RestApi, method: &Method, options: ExportOptions<'_>) -> Object {
    let mut operation = Object::new();
    operation.put_some("operationId", method.operation_name.as_ref());
    let mut parameters: Vec<Json> = method
        .request_parameters
        .iter()
        .filter_map(|(name, required)| parameter(name, *required, options.format))
        .collect();
    if options.format == ExportFormat::Swagger {
        operation.put_texts("consumes", consumes(method));
        operation.put_texts("produces", produces(method));
        parameters.extend(body_parameter(api, method));
    }
    if !parameters.is_empty() {
        operation.put("parameters", Json::Array(parameters));
    }
    if options.format == ExportFormat::Oas30 && !method.request_models.is_empty() {
        let content = content(api, &method.request_models);
        operation.put("requestBody", Object::new().with("content", content).with("required", true));
    }
    let mut responses = Object::new();
    for (status, response) in &method.method_responses {
        responses.put(status, self::response(api, status, response, options.format));
    }
    operation.put("responses", responses);
    operation.put_some("security", security::requirements(api, method, options.extensions));
    if options.extensions.api {
        let validator = method.request_validator_id.as_ref().and_then(|id| api.request_validators.get(id));
        let name = validator.map(|validator| validator.name.as_ref().unwrap_or(&validator.id));
        operation.put_some("x-amazon-apigateway-request-validator", name);
    }
    if options.extensions.integrations
        && let Some(integration) = &method.method_integration
    {
        operation
            .put("x-amazon-apigateway-integration", integration::integration(integration, options.format));
    }
    operation
}

fn parameter(name: &str, required: bool, format: ExportFormat) -> Option<Json> {
    let (location, name) = name.strip_prefix("method.request.")?.split_once('.')?;
    let location = if location == "querystring" { "query" } else { location };
    let mut parameter = Object::new().with("name", name).with("in", location);
    if required || format == ExportFormat::Swagger {
        parameter.put("required", required);
    }
    match format {
        ExportFormat::Swagger => parameter.put("type", "string"),
        ExportFormat::Oas30 => parameter.put("schema", Object::new().with("type", "string")),
    }
    Some(parameter.into())
}

/// The media types of the body: those that have a model, or else those that have a template.
fn consumes(method: &Method) -> Vec<&String> {
    if !method.request_models.is_empty() {
        return method.request_models.keys().collect();
    }
    let templates =
        method.method_integration.iter().flat_map(|integration| integration.request_templates.keys());
    templates.collect()
}

/// The media types of all answers: those that have a model, or else those that have a template.
fn produces(method: &Method) -> Vec<&String> {
    let mut types: Vec<&String> = Vec::new();
    let models = method.method_responses.values().flat_map(|response| response.response_models.keys());
    let templates = method
        .method_integration
        .iter()
        .flat_map(|integration| integration.integration_responses.values())
        .flat_map(|response| response.response_templates.keys());
    for media_type in models {
        if !types.contains(&media_type) {
            types.push(media_type);
        }
    }
    if types.is_empty() {
        for media_type in templates {
            if !types.contains(&media_type) {
                types.push(media_type);
            }
        }
    }
    types
}

/// Swagger's body: the model of JSON, or else the first.
fn body_parameter(api: &RestApi, method: &Method) -> Option<Json> {
    let models = &method.request_models;
    let name = models.get("application/json").or_else(|| models.values().next())?;
    let schema = schema::reference(api, name, ExportFormat::Swagger)?;
    Some(
        Object::new()
            .with("in", "body")
            .with("name", name)
            .with("required", true)
            .with("schema", schema)
            .into(),
    )
}

fn content(api: &RestApi, models: &indexmap::IndexMap<String, String>) -> Object {
    let mut content = Object::new();
    for (media_type, name) in models {
        let mut media = Object::new();
        media.put_some("schema", schema::reference(api, name, ExportFormat::Oas30));
        content.put(media_type, media);
    }
    content
}

fn response(api: &RestApi, status: &str, response: &MethodResponse, format: ExportFormat) -> Object {
    let mut object = Object::new().with("description", format!("{status} response"));
    let mut headers = Object::new();
    for name in response.response_parameters.keys() {
        let Some(name) = name.strip_prefix("method.response.header.") else { continue };
        let kind = Object::new().with("type", "string");
        match format {
            ExportFormat::Swagger => headers.put(name, kind),
            ExportFormat::Oas30 => headers.put(name, Object::new().with("schema", kind)),
        }
    }
    if format == ExportFormat::Swagger {
        let models = &response.response_models;
        let name = models.get("application/json").or_else(|| models.values().next());
        object.put_some("schema", name.and_then(|name| schema::reference(api, name, format)));
    }
    object.put_filled("headers", headers);
    if format == ExportFormat::Oas30 {
        object.put("content", content(api, &response.response_models));
    }
    object
}
