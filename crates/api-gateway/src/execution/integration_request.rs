//! Integration request: parameters mapped, template chosen and rendered.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html>
//!
//! What must stay true: nothing of the client's request reaches a backend but what a mapping, a template or the passthrough
//! behaviour lets through.

use std::sync::{Arc, LazyLock};

use alluvium_vtl::RenderError;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::method_request::MethodRequest;
use super::{GatewayError, content};
use crate::compile::{
    Backend, BodyPart, DeployedIntegration, MappingTemplate, RequestDestination, RequestSource,
};
use crate::json::Json;
use crate::jsonpath::JsonPath;
use crate::model::{GatewayResponseType, PassthroughBehavior};
use crate::template::{self, ContextMap, Parameters, Payload, Scope};

/// What goes to the backend, but for its address and signature.
pub(super) struct IntegrationRequest {
    pub(super) headers: HeaderMap,
    pub(super) path: Vec<(String, String)>,
    pub(super) querystring: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// Whether a template made the body.
    pub(super) is_rendered: bool,
}

/// Headers that no mapping may set.
const ILLEGAL_HEADERS: [&str; 4] =
    ["content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id"];
/// Headers that no mapping of an AWS integration may set besides.
const ILLEGAL_AWS_HEADERS: [&str; 5] = ["authorization", "connection", "expect", "proxy-authenticate", "te"];

pub(super) fn build(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
) -> Result<IntegrationRequest, GatewayError> {
    let mut out = IntegrationRequest {
        headers: HeaderMap::new(),
        path: Vec::new(),
        querystring: Vec::new(),
        body: Bytes::new(),
        is_rendered: false,
    };
    map_parameters(request, integration, &mut out)?;
    let is_proxy = matches!(integration.backend, Backend::Http { is_proxy: true, .. });
    let template = if is_proxy { None } else { choose(request, integration)? };
    let content = content::of_request(request, integration.content_handling);
    match template {
        Some(_) if content.is_binary => {
            let cause = "Unable to transform request: the payload is bytes, which a template cannot read; set the integration's contentHandling to CONVERT_TO_TEXT, or take the media type out of the API's binaryMediaTypes";
            return Err(GatewayError::configuration(cause));
        }
        Some(template) => {
            let is_as_it_came = content.bytes == request.body();
            let payload = if is_as_it_came {
                Arc::clone(request.payload())
            } else {
                Arc::new(Payload::new(&content.bytes))
            };
            out.body = content.finish(render(request, template, &payload)?.into())?;
            out.is_rendered = true;
        }
        None => out.body = content.finish(content.bytes.clone())?,
    }
    apply_overrides(request, integration, &mut out)?;
    Ok(out)
}

fn map_parameters(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
    out: &mut IntegrationRequest,
) -> Result<(), GatewayError> {
    for (destination, source) in &integration.parameters {
        let Some(value) = value_of(request, source)? else { continue };
        match destination {
            RequestDestination::Header(name) => {
                set_header(integration, &mut out.headers, name.clone(), &value)?;
            }
            RequestDestination::Path(name) => out.path.push((name.clone(), value)),
            RequestDestination::QueryString(name) => out.querystring.push((name.clone(), value)),
        }
    }
    Ok(())
}

/// The value of a source; `None` when it is missing, which drops the mapping.
fn value_of(request: &MethodRequest<'_>, source: &RequestSource) -> Result<Option<String>, GatewayError> {
    let parameters = &request.parameters();
    let joined = |values: Vec<&str>| (!values.is_empty()).then(|| values.join(","));
    Ok(match source {
        RequestSource::Static(text) => Some(text.clone()),
        RequestSource::Header(name) => parameters.header_value(name).map(str::to_owned),
        RequestSource::MultiValueHeader(name) => joined(parameters.header_values(name)),
        RequestSource::Path(name) => parameters.path_value(name).map(str::to_owned),
        RequestSource::QueryString(name) => parameters.query_value(name).map(str::to_owned),
        RequestSource::MultiValueQueryString(name) => joined(parameters.query_values(name)),
        RequestSource::Context(path) => request.context().text_at(path),
        RequestSource::StageVariable(name) => request.arrival.stage.variables.get(name).cloned(),
        RequestSource::Body(BodyPart::Whole) => Some(String::from_utf8_lossy(request.body()).into_owned()),
        RequestSource::Body(BodyPart::At(path)) => body_value(request, path)?,
    })
}

fn body_value(request: &MethodRequest<'_>, path: &JsonPath) -> Result<Option<String>, GatewayError> {
    let document = request.payload().json().map_err(|error| {
        GatewayError::of(GatewayResponseType::BadRequestBody)
            .with_message("Invalid JSON in request body")
            .with_cause(format!("a parameter mapping reads the body, which is not JSON: {error}"))
    })?;
    let found = path.evaluate(document).map_err(|error| GatewayError::configuration(error.to_string()))?;
    Ok(match found.as_deref() {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    })
}

/// The template for the payload's media type; `None` lets the payload pass.
fn choose<'i>(
    request: &MethodRequest<'_>,
    integration: &'i DeployedIntegration,
) -> Result<Option<&'i MappingTemplate>, GatewayError> {
    let media_type = request.media_type();
    let media_type = media_type.as_deref().unwrap_or("application/json");
    let with_key = |key: &str| integration.templates.iter().find(|(known, _)| known == key);
    if let Some((_, template)) = with_key(media_type).or_else(|| with_key("$default")) {
        return Ok(Some(template));
    }
    let passes = match integration.passthrough {
        PassthroughBehavior::WhenNoMatch => true,
        PassthroughBehavior::WhenNoTemplates => integration.templates.is_empty(),
        PassthroughBehavior::Never => false,
    };
    if passes {
        return Ok(None);
    }
    let known: Vec<&str> = integration.templates.iter().map(|(media_type, _)| media_type.as_str()).collect();
    let cause = format!("no mapping template for {media_type}; there are templates for {}", known.join(", "));
    Err(GatewayError::of(GatewayResponseType::UnsupportedMediaType).with_cause(cause))
}

/// What a template sees of a request that it does not look at.
static NO_PARAMETERS: LazyLock<Arc<Parameters>> = LazyLock::new(Arc::default);
static NO_CONTEXT: LazyLock<ContextMap> = LazyLock::new(|| ContextMap::of_entries([]));

/// Renders a template of this request over `payload`.
pub(super) fn render(
    request: &MethodRequest<'_>,
    template: &MappingTemplate,
    payload: &Arc<Payload>,
) -> Result<String, GatewayError> {
    let scope = Scope {
        payload: Arc::clone(payload),
        parameters: Arc::clone(if template.uses_parameters { request.parameters() } else { &NO_PARAMETERS }),
        context: if template.uses_context { request.context() } else { &NO_CONTEXT },
        stage_variables: &request.arrival.stage.variables,
    };
    template::render(&template.parsed, &scope).map_err(|error| failed(&error, payload, request.payload()))
}

/// A request payload that is not JSON is the client's error; everything else is the author's.
fn failed(error: &RenderError, payload: &Arc<Payload>, request_payload: &Arc<Payload>) -> GatewayError {
    match payload.json_error().filter(|_| Arc::ptr_eq(payload, request_payload)) {
        Some(json_error) => GatewayError::of(GatewayResponseType::BadRequestBody)
            .with_message(format!("Could not parse request body into json: {json_error}"))
            .with_cause(error.to_string()),
        None => GatewayError::configuration(error.to_string()),
    }
}

fn apply_overrides(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
    out: &mut IntegrationRequest,
) -> Result<(), GatewayError> {
    let Some(context) = request.context_if_used() else { return Ok(()) };
    for (name, value) in context.overridden("requestOverride", "header") {
        let name: HeaderName = name.parse().map_err(|_| {
            GatewayError::configuration(format!(
                "$context.requestOverride.header has the name '{name}', which no header can have"
            ))
        })?;
        set_header(integration, &mut out.headers, name, &value)?;
    }
    for (name, value) in context.overridden("requestOverride", "path") {
        out.path.retain(|(known, _)| *known != name);
        out.path.push((name, value));
    }
    for (name, value) in context.overridden("requestOverride", "querystring") {
        out.querystring.retain(|(known, _)| *known != name);
        out.querystring.push((name, value));
    }
    Ok(())
}

fn set_header(
    integration: &DeployedIntegration,
    headers: &mut HeaderMap,
    name: HeaderName,
    value: &str,
) -> Result<(), GatewayError> {
    let is_aws = matches!(integration.backend, Backend::Aws { .. });
    let is_illegal =
        ILLEGAL_HEADERS.contains(&name.as_str()) || (is_aws && ILLEGAL_AWS_HEADERS.contains(&name.as_str()));
    if is_illegal {
        let cause = format!("header '{name}' cannot be mapped; API Gateway sets it itself");
        return Err(GatewayError::configuration(cause));
    }
    let value = HeaderValue::from_str(value).or_else(|_| HeaderValue::from_bytes(value.as_bytes())).map_err(
        |_| {
            GatewayError::configuration(format!(
                "the value mapped to header '{name}' has characters that no header can carry"
            ))
        },
    )?;
    headers.insert(name, value);
    Ok(())
}
