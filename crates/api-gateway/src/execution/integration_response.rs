//! Integration response and method response: the backend's answer becomes the client's.
//!
//! What must stay true: of the backend's headers only mapped ones go on; the content type is `application/json` unless mapped.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};

use super::method_request::MethodRequest;
use super::response_headers;
use super::selection::select;
use super::{GatewayError, IntegrationAnswer, Notes, content, integration_request, log_text};
use crate::compile::{
    Backend, BodyPart, DeployedIntegration, DeployedResponse, MappedHeader, MappingTemplate, ResponseSource,
};
use crate::json::Json;
use crate::jsonpath::JsonPath;
use crate::template::{ContextMap, Payload};

/// A backend's own request id, which stays apart from ours.
const REMAPPED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-remapped-x-amzn-requestid");

pub(super) fn respond(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
    answer: &IntegrationAnswer,
    notes: &mut Notes,
) -> Result<Response<Bytes>, GatewayError> {
    let selected = select(request, integration, answer.status)?;
    let is_mock = matches!(integration.backend, Backend::Mock);
    let handling = selected.content_handling;
    let content = if is_mock {
        content::Content::text(Bytes::new())
    } else {
        content::of_answer(request, answer, handling)
    };
    let payload = OnceLock::new();
    let payload = || payload.get_or_init(|| Arc::new(Payload::new(&content.bytes)));
    let mut headers = HeaderMap::new();
    if !is_mock {
        response_headers::trace(&mut headers, &request.arrival.ids);
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for header in &selected.headers {
        if let Some(value) = value_of(request, answer, &payload, &header.source)? {
            put(&mut headers, header.name.clone(), &value)?;
        }
    }
    let body = match choose(request, selected) {
        Some(_) if content.is_binary => {
            let cause = "Unable to transform response: the backend's payload is bytes, which a template cannot read; set the integration response's contentHandling to CONVERT_TO_TEXT, or take the media type out of the API's binaryMediaTypes";
            return Err(GatewayError::configuration(cause));
        }
        Some(template) => {
            content.finish(integration_request::render(request, template, payload())?.into())?
        }
        None => content.finish(content.bytes.clone())?,
    };
    let mut status = selected.status;
    if let Some(context) = request.context_if_used() {
        override_headers(context, &mut headers)?;
        let overridden = context.overridden_status().and_then(|status| StatusCode::from_u16(status).ok());
        status = overridden.unwrap_or(status);
    }
    note_response(&body, &headers, &selected.headers, notes);
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// The backend's whole answer, for HTTP_PROXY.
pub(super) fn pass(
    request: &MethodRequest<'_>,
    answer: &IntegrationAnswer,
    notes: &mut Notes,
) -> Response<Bytes> {
    let mut headers = HeaderMap::new();
    response_headers::trace(&mut headers, &request.arrival.ids);
    for (name, value) in &answer.headers {
        if name == "keep-alive" || name == "proxy-connection" {
            continue;
        }
        let name = if name == "x-amzn-requestid" {
            Some(REMAPPED_REQUEST_ID)
        } else {
            response_headers::remapped(name.clone())
        };
        if let Some(name) = name {
            headers.append(name, value.clone());
        }
    }
    let body = content::of_proxied_answer(request, answer);
    note_response(&body, &headers, &[], notes);
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = headers;
    response
}

fn note_response(body: &Bytes, headers: &HeaderMap, mapped: &[MappedHeader], notes: &mut Notes) {
    notes.data(|| format!("Method response body after transformations: {}", log_text::body(body)));
    notes.data(|| {
        let declared: Vec<String> = mapped.iter().map(|header| header.shown.clone()).collect();
        format!("Method response headers: {}", log_text::headers(headers, &declared))
    });
}

fn override_headers(context: &ContextMap, headers: &mut HeaderMap) -> Result<(), GatewayError> {
    for (name, value) in context.overridden("responseOverride", "header") {
        let name: HeaderName = name.parse().map_err(|_| {
            GatewayError::configuration(format!(
                "$context.responseOverride.header has the name '{name}', which no header can have"
            ))
        })?;
        put(headers, name, &value)?;
    }
    Ok(())
}

/// The template for what the client accepts, else the one for `application/json`, else the first.
fn choose<'r>(request: &MethodRequest<'_>, response: &'r DeployedResponse) -> Option<&'r MappingTemplate> {
    let with_key = |key: &str| response.templates.iter().find(|(known, _)| known == key);
    let accept = request.accept();
    accept
        .as_deref()
        .and_then(with_key)
        .or_else(|| with_key("application/json"))
        .or_else(|| response.templates.first())
        .map(|(_, template)| template)
}

fn value_of<'p>(
    request: &MethodRequest<'_>,
    answer: &IntegrationAnswer,
    payload: &dyn Fn() -> &'p Arc<Payload>,
    source: &ResponseSource,
) -> Result<Option<String>, GatewayError> {
    let header_values = |name: &String| -> Vec<String> {
        let values = answer.headers.get_all(name.as_str()).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    };
    Ok(match source {
        ResponseSource::Static(text) => Some(text.clone()),
        ResponseSource::Header(name) => header_values(name).pop(),
        ResponseSource::MultiValueHeader(name) => {
            Some(header_values(name)).filter(|values| !values.is_empty()).map(|values| values.join(","))
        }
        ResponseSource::Body(BodyPart::Whole) => Some(String::from_utf8_lossy(&answer.body).into_owned()),
        ResponseSource::Body(BodyPart::At(path)) => body_value(payload(), path)?,
        ResponseSource::Context(path) => request.context().text_at(path),
        ResponseSource::StageVariable(name) => request.arrival.stage.variables.get(name).cloned(),
    })
}

fn body_value(payload: &Payload, path: &JsonPath) -> Result<Option<String>, GatewayError> {
    let document = payload.json().map_err(|error| {
        GatewayError::configuration(format!(
            "a response mapping reads the backend's body, which is not JSON: {error}"
        ))
    })?;
    let found = path.evaluate(document).map_err(|error| GatewayError::configuration(error.to_string()))?;
    Ok(match found.as_deref() {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    })
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), GatewayError> {
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        GatewayError::configuration(format!(
            "the value mapped to header '{name}' has characters that no header can carry"
        ))
    })?;
    if let Some(name) = response_headers::remapped(name) {
        headers.insert(name, value);
    }
    Ok(())
}
