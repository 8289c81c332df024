//! What Kinesis answers when it does not do what was asked: one closed list, with the wire's name, the HTTP status and
//! whether asking again can help.
//!
//! What must stay true: this is the one place that knows how an exception looks on the wire.

use std::fmt;

use crate::writer::Writer;

/// Every exception of the Kinesis model, then those that the protocol itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the exception of that name in the Kinesis API reference")]
pub enum ExceptionKind {
    AccessDenied,
    DryRunOperation,
    ExpiredIterator,
    ExpiredNextToken,
    InternalFailure,
    InvalidArgument,
    KmsAccessDenied,
    KmsDisabled,
    KmsInvalidState,
    KmsNotFound,
    KmsOptInRequired,
    KmsThrottling,
    LimitExceeded,
    ProvisionedThroughputExceeded,
    ResourceInUse,
    ResourceNotFound,
    Throttling,
    Validation,
    // Answered by the protocol, outside the model:
    ExpiredToken,
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    Serialization,
    UnknownOperation,
    UnrecognizedClient,
}

/// Whether the request that failed may have had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing was done.
    None,
    /// It may have been done; the caller has to look or to be ready for a second copy.
    Unknown,
}

impl ExceptionKind {
    /// The name in `__type`.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::DryRunOperation => "DryRunOperationException",
            Self::ExpiredIterator => "ExpiredIteratorException",
            Self::ExpiredNextToken => "ExpiredNextTokenException",
            Self::InternalFailure => "InternalFailure",
            Self::InvalidArgument => "InvalidArgumentException",
            Self::KmsAccessDenied => "KMSAccessDeniedException",
            Self::KmsDisabled => "KMSDisabledException",
            Self::KmsInvalidState => "KMSInvalidStateException",
            Self::KmsNotFound => "KMSNotFoundException",
            Self::KmsOptInRequired => "KMSOptInRequired",
            Self::KmsThrottling => "KMSThrottlingException",
            Self::LimitExceeded => "LimitExceededException",
            Self::ProvisionedThroughputExceeded => "ProvisionedThroughputExceededException",
            Self::ResourceInUse => "ResourceInUseException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Throttling => "ThrottlingException",
            Self::Validation => "ValidationException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::IncompleteSignature => "IncompleteSignatureException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::Serialization => "SerializationException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
        }
    }

    /// The HTTP status: 500 for our own failures, 400 for everything else, as the JSON protocol has it.
    pub fn status(self) -> u16 {
        if self == Self::InternalFailure { 500 } else { 400 }
    }

    /// Whether the same request can succeed later without being changed.
    pub fn is_retryable(self) -> bool {
        match self {
            Self::InternalFailure
            | Self::KmsThrottling
            | Self::LimitExceeded
            | Self::ProvisionedThroughputExceeded
            | Self::ResourceInUse
            | Self::Throttling => true,
            Self::AccessDenied
            | Self::DryRunOperation
            | Self::ExpiredIterator
            | Self::ExpiredNextToken
            | Self::ExpiredToken
            | Self::IncompleteSignature
            | Self::InvalidArgument
            | Self::InvalidSignature
            | Self::KmsAccessDenied
            | Self::KmsDisabled
            | Self::KmsInvalidState
            | Self::KmsNotFound
            | Self::KmsOptInRequired
            | Self::MissingAuthenticationToken
            | Self::ResourceNotFound
            | Self::Serialization
            | Self::UnknownOperation
            | Self::UnrecognizedClient
            | Self::Validation => false,
        }
    }

    /// Whether the request may have been carried out all the same.
    pub fn effect(self) -> Effect {
        if self == Self::InternalFailure { Effect::Unknown } else { Effect::None }
    }
}

/// An exception with the text that the caller reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Which exception.
    pub kind: ExceptionKind,
    /// Its text; a body that does not parse and an unknown operation have none.
    pub message: Option<String>,
}

impl Exception {
    /// An exception with a text.
    pub fn new(kind: ExceptionKind, message: impl Into<String>) -> Self {
        Self { kind, message: Some(message.into()) }
    }

    /// An exception without a text.
    pub fn bare(kind: ExceptionKind) -> Self {
        Self { kind, message: None }
    }

    /// A member that breaks a rule which only this operation knows.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(ExceptionKind::InvalidArgument, message)
    }

    /// A stream or shard that is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ExceptionKind::ResourceNotFound, message)
    }

    /// A member of the wrong type.
    pub(crate) fn wrong_type(message: impl Into<String>) -> Self {
        Self::new(ExceptionKind::Serialization, message)
    }

    /// Writes the body: `__type`, and the text as `message`, or as `Message` for a SerializationException.
    pub fn write(&self, writer: &mut impl Writer) {
        writer.begin_structure();
        writer.text_member("__type", self.kind.wire_name());
        if let Some(message) = &self.message {
            let name = if self.kind == ExceptionKind::Serialization { "Message" } else { "message" };
            writer.text_member(name, message);
        }
        writer.end_structure();
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(formatter, "{}: {message}", self.kind.wire_name()),
            None => formatter.write_str(self.kind.wire_name()),
        }
    }
}

impl std::error::Error for Exception {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::JsonWriter;

    fn json(exception: &Exception) -> String {
        let mut writer = JsonWriter::default();
        exception.write(&mut writer);
        String::from_utf8(writer.into_bytes()).expect("JSON is UTF-8")
    }

    #[test]
    fn the_text_is_message_except_for_a_serialization_exception() {
        assert_eq!(
            json(&Exception::invalid_argument("no \"x\"")),
            r#"{"__type":"InvalidArgumentException","message":"no \"x\""}"#
        );
        assert_eq!(
            json(&Exception::wrong_type("Expected list or null")),
            r#"{"__type":"SerializationException","Message":"Expected list or null"}"#
        );
        assert_eq!(
            json(&Exception::bare(ExceptionKind::UnknownOperation)),
            r#"{"__type":"UnknownOperationException"}"#
        );
    }
}
