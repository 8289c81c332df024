//! HTTP and HTTP_PROXY integrations: an endpoint of anybody's.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html>
//!
//! What must stay true: an HTTP integration sends what mappings and templates made and nothing else of the client's; HTTP_PROXY
//! sends everything but what belongs to the connection, and the signature of a method for signed requests. No credentials of this
//! gateway ever go along.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT, VIA};
use http::{HeaderMap, Method, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::integration_request::IntegrationRequest;
use super::method_request::{HIDDEN_HEADERS, MethodRequest};
use super::{GatewayError, IntegrationAnswer, Notes, backend_call};
use crate::compile::{Backend, DeployedIntegration, HttpUri};

const X_AMZN_TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const X_AMZN_APIGATEWAY_API_ID: HeaderName = HeaderName::from_static("x-amzn-apigateway-api-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// What stays as it is in a path: the unreserved characters of RFC 3986, and the slashes of a `{proxy+}`.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b'@');
/// What stays as it is in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) async fn call(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
    integration_request: IntegrationRequest,
    notes: &mut Notes,
) -> Result<IntegrationAnswer, GatewayError> {
    let Backend::Http { uri, http_method, is_proxy, skips_verification } = &integration.backend else {
        return Err(GatewayError::configuration("the integration is not of type HTTP"));
    };
    let certificate_id = request.arrival.stage.client_certificate_id.as_deref();
    let hop = request.arrival.environment.http.get(*skips_verification, certificate_id);
    let hop = hop.map_err(|error| {
        GatewayError::configuration(format!("this machine cannot make HTTPS requests: {error}"))
    })?;
    let verb = http_method.as_ref().unwrap_or(&request.arrival.parts.method);
    let mut parts = Request::new(()).into_parts().0;
    parts.method = verb.clone();
    parts.uri = filled(uri, *is_proxy, request, &integration_request)?;
    parts.headers = if *is_proxy {
        proxied_headers(request, &integration_request)?
    } else {
        own_headers(request, &integration_request)?
    };
    let body = if has_body(verb) { integration_request.body } else { Bytes::new() };
    backend_call::call(&hop, Request::from_parts(parts, body), integration.timeout, notes).await
}

fn has_body(verb: &Method) -> bool {
    !matches!(*verb, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn filled(
    uri: &HttpUri,
    is_proxy: bool,
    request: &MethodRequest<'_>,
    integration_request: &IntegrationRequest,
) -> Result<Uri, GatewayError> {
    let value_of = |name: &str| {
        let mapped = integration_request.path.iter().rev().find(|(known, _)| known == name);
        mapped.map(|(_, value)| utf8_percent_encode(value, PATH).to_string())
    };
    let mut text =
        uri.filled(value_of).map_err(|unfilled| GatewayError::configuration(unfilled.to_string()))?;
    let mapped = &integration_request.querystring;
    if is_proxy {
        // What a mapping sets takes the place of the client's.
        for (name, value) in &request.parameters().querystring {
            if !mapped.iter().any(|(known, _)| known == name) {
                push_query(&mut text, name, value);
            }
        }
    }
    for (name, value) in mapped {
        push_query(&mut text, name, value);
    }
    text.parse::<Uri>().map_err(|error| {
        GatewayError::configuration(format!("the integration's address {text} cannot be used: {error}"))
    })
}

fn push_query(uri: &mut String, name: &str, value: &str) {
    uri.push(if uri.contains('?') { '&' } else { '?' });
    uri.extend(utf8_percent_encode(name, QUERY));
    uri.push('=');
    uri.extend(utf8_percent_encode(value, QUERY));
}

/// The mapped headers over what API Gateway sends by itself.
fn own_headers(
    request: &MethodRequest<'_>,
    integration_request: &IntegrationRequest,
) -> Result<HeaderMap, GatewayError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    identify(request, &mut headers)?;
    if has_body(&request.arrival.parts.method) {
        let content_type = request.content_type().unwrap_or("application/json");
        headers.insert(CONTENT_TYPE, text(content_type)?);
    }
    for (name, value) in &integration_request.headers {
        headers.insert(name, value.clone());
    }
    headers.remove(HOST);
    headers.remove(VIA);
    Ok(headers)
}

/// The client's headers, with the mapped ones in place of theirs.
fn proxied_headers(
    request: &MethodRequest<'_>,
    integration_request: &IntegrationRequest,
) -> Result<HeaderMap, GatewayError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.arrival.parts.headers {
        let is_hidden = HIDDEN_HEADERS.contains(&name.as_str()) || request.is_of_signature(name);
        if !is_hidden && !is_of_connection(name) {
            headers.append(name, value.clone());
        }
    }
    let agent = headers.get(USER_AGENT).cloned();
    identify(request, &mut headers)?;
    if let Some(agent) = agent {
        headers.insert(USER_AGENT, agent);
    }
    let forwarded = match headers.get(&X_FORWARDED_FOR).and_then(|value| value.to_str().ok()) {
        Some(before) => format!("{before}, {}", request.arrival.source_ip()),
        None => request.arrival.source_ip(),
    };
    headers.insert(X_FORWARDED_FOR, text(&forwarded)?);
    let scheme = request.arrival.parts.uri.scheme_str().unwrap_or("http");
    headers.insert(X_FORWARDED_PROTO, text(scheme)?);
    for (name, value) in &integration_request.headers {
        headers.insert(name, value.clone());
    }
    headers.remove(HOST);
    if request.is_unpacked {
        headers.remove(CONTENT_ENCODING);
    }
    Ok(headers)
}

fn identify(request: &MethodRequest<'_>, headers: &mut HeaderMap) -> Result<(), GatewayError> {
    let api_id = &request.arrival.stage.api_id;
    headers.insert(USER_AGENT, text(&format!("AmazonAPIGateway_{api_id}"))?);
    headers.insert(X_AMZN_APIGATEWAY_API_ID, text(api_id)?);
    headers.insert(X_AMZN_TRACE_ID, text(&request.arrival.ids.trace)?);
    Ok(())
}

/// Headers of a connection that are not among those hidden from mappings.
pub(super) fn is_of_connection(name: &HeaderName) -> bool {
    *name == HOST
        || *name == VIA
        || matches!(
            name.as_str(),
            "keep-alive" | "proxy-authorization" | "proxy-connection" | "transfer-encoding"
        )
}

fn text(text: &str) -> Result<HeaderValue, GatewayError> {
    HeaderValue::from_str(text)
        .map_err(|_| GatewayError::configuration(format!("'{text}' cannot stand in a header")))
}
