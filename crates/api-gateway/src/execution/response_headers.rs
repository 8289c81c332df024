//! Headers of every answer: ids, and what API Gateway renames because it sets the header itself.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
//!
//! What must stay true: a mapped header never replaces one that belongs to the connection.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue, TRANSFER_ENCODING};

use crate::request_ids::RequestIds;

/// Headers that leave as `x-amzn-remapped-NAME`.
const REMAPPED: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "trailer",
    "upgrade",
    "user-agent",
    "www-authenticate",
];

/// The name under which a mapped header leaves; `None` when it does not.
pub(super) fn remapped(name: HeaderName) -> Option<HeaderName> {
    if name == TRANSFER_ENCODING {
        return None;
    }
    if !REMAPPED.contains(&name.as_str()) {
        return Some(name);
    }
    format!("x-amzn-remapped-{name}").parse().ok()
}

/// Adds `x-amzn-RequestId` and `x-amz-apigw-id`.
pub(super) fn identify(headers: &mut HeaderMap, ids: &RequestIds) {
    put(headers, "x-amzn-requestid", &ids.request);
    put(headers, "x-amz-apigw-id", &ids.extended);
}

/// Adds `X-Amzn-Trace-Id`.
pub(super) fn trace(headers: &mut HeaderMap, ids: &RequestIds) {
    put(headers, "x-amzn-trace-id", &ids.trace);
}

pub(super) fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
