//! What a request asks for, told from its method, its headers and whether it has a body, in the order in which the real
//! service looks at them.

use alluvium_kinesis_model::{
    Exception, ExceptionKind, JsonWriter, Members, Operation, OperationInput, OperationOutput, TARGET_PREFIX,
};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};

use crate::answer::Answer;

/// A form in which bodies come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// `application/x-amz-json-1.1`.
    Json,
}

impl Wire {
    fn parse(content_type: &str) -> Option<Self> {
        (content_type == "application/x-amz-json-1.1").then_some(Self::Json)
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/x-amz-json-1.1",
        }
    }

    /// Reads and checks a body.
    pub(crate) fn read<I: OperationInput>(self, body: &[u8]) -> Result<I, Exception> {
        match self {
            Self::Json => I::from_json(body),
        }
    }

    /// Whether a body parses, whatever is in it.
    fn check_parses(self, body: &[u8]) -> Result<(), Exception> {
        match self {
            Self::Json => Members::parse_json(body).map(drop),
        }
    }

    /// An operation's answer.
    pub(crate) fn answer<O: OperationOutput>(self, output: &O) -> Answer {
        let body = if O::HAS_BODY {
            match self {
                Self::Json => {
                    let mut writer = JsonWriter::with_capacity(output.bytes_estimate());
                    output.write(&mut writer);
                    writer.into_bytes()
                }
            }
        } else {
            Vec::new()
        };
        Answer { status: StatusCode::OK, content_type: Some(self.content_type()), body: body.into() }
    }

    /// An exception's answer.
    pub(crate) fn exception(self, exception: &Exception) -> Answer {
        let body = match self {
            Self::Json => {
                let mut writer = JsonWriter::default();
                exception.write(&mut writer);
                writer.into_bytes()
            }
        };
        let status =
            StatusCode::from_u16(exception.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Answer { status, content_type: Some(self.content_type()), body: body.into() }
    }

    /// An error that counts only if the body parses: one that does not comes first.
    pub(crate) fn unless_unparsable(self, body: &[u8], exception: Exception) -> Exception {
        self.check_parses(body).err().unwrap_or(exception)
    }
}

/// Tells the operation and the form of its body, or answers at once.
pub(crate) fn recognise(
    method: &Method,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(Operation, Wire), Answer> {
    let denied = "Unable to determine service/operation name to be authorized";
    if *method != Method::POST {
        return Err(Answer::xml(StatusCode::FORBIDDEN, "AccessDeniedException", Some(denied)));
    }
    let text =
        |name: &http::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let content_type = text(&CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let target = text(&http::HeaderName::from_static("x-amz-target"));
    let (service, name) = target.split_once('.').unwrap_or((target, ""));
    let operation = (service == TARGET_PREFIX).then(|| Operation::parse(name)).flatten();

    if content_type == "application/json" && !body.is_empty() {
        return Err(plain_json(body));
    }
    let Some(wire) = Wire::parse(content_type) else {
        return Err(if service.is_empty() || name.is_empty() {
            Answer::xml(StatusCode::FORBIDDEN, "AccessDeniedException", Some(denied))
        } else {
            Answer::xml(StatusCode::NOT_FOUND, "UnknownOperationException", None)
        });
    };
    let unknown = Exception::bare(ExceptionKind::UnknownOperation);
    match operation {
        Some(operation) => Ok((operation, wire)),
        None if body.is_empty() => Err(wire.exception(&unknown)),
        None => Err(wire.exception(&wire.unless_unparsable(body, unknown))),
    }
}

/// What a body of plain JSON is told, in the words of an older protocol.
fn plain_json(body: &Bytes) -> Answer {
    let (status, name) = if Wire::Json.check_parses(body).is_err() {
        (StatusCode::BAD_REQUEST, "SerializationException")
    } else {
        (StatusCode::NOT_FOUND, "UnknownOperationException")
    };
    let body = format!(r#"{{"Output":{{"__type":"com.amazon.coral.service#{name}"}},"Version":"1.0"}}"#);
    Answer { status, content_type: Some("application/json"), body: body.into() }
}
