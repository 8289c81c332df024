//! The three protocols that CloudWatch's clients speak, told apart by path and headers. The newest SDKs prefer CBOR or JSON, older
//! ones know the query form alone.

mod cbor;
mod json;
mod query;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;

use crate::exception::{Exception, ExceptionKind};
use alluvium_aws_query::Document;

pub(crate) use query::timestamp_millis;

/// What the targets of this service begin with, and what its paths name.
const SERVICE: &str = "GraniteServiceVersion20100801";
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
const CBOR_PROTOCOL: HeaderValue = HeaderValue::from_static("rpc-v2-cbor");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// Smithy's RPC version 2 in CBOR.
    Cbor,
    /// AWS's JSON 1.0.
    Json,
    /// AWS's query form, answered with XML.
    Query,
}

/// The protocol of a request, and the operation when path or headers name it. `None` when neither says that it is for
/// this service; it may still be a form.
pub(crate) fn recognise<'a>(path: &'a str, headers: &'a HeaderMap) -> Option<(Wire, &'a str)> {
    if let Some(rest) = path.strip_prefix("/service/")
        && let Some((SERVICE, rest)) = rest.split_once('/')
    {
        return Some((Wire::Cbor, rest.strip_prefix("operation/").unwrap_or_default()));
    }
    let target = headers.get(TARGET)?.to_str().ok()?;
    let (service, operation) = target.split_once('.')?;
    (service == SERVICE).then_some((Wire::Json, operation))
}

impl Wire {
    /// Reads a body, or a form from wherever it was.
    pub(crate) fn read(self, body: &[u8]) -> Result<Document, Exception> {
        let document = match self {
            Self::Cbor if body.is_empty() => Some(Document::Structure(Vec::new())),
            Self::Cbor => cbor::read(body),
            Self::Json => json::read(body),
            Self::Query => query::read(body),
        };
        document.ok_or_else(|| {
            let form = match self {
                Self::Cbor => "CBOR",
                Self::Json => "JSON",
                Self::Query => "a form of parameters",
            };
            let text = format!("The request is not {form}, or is nested too deeply or has too many values.");
            Exception::new(ExceptionKind::Serialization, text)
        })
    }

    /// An operation's answer; `None` for an operation that answers nothing.
    pub(crate) fn answer(self, operation: &str, output: Option<&Document>) -> Response<Full<Bytes>> {
        let request_id = request_id();
        let body = match (self, output) {
            (Self::Cbor, None) => Vec::new(),
            (Self::Cbor, Some(output)) => cbor::write(output),
            (Self::Json, None) => b"{}".to_vec(),
            (Self::Json, Some(output)) => json::write(output),
            (Self::Query, output) => query::write(operation, output, &request_id),
        };
        self.response(StatusCode::OK, body, &request_id)
    }

    /// An exception's answer.
    pub(crate) fn exception(self, exception: &Exception) -> Response<Full<Bytes>> {
        let request_id = request_id();
        let Exception { kind, message } = exception;
        let structure = || {
            Document::structure([
                ("__type", Document::text(kind.shape())),
                ("message", Document::text(message)),
            ])
        };
        let body = match self {
            Self::Cbor => cbor::write(&structure()),
            Self::Json => json::write(&structure()),
            Self::Query => query::write_error(kind.fault(), kind.query_code(), message, &request_id),
        };
        let mut response = self.response(kind.status(self == Self::Query), body, &request_id);
        if self != Self::Query {
            let query_error = format!("{};{}", kind.query_code(), kind.fault());
            let headers = response.headers_mut();
            headers.insert(
                QUERY_ERROR,
                HeaderValue::from_maybe_shared(Bytes::from(query_error)).expect("a code is plain text"),
            );
            headers.insert(ERROR_TYPE, HeaderValue::from_static(kind.shape()));
        }
        response
    }

    fn response(self, status: StatusCode, body: Vec<u8>, request_id: &str) -> Response<Full<Bytes>> {
        let content_type = match self {
            Self::Cbor => "application/cbor",
            Self::Json => "application/x-amz-json-1.0",
            Self::Query => "text/xml",
        };
        let is_empty = body.is_empty();
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if !is_empty {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if self == Self::Cbor {
            headers.insert(SMITHY_PROTOCOL, CBOR_PROTOCOL);
        }
        headers.insert(REQUEST_ID, HeaderValue::from_str(request_id).expect("a UUID is plain text"));
        response
    }
}

fn request_id() -> String {
    uuid::Uuid::new_v4().hyphenated().to_string()
}

#[cfg(test)]
mod tests;
