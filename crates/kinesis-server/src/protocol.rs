//! What a request asks for, told from its method, its headers and whether it has a body, in the order in which the real
//! service looks at them.

use alluvium_kinesis_model::{
    CborWriter, EXTENSION_TARGET_PREFIX, Exception, ExceptionKind, Extension, JsonWriter, Members, Operation,
    OperationInput, OperationOutput, TARGET_PREFIX,
};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};

use crate::answer::{Answer, AnswerBody};
use crate::limits::PIECE_BYTES;
use crate::pieces;

/// A form in which bodies come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// `application/x-amz-json-1.1`.
    Json,
    /// `application/x-amz-cbor-1.1`.
    Cbor,
}

impl Wire {
    fn parse(content_type: &str) -> Option<Self> {
        match content_type {
            "application/x-amz-json-1.1" => Some(Self::Json),
            "application/x-amz-cbor-1.1" => Some(Self::Cbor),
            _ => None,
        }
    }

    /// The content type of bodies in this form.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/x-amz-json-1.1",
            Self::Cbor => "application/x-amz-cbor-1.1",
        }
    }

    /// Reads and checks a body.
    pub(crate) fn read<I: OperationInput>(self, body: &Bytes) -> Result<I, Exception> {
        match self {
            Self::Json => I::from_json(body),
            Self::Cbor => I::from_cbor(body),
        }
    }

    /// The members of a body, whatever they are.
    pub(crate) fn members(self, body: &Bytes) -> Result<Members, Exception> {
        match self {
            Self::Json => Members::parse_json(body),
            Self::Cbor => Members::parse_cbor(body),
        }
    }

    /// Why a body cannot be read, with words for what the real service has none; `None` for one that can.
    pub(crate) fn unreadable(self, body: &Bytes) -> Option<Exception> {
        let exception = self.members(body).err()?;
        if exception.message.is_some() {
            return Some(exception);
        }
        let message = match self {
            Self::Json => Members::why_not_json(body),
            Self::Cbor => "The body has to be a CBOR map and nothing after it.".to_owned(),
        };
        Some(Exception::new(ExceptionKind::Serialization, message))
    }

    /// The body of an answer.
    pub(crate) fn body<O: OperationOutput>(self, output: &O) -> Vec<u8> {
        match self {
            Self::Json => {
                let mut writer = JsonWriter::with_capacity(output.bytes_estimate());
                output.write(&mut writer);
                writer.into_bytes()
            }
            Self::Cbor => {
                let mut writer = CborWriter::with_capacity(output.bytes_estimate());
                output.write(&mut writer);
                writer.into_bytes()
            }
        }
    }

    /// The body of a structure without members.
    pub(crate) fn empty_structure(self) -> Vec<u8> {
        match self {
            Self::Json => b"{}".to_vec(),
            // A map of no pairs.
            Self::Cbor => vec![0xa0],
        }
    }

    /// The body of an exception.
    pub(crate) fn exception_body(self, exception: &Exception) -> Vec<u8> {
        match self {
            Self::Json => {
                let mut writer = JsonWriter::default();
                exception.write(&mut writer);
                writer.into_bytes()
            }
            Self::Cbor => {
                let mut writer = CborWriter::default();
                exception.write(&mut writer);
                writer.into_bytes()
            }
        }
    }

    /// An operation's answer.
    pub(crate) fn answer<O: OperationOutput + Send + 'static>(self, output: O) -> Answer {
        let body = if !O::HAS_BODY {
            Vec::new().into()
        } else if output.bytes_estimate() <= PIECE_BYTES {
            self.body(&output).into()
        } else {
            AnswerBody::Pushed(pieces::body(self, output))
        };
        Answer { status: StatusCode::OK, content_type: Some(self.content_type()), body }
    }

    /// An exception's answer.
    pub(crate) fn exception(self, exception: &Exception) -> Answer {
        let body = self.exception_body(exception);
        let status =
            StatusCode::from_u16(exception.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Answer { status, content_type: Some(self.content_type()), body: body.into() }
    }

    /// An error that counts only if the body parses: one that does not comes first.
    pub(crate) fn unless_unparsable(self, body: &Bytes, exception: Exception) -> Exception {
        self.members(body).err().unwrap_or(exception)
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// An operation of Kinesis.
    Kinesis(Operation),
    /// An operation that AWS does not have.
    Extension(Extension),
}

impl Asked {
    /// What a policy calls it.
    pub(crate) fn action(self) -> String {
        match self {
            Self::Kinesis(operation) => format!("kinesis:{}", operation.name()),
            Self::Extension(extension) => format!("alluvium:{}", extension.name()),
        }
    }

    /// Whether this is about the policy of a resource.
    pub(crate) fn is_about_policies(self) -> bool {
        matches!(
            self,
            Self::Kinesis(
                Operation::PutResourcePolicy | Operation::GetResourcePolicy | Operation::DeleteResourcePolicy
            )
        )
    }

    /// Whether this changes streams, consumers or settings; not whether it puts or reads records.
    pub(crate) fn changes_streams(self) -> bool {
        let Self::Kinesis(operation) = self else { return true };
        let only_looks = ["Describe", "Get", "List"].iter().any(|verb| operation.name().starts_with(verb));
        let moves_records =
            matches!(operation, Operation::PutRecord | Operation::PutRecords | Operation::SubscribeToShard);
        !only_looks && !moves_records
    }

    fn parse(service: &str, name: &str) -> Option<Self> {
        match service {
            TARGET_PREFIX => Operation::parse(name).map(Self::Kinesis),
            EXTENSION_TARGET_PREFIX => Extension::parse(name).map(Self::Extension),
            _ => None,
        }
    }
}

/// Tells the operation and the form of its body, or answers at once.
pub(crate) fn recognise(method: &Method, headers: &HeaderMap, body: &Bytes) -> Result<(Asked, Wire), Answer> {
    let denied = "Unable to determine service/operation name to be authorized";
    if *method != Method::POST {
        return Err(Answer::xml(StatusCode::FORBIDDEN, "AccessDeniedException", Some(denied)));
    }
    let text =
        |name: &http::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let content_type = text(&CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let target = text(&http::HeaderName::from_static("x-amz-target"));
    let (service, name) = target.split_once('.').unwrap_or((target, ""));

    if content_type == "application/json" && !body.is_empty() {
        return Err(plain_json(body));
    }
    let wire = match Wire::parse(content_type) {
        Some(wire) => wire,
        // A request that says nothing of its form, and has no body that would, is answered in the service's first one.
        None if body.is_empty() => Wire::Cbor,
        None if service.is_empty() || name.is_empty() => {
            return Err(Answer::xml(StatusCode::FORBIDDEN, "AccessDeniedException", Some(denied)));
        }
        None => return Err(Answer::xml(StatusCode::NOT_FOUND, "UnknownOperationException", None)),
    };
    if service == EXTENSION_TARGET_PREFIX && Extension::parse(name).is_none() {
        return Err(wire.exception(&unknown_extension()));
    }
    let unknown = Exception::bare(ExceptionKind::UnknownOperation);
    match Asked::parse(service, name) {
        Some(asked) => Ok((asked, wire)),
        None if body.is_empty() => Err(wire.exception(&unknown)),
        None => Err(wire.exception(&wire.unless_unparsable(body, unknown))),
    }
}

/// What a name is told that is no operation of ours.
fn unknown_extension() -> Exception {
    let names: Vec<&str> = Extension::ALL.iter().map(|extension| extension.name()).collect();
    let message = format!("The operations of {EXTENSION_TARGET_PREFIX} are {}.", names.join(", "));
    Exception::new(ExceptionKind::UnknownOperation, message)
}

/// What a body of plain JSON is told, in the words of an older protocol.
fn plain_json(body: &Bytes) -> Answer {
    let (status, name) = if Wire::Json.members(body).is_err() {
        (StatusCode::BAD_REQUEST, "SerializationException")
    } else {
        (StatusCode::NOT_FOUND, "UnknownOperationException")
    };
    let body = format!(r#"{{"Output":{{"__type":"com.amazon.coral.service#{name}"}},"Version":"1.0"}}"#);
    Answer { status, content_type: Some("application/json"), body: body.into() }
}
