//! What goes wrong with a request, and what each of it is called in each protocol
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html>).

use alluvium_iam::{AccessDenied, AuthError};
use http::StatusCode;

/// A condition that a client is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exception {
    pub(crate) kind: ExceptionKind,
    pub(crate) message: String,
}

/// The conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExceptionKind {
    InvalidParameterValue,
    MissingParameter,
    InvalidParameterCombination,
    Validation,
    InvalidNextToken,
    Serialization,
    UnknownOperation,
    RequestTooLarge,
    MissingAuthenticationToken,
    IncompleteSignature,
    InvalidSignature,
    UnrecognizedClient,
    ExpiredToken,
    AccessDenied,
    InternalServiceFault,
}

impl Exception {
    pub(crate) fn new(kind: ExceptionKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn invalid_value(message: impl Into<String>) -> Self {
        Self::new(ExceptionKind::InvalidParameterValue, message)
    }

    pub(crate) fn invalid_combination(message: impl Into<String>) -> Self {
        Self::new(ExceptionKind::InvalidParameterCombination, message)
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(ExceptionKind::Validation, message)
    }

    /// A member that has to be there and is not.
    pub(crate) fn missing(path: &str) -> Self {
        Self::new(ExceptionKind::MissingParameter, format!("The parameter {path} is required."))
    }
}

impl ExceptionKind {
    /// The name of the shape, which `__type` carries in JSON and CBOR.
    pub(crate) fn shape(self) -> &'static str {
        match self {
            Self::InvalidParameterValue => "com.amazonaws.cloudwatch#InvalidParameterValueException",
            Self::MissingParameter => "com.amazonaws.cloudwatch#MissingRequiredParameterException",
            Self::InvalidParameterCombination => {
                "com.amazonaws.cloudwatch#InvalidParameterCombinationException"
            }
            Self::Validation => "com.amazon.coral.validate#ValidationException",
            Self::InvalidNextToken => "com.amazonaws.cloudwatch#InvalidNextToken",
            Self::Serialization => "com.amazon.coral.service#SerializationException",
            Self::UnknownOperation => "com.amazon.coral.service#UnknownOperationException",
            Self::RequestTooLarge => "com.amazon.coral.service#RequestEntityTooLargeException",
            Self::MissingAuthenticationToken => {
                "com.amazon.coral.service#MissingAuthenticationTokenException"
            }
            Self::IncompleteSignature => "com.amazon.coral.service#IncompleteSignatureException",
            Self::InvalidSignature => "com.amazon.coral.service#InvalidSignatureException",
            Self::UnrecognizedClient => "com.amazon.coral.service#UnrecognizedClientException",
            Self::ExpiredToken => "com.amazon.coral.service#ExpiredTokenException",
            Self::AccessDenied => "com.amazon.coral.service#AccessDeniedException",
            Self::InternalServiceFault => "com.amazonaws.cloudwatch#InternalServiceFault",
        }
    }

    /// The code of the query protocol, which the others carry in a header for clients that know the code from it.
    pub(crate) fn query_code(self) -> &'static str {
        match self {
            Self::InvalidParameterValue => "InvalidParameterValue",
            Self::MissingParameter => "MissingParameter",
            Self::InvalidParameterCombination => "InvalidParameterCombination",
            Self::Validation => "ValidationError",
            Self::InvalidNextToken => "InvalidNextToken",
            Self::Serialization => "MalformedInput",
            Self::UnknownOperation => "InvalidAction",
            Self::RequestTooLarge => "RequestEntityTooLarge",
            Self::MissingAuthenticationToken => "MissingAuthenticationToken",
            Self::IncompleteSignature => "IncompleteSignature",
            Self::InvalidSignature => "SignatureDoesNotMatch",
            Self::UnrecognizedClient => "InvalidClientTokenId",
            Self::ExpiredToken => "ExpiredToken",
            Self::AccessDenied => "AccessDenied",
            Self::InternalServiceFault => "InternalServiceError",
        }
    }

    /// Whose fault it is.
    pub(crate) fn fault(self) -> &'static str {
        if self == Self::InternalServiceFault { "Receiver" } else { "Sender" }
    }

    /// The status, in the query protocol and in the others.
    pub(crate) fn status(self, query: bool) -> StatusCode {
        match self {
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::InternalServiceFault => StatusCode::INTERNAL_SERVER_ERROR,
            Self::MissingAuthenticationToken
            | Self::InvalidSignature
            | Self::UnrecognizedClient
            | Self::ExpiredToken
            | Self::AccessDenied
                if query =>
            {
                StatusCode::FORBIDDEN
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<AccessDenied> for Exception {
    fn from(denied: AccessDenied) -> Self {
        Self::new(ExceptionKind::AccessDenied, denied.to_string())
    }
}

impl From<AuthError> for Exception {
    fn from(error: AuthError) -> Self {
        let kind = match error {
            AuthError::MissingAuthenticationToken => ExceptionKind::MissingAuthenticationToken,
            AuthError::IncompleteSignature(_) => ExceptionKind::IncompleteSignature,
            AuthError::InvalidSignature(_) => ExceptionKind::InvalidSignature,
            AuthError::UnrecognizedClient => ExceptionKind::UnrecognizedClient,
            AuthError::ExpiredToken => ExceptionKind::ExpiredToken,
        };
        Self::new(kind, error.to_string())
    }
}
