//! Payloads between text and bytes.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html>
//!
//! What must stay true: a payload whose media type is not a binary one of the API is text, and text is UTF-8: other bytes in it are
//! replaced, as on AWS.

use bytes::Bytes;
use http::header::CONTENT_TYPE;

use super::method_request::{MethodRequest, media_type};
use super::{GatewayError, IntegrationAnswer};
use crate::model::ContentHandling;

/// A payload on its way.
pub(super) struct Content {
    pub(super) bytes: Bytes,
    /// Whether it is bytes, which no template can read.
    pub(super) is_binary: bool,
    /// Whether the text that it is, or that a template makes of it, becomes bytes at the end.
    pub(super) becomes_binary: bool,
}

/// The request's payload as templates and the backend see it.
pub(super) fn of_request(request: &MethodRequest<'_>, handling: Option<ContentHandling>) -> Content {
    let media_type = request.media_type();
    let is_binary = request.arrival.stage.binary_media_types.has(media_type.as_deref());
    let bytes = request.body();
    match (is_binary, handling) {
        (true, Some(ContentHandling::ConvertToText)) => Content::text(encoded(bytes)),
        (true, _) => Content { bytes: bytes.clone(), is_binary: true, becomes_binary: false },
        (false, handling) => Content {
            bytes: as_text(bytes),
            is_binary: false,
            becomes_binary: handling == Some(ContentHandling::ConvertToBinary),
        },
    }
}

/// The backend's payload as templates and the client see it.
pub(super) fn of_answer(
    request: &MethodRequest<'_>,
    answer: &IntegrationAnswer,
    handling: Option<ContentHandling>,
) -> Content {
    let types = &request.arrival.stage.binary_media_types;
    let content_type = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_binary = types.has(content_type.map(media_type).as_deref());
    let wants_binary = types.has(request.accept().as_deref().or(Some("*/*")));
    match (is_binary, handling) {
        (true, Some(ContentHandling::ConvertToText)) => Content::text(encoded(&answer.body)),
        (true, None) if !wants_binary => Content::text(encoded(&answer.body)),
        (true, _) => Content { bytes: answer.body.clone(), is_binary: true, becomes_binary: false },
        (false, handling) => Content {
            bytes: as_text(&answer.body),
            is_binary: false,
            becomes_binary: handling == Some(ContentHandling::ConvertToBinary)
                || (handling.is_none() && wants_binary),
        },
    }
}

/// The answer of an HTTP_PROXY backend.
pub(super) fn of_proxied_answer(request: &MethodRequest<'_>, answer: &IntegrationAnswer) -> Bytes {
    let content = of_answer(request, answer, None);
    content.bytes
}

impl Content {
    /// Text that stays text.
    pub(super) fn text(bytes: Bytes) -> Self {
        Self { bytes, is_binary: false, becomes_binary: false }
    }

    /// What leaves, when the payload or a template's rendering of it is `bytes`.
    pub(super) fn finish(&self, bytes: Bytes) -> Result<Bytes, GatewayError> {
        if !self.becomes_binary {
            return Ok(bytes);
        }
        let decoded = base64_simd::forgiving_decode_to_vec(&bytes);
        decoded.map(Bytes::from).map_err(|_| {
            GatewayError::configuration(
                "Unable to base64 decode the body, which is to become bytes; see contentHandling",
            )
        })
    }
}

/// The same bytes when they are UTF-8.
pub(super) fn as_text(bytes: &Bytes) -> Bytes {
    // Nearly always UTF-8, which is proven faster than mended.
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.clone(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}

fn encoded(bytes: &[u8]) -> Bytes {
    base64_simd::STANDARD.encode_to_string(bytes).into()
}
