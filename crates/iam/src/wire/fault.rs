//! Errors on the wire: code, status and text
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>).

use http::StatusCode;

use crate::access::AccessDenied;
use crate::authenticator::AuthError;
use crate::error::IamError;
use crate::file::SaveError;

/// An error as it is answered.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A member that is not of its form.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub(crate) fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NoSuchEntity", message)
    }

    /// Whose fault it is: the client's, or ours.
    pub(crate) fn side(&self) -> &'static str {
        if self.status.is_server_error() { "Receiver" } else { "Sender" }
    }
}

impl From<IamError> for Fault {
    fn from(error: IamError) -> Self {
        let (status, code) = match &error {
            IamError::NoSuchEntity(_) => (StatusCode::NOT_FOUND, "NoSuchEntity"),
            IamError::EntityAlreadyExists(_) => (StatusCode::CONFLICT, "EntityAlreadyExists"),
            IamError::DeleteConflict(_) => (StatusCode::CONFLICT, "DeleteConflict"),
            IamError::LimitExceeded(_) | IamError::Save(SaveError::TooLarge) => {
                (StatusCode::CONFLICT, "LimitExceeded")
            }
            IamError::InvalidInput(_) => (StatusCode::BAD_REQUEST, "InvalidInput"),
            IamError::Validation(_) => (StatusCode::BAD_REQUEST, "ValidationError"),
            IamError::MalformedPolicyDocument(_) => (StatusCode::BAD_REQUEST, "MalformedPolicyDocument"),
            IamError::NotTrusted { .. } => (StatusCode::FORBIDDEN, "AccessDenied"),
            IamError::Save(inner) => {
                tracing::error!(error = %source_of(inner), "a change of users, roles or policies is not on disk");
                (StatusCode::INTERNAL_SERVER_ERROR, "ServiceFailure")
            }
        };
        Self::new(status, code, error.to_string())
    }
}

/// The innermost cause, which names the file.
fn source_of(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

impl From<AccessDenied> for Fault {
    fn from(denied: AccessDenied) -> Self {
        Self::access_denied(denied.to_string())
    }
}

impl From<AuthError> for Fault {
    fn from(error: AuthError) -> Self {
        let (status, code) = match &error {
            AuthError::MissingAuthenticationToken => (StatusCode::FORBIDDEN, "MissingAuthenticationToken"),
            AuthError::IncompleteSignature(_) => (StatusCode::BAD_REQUEST, "IncompleteSignature"),
            AuthError::InvalidSignature(_) => (StatusCode::FORBIDDEN, "SignatureDoesNotMatch"),
            AuthError::UnrecognizedClient => (StatusCode::FORBIDDEN, "InvalidClientTokenId"),
            AuthError::ExpiredToken => (StatusCode::FORBIDDEN, "ExpiredToken"),
        };
        let message = match &error {
            AuthError::MissingAuthenticationToken => "Request is missing Authentication Token".to_owned(),
            other => other.to_string(),
        };
        Self::new(status, code, message)
    }
}
