//! What goes back to a client, and the headers that every answer carries.

use std::convert::Infallible;

use base64_simd::STANDARD;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN,
};
use http::{Method, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

/// The body of an answer. Most are there as a whole; the type also holds one that is still being made.
pub type ResponseBody = UnsyncBoxBody<Bytes, Infallible>;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date",
);
/// How long a browser may remember a preflight, in seconds: two days.
const PREFLIGHT_SECS: HeaderValue = HeaderValue::from_static("172800");
/// The bytes that the extended request id encodes.
const EXTENDED_REQUEST_ID_BYTES: usize = 72;

/// Status, content type and body, before the headers that every answer carries.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: AnswerBody,
}

/// The bytes of an answer.
#[derive(Debug)]
pub(crate) enum AnswerBody {
    /// All of them.
    Whole(Bytes),
    /// As they come, while the client takes them.
    Pushed(ResponseBody),
}

impl<B: Into<Bytes>> From<B> for AnswerBody {
    fn from(bytes: B) -> Self {
        Self::Whole(bytes.into())
    }
}

impl AnswerBody {
    fn boxed(self) -> ResponseBody {
        match self {
            Self::Whole(bytes) => Full::new(bytes).boxed_unsync(),
            Self::Pushed(body) => body,
        }
    }
}

impl Answer {
    /// An error of the protocol itself, told to a client whose content type we cannot speak. `message` has no markup in it.
    pub(crate) fn xml(status: StatusCode, name: &str, message: Option<&str>) -> Self {
        let body = match message {
            Some(message) => format!("<{name}>\n  <Message>{message}</Message>\n</{name}>\n"),
            None => format!("<{name}/>\n"),
        };
        Self { status, content_type: None, body: body.into() }
    }

    /// The answer with an id, and with what browsers ask for when the request came from a page.
    pub(crate) fn into_response(self, request_headers: &HeaderMap) -> Response<ResponseBody> {
        let mut response = Response::new(self.body.boxed());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, request_id());
        headers.insert(EXTENDED_REQUEST_ID, extended_request_id());
        if let Some(content_type) = self.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if request_headers.contains_key(ORIGIN) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        }
        response
    }
}

/// Whether this is a browser asking what it may send.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS && headers.contains_key(ORIGIN)
}

/// What a browser may send: whatever it asks for.
pub(crate) fn preflight(request_headers: &HeaderMap) -> Response<ResponseBody> {
    let mut response = Response::new(Full::new(Bytes::new()).boxed_unsync());
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, request_id());
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECS);
    for (asked, allowed) in [
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
    ] {
        if let Some(value) = request_headers.get(asked) {
            headers.insert(allowed, value.clone());
        }
    }
    response
}

fn request_id() -> HeaderValue {
    let mut buffer = uuid::Uuid::encode_buffer();
    let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    HeaderValue::from_str(id.hyphenated().encode_lower(&mut buffer)).expect("a UUID is plain text")
}

fn extended_request_id() -> HeaderValue {
    let mut random = [0_u8; EXTENDED_REQUEST_ID_BYTES];
    rand::fill(&mut random[..]);
    HeaderValue::from_maybe_shared(Bytes::from(STANDARD.encode_to_string(random)))
        .expect("base64 is plain text")
}
