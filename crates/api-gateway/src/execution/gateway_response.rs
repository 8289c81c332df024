//! Gateway responses: the answers that API Gateway makes by itself.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html>
//!
//! What must stay true: the body is the type's template, or the inherited one, with its variables replaced; templates here are
//! not Velocity.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::arrival::Arrival;
use super::method_request::MethodRequest;
use super::{GatewayError, Notes, log_text, response_headers};
use crate::compile::DeployedStage;
use crate::limits::EXPLANATION_BYTES_MAX;
use crate::model::{GatewayResponse, GatewayResponseType};
use crate::request_ids::RequestIds;
use crate::template::{ContextMap, RequestContext};

const DEFAULT_TEMPLATE: &str = "{\"message\":$context.error.messageString}";
/// Tells what is behind a gateway response, when the gateway is told to explain.
const EXPLANATION: &str = "x-alluvium-cause";

/// The gateway response for `error`, of a request that is routed to a method or not.
pub(super) fn respond(
    arrival: &Arrival<'_>,
    request: Option<&MethodRequest<'_>>,
    error: &GatewayError,
    notes: &mut Notes,
) -> Response<Bytes> {
    let stage = arrival.stage;
    let message = error.message.as_deref().unwrap_or(error.response_type.default_message());
    let settings = Settings::of(stage, error.response_type);
    let known = request.map_or_else(|| arrival.context(None), MethodRequest::known);
    log(&known, error, settings.status);
    notes.error(|| error.log_line(message));
    if stage.access_log.is_some() {
        notes.failure = Some(error.note(message));
    }
    let context =
        ContextMap::of_error(&known, message, error.response_type.as_str(), error.validation.as_deref());
    let template = settings.template.as_deref().or(error.template).unwrap_or(DEFAULT_TEMPLATE);
    let mut response = Response::new(Bytes::from(replaced(template, &context, stage)));
    *response.status_mut() = settings.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response_headers::put(
        headers,
        "x-amzn-errortype",
        error.error_type.unwrap_or(error.response_type.error_type()),
    );
    for (name, value) in settings.headers(&context, request) {
        headers.insert(name, value);
    }
    notes.data(|| format!("Method response body after transformations: {}", log_text::body(response.body())));
    notes.data(|| format!("Method response headers: {}", log_text::headers(response.headers(), &[])));
    if let (true, Some(cause)) = (arrival.environment.explains_errors, &error.cause) {
        let mut line: String =
            cause.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { ' ' }).collect();
        crate::text::shorten(&mut line, EXPLANATION_BYTES_MAX, "...");
        response_headers::put(response.headers_mut(), EXPLANATION, &line);
    }
    response
}

/// 403 Forbidden: what AWS's shared endpoint answers for an API or a stage that is not there.
pub(crate) fn forbidden(explanation: Option<&str>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(b"{\"message\":\"Forbidden\"}"));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response_headers::identify(headers, &RequestIds::new());
    response_headers::put(headers, "x-amzn-errortype", "ForbiddenException");
    if let Some(explanation) = explanation {
        response_headers::put(headers, EXPLANATION, explanation);
    }
    response
}

fn log(context: &RequestContext, error: &GatewayError, status: StatusCode) {
    let cause = error.cause.as_deref().unwrap_or_default();
    if status.is_server_error() {
        tracing::warn!(request_id = %context.request_id, method = %context.http_method, path = %context.path, status = status.as_u16(), "{cause}");
    } else {
        tracing::debug!(request_id = %context.request_id, method = %context.http_method, path = %context.path, status = status.as_u16(), "{cause}");
    }
}

/// What applies to a type: its own settings over those of `DEFAULT_4XX` or `DEFAULT_5XX`.
struct Settings<'a> {
    status: StatusCode,
    template: Option<String>,
    customised: Option<&'a GatewayResponse>,
}

impl<'a> Settings<'a> {
    fn of(stage: &'a DeployedStage, response_type: GatewayResponseType) -> Self {
        let own = stage.gateway_responses.get(&response_type);
        let customised = own.or_else(|| stage.gateway_responses.get(&response_type.parent()?));
        let fallback = response_type.default_status().unwrap_or(500);
        let status =
            customised.and_then(|settings| settings.status_code.as_deref()?.parse().ok()).unwrap_or(fallback);
        // An interim status would leave the client waiting.
        let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
        let template = customised.and_then(|settings| {
            let templates = &settings.response_templates;
            templates.get("application/json").or_else(|| templates.values().next()).cloned()
        });
        Self { status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), template, customised }
    }

    fn headers(
        &self,
        context: &ContextMap,
        request: Option<&MethodRequest<'_>>,
    ) -> Vec<(HeaderName, HeaderValue)> {
        let parameters = self.customised.into_iter().flat_map(|settings| &settings.response_parameters);
        parameters
            .filter_map(|(destination, source)| {
                let name = destination.strip_prefix("gatewayresponse.header.")?.parse().ok()?;
                let name = response_headers::remapped(name)?;
                let text = value_of(source, context, request)?;
                Some((name, HeaderValue::from_str(&text).ok()?))
            })
            .collect()
    }
}

/// The value of `'text'`, `context.NAME` or `method.request.{header|path|querystring}.NAME`. A request that found no method has no
/// parameters.
fn value_of(source: &str, context: &ContextMap, request: Option<&MethodRequest<'_>>) -> Option<String> {
    if let Some(path) = source.strip_prefix("context.") {
        return context.text_at(&parts_of(path));
    }
    if let Some(parameter) = source.strip_prefix("method.request.") {
        let parameters = request?.parameters();
        let value = match parameter.split_once('.')? {
            ("header" | "multivalueheader", name) => parameters.header_value(name),
            ("path", name) => parameters.path_value(name),
            ("querystring" | "multivaluequerystring", name) => parameters.query_value(name),
            _ => None,
        };
        return value.map(str::to_owned);
    }
    Some(source.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())
}

fn parts_of(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// Replaces `$context.a.b` and `$stageVariables.x`; everything else stays.
fn replaced(template: &str, context: &ContextMap, stage: &DeployedStage) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name_end = rest[1..]
            .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '.' | '_')))
            .map_or(rest.len(), |end| end + 1);
        let name = rest[1..name_end].trim_end_matches('.');
        let value = if let Some(path) = name.strip_prefix("context.") {
            Some(context.text_at(&parts_of(path)).unwrap_or_default())
        } else {
            name.strip_prefix("stageVariables.")
                .map(|name| stage.variables.get(name).cloned().unwrap_or_default())
        };
        if let Some(value) = value {
            out.push_str(&value);
            rest = &rest[1 + name.len()..];
        } else {
            out.push('$');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}
