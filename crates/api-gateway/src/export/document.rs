//! The whole document.
//!
//! What must stay true: its parts stand in the order in which Amazon API Gateway writes them.

use super::json::pretty_json;
use super::object::Object;
use super::operation::operation;
use super::options::{ExportFormat, ExportOptions, ExportSyntax};
use super::{schema, security, yaml};
use crate::json::{self, Json};
use crate::model::{ApiKeySource, DocumentationPart, HttpVerb, RestApi};

const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// Writes `api` as `options` say.
pub(crate) fn export(api: &RestApi, options: ExportOptions<'_>) -> String {
    let document = document(api, options).into();
    match options.syntax {
        ExportSyntax::Json => pretty_json(&document),
        ExportSyntax::Yaml => yaml::yaml(&document),
    }
}

fn document(api: &RestApi, options: ExportOptions<'_>) -> Object {
    let mut document = match options.format {
        ExportFormat::Swagger => swagger_head(api, options),
        ExportFormat::Oas30 => openapi_head(api, options),
    };
    if options.extensions.api {
        document.put_some("tags", tags(api));
    }
    document.put("paths", paths(api, options));
    let schemes = security::schemes(api, options.extensions);
    let models = schema::schemas(api, options.format);
    match options.format {
        ExportFormat::Swagger => {
            document.put_filled("securityDefinitions", schemes);
            document.put_filled("definitions", models);
        }
        ExportFormat::Oas30 => {
            let mut components = Object::new();
            components.put_filled("schemas", models);
            components.put_filled("securitySchemes", schemes);
            document.put("components", components);
        }
    }
    if options.extensions.api {
        put_extensions(&mut document, api);
    }
    document
}

fn host(api: &RestApi, options: ExportOptions<'_>) -> String {
    format!("{}.execute-api.{}.amazonaws.com", api.id, options.region)
}

fn swagger_head(api: &RestApi, options: ExportOptions<'_>) -> Object {
    let mut info = Object::new();
    info.put_some("description", api.description.as_ref());
    info.put_some("version", api.version.as_ref());
    info.put("title", &api.name);
    let mut head = Object::new()
        .with("swagger", "2.0")
        .with("info", info)
        .with("host", host(api, options))
        .with("basePath", format!("/{}", options.stage_name))
        .with("schemes", Json::Array(vec!["https".into()]));
    if options.extensions.api {
        head.put_filled(ENDPOINT, endpoint(api));
    }
    head
}

fn openapi_head(api: &RestApi, options: ExportOptions<'_>) -> Object {
    let mut info = Object::new().with("title", &api.name);
    info.put_some("description", api.description.as_ref());
    info.put_some("version", api.version.as_ref());
    let base_path = Object::new().with("default", options.stage_name);
    let mut server = Object::new()
        .with("url", format!("https://{}/{{basePath}}", host(api, options)))
        .with("variables", Object::new().with("basePath", base_path));
    if options.extensions.api {
        server.put_filled(ENDPOINT, endpoint(api));
    }
    Object::new()
        .with("openapi", "3.0.1")
        .with("info", info)
        .with("servers", Json::Array(vec![server.into()]))
}

fn endpoint(api: &RestApi) -> Object {
    let mut endpoint = Object::new();
    if api.disable_execute_api_endpoint {
        endpoint.put("disableExecuteApiEndpoint", true);
    }
    endpoint.put_texts("vpcEndpointIds", &api.endpoint_configuration.vpc_endpoint_ids);
    let address_type = api.endpoint_configuration.ip_address_type.as_ref();
    endpoint.put_some("ipAddressType", address_type.filter(|address_type| *address_type != "ipv4"));
    endpoint
}

fn tags(api: &RestApi) -> Option<Json> {
    let tags: Vec<Json> = api
        .tags
        .iter()
        .map(|(name, value)| {
            Object::new().with("name", name).with("x-amazon-apigateway-tag-value", value).into()
        })
        .collect();
    (!tags.is_empty()).then_some(Json::Array(tags))
}

/// Every resource that has methods, and those at the ends of the tree that have none.
fn paths(api: &RestApi, options: ExportOptions<'_>) -> Object {
    let mut paths = Object::new();
    for resource in api.resources.values() {
        let has_children =
            || api.resources.values().any(|child| child.parent_id.as_ref() == Some(&resource.id));
        if resource.resource_methods.is_empty() && (resource.parent_id.is_none() || has_children()) {
            continue;
        }
        let mut item = Object::new();
        for (verb, method) in &resource.resource_methods {
            let key = match verb {
                HttpVerb::Any => "x-amazon-apigateway-any-method".to_owned(),
                verb => verb.as_str().to_ascii_lowercase(),
            };
            item.put(&key, operation(api, method, options));
        }
        paths.put(&resource.path, item);
    }
    paths
}

fn put_extensions(document: &mut Object, api: &RestApi) {
    let mut validators = Object::new();
    for validator in api.request_validators.values() {
        let flags = Object::new()
            .with("validateRequestParameters", validator.validate_request_parameters)
            .with("validateRequestBody", validator.validate_request_body);
        validators.put(validator.name.as_ref().unwrap_or(&validator.id), flags);
    }
    document.put_filled("x-amazon-apigateway-request-validators", validators);
    let mut responses = Object::new();
    for (kind, response) in &api.gateway_responses {
        let mut object = Object::new();
        object.put_some("statusCode", response.status_code.as_ref());
        object.put_filled("responseParameters", Object::from(&response.response_parameters));
        object.put_filled("responseTemplates", Object::from(&response.response_templates));
        responses.put(kind.as_str(), object);
    }
    document.put_filled("x-amazon-apigateway-gateway-responses", responses);
    if api.api_key_source == ApiKeySource::Authorizer {
        document.put("x-amazon-apigateway-api-key-source", "AUTHORIZER");
    }
    document.put_some(
        "x-amazon-apigateway-minimum-compression-size",
        api.minimum_compression_size.map(i64::from),
    );
    let policy = api.policy.as_deref().map(|text| json::parse(text).unwrap_or_else(|_| text.into()));
    document.put_some("x-amazon-apigateway-policy", policy);
    document.put_texts("x-amazon-apigateway-binary-media-types", &api.binary_media_types);
    let parts: Vec<Json> =
        api.documentation_parts.values().map(|part| documentation_part(part).into()).collect();
    if !parts.is_empty() {
        let parts = Object::new().with("documentationParts", Json::Array(parts));
        document.put("x-amazon-apigateway-documentation", parts);
    }
}

fn documentation_part(part: &DocumentationPart) -> Object {
    let mut location = Object::new().with("type", &part.location.location_type);
    location.put_some("path", part.location.path.as_ref());
    location.put_some("method", part.location.method.as_ref());
    location.put_some("statusCode", part.location.status_code.as_ref());
    location.put_some("name", part.location.name.as_ref());
    let properties = json::parse(&part.properties).unwrap_or_else(|_| Object::new().into());
    Object::new().with("location", location).with("properties", properties)
}
