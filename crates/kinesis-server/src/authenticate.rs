//! Who is calling: the one place where this service meets the account's users and keys.

use alluvium_iam::{AuthError, Authenticator, Caller};
use alluvium_kinesis_model::{Exception, ExceptionKind};
use bytes::Bytes;
use http::request::Parts;

/// The signing name of the service.
const SERVICE: &str = "kinesis";

/// The caller of a request, or the exception that AWS answers.
pub(crate) fn authenticate(
    authenticator: &Authenticator,
    parts: &Parts,
    body: &Bytes,
) -> Result<Caller, Exception> {
    if let Some(caller) = authenticator.vouched(&parts.extensions) {
        return Ok(caller);
    }
    authenticator.authenticate(&parts.method, &parts.uri, &parts.headers, body, SERVICE).map_err(|error| {
        let kind = match error {
            AuthError::MissingAuthenticationToken => ExceptionKind::MissingAuthenticationToken,
            AuthError::IncompleteSignature(_) => ExceptionKind::IncompleteSignature,
            AuthError::InvalidSignature(_) => ExceptionKind::InvalidSignature,
            AuthError::UnrecognizedClient => ExceptionKind::UnrecognizedClient,
            AuthError::ExpiredToken => ExceptionKind::ExpiredToken,
        };
        Exception::new(kind, error.to_string())
    })
}
