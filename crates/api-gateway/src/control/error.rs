//! Why an operation refuses, and how that looks on the wire: API Gateway's code in `x-amzn-ErrorType`, its message in the body.
//! <https://docs.aws.amazon.com/apigateway/latest/api/CommonErrors.html>

use alluvium_iam::{AccessDenied, AuthError};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::json;

use crate::state::SaveError;

/// The longest cause that a header tells.
const CAUSE_CHARS_MAX: usize = 1000;

/// Why an operation refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ControlError {
    /// AWS's name of the error, such as `NotFoundException`.
    pub(crate) code: &'static str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The text that the client reads.
    pub(crate) message: String,
    /// What is behind it, in our words; for the header `x-alluvium-cause`.
    cause: Option<String>,
}

impl ControlError {
    fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into(), cause: None }
    }

    /// What was sent cannot be done.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new("BadRequestException", 400, message)
    }

    /// There is no such thing.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new("NotFoundException", 404, message)
    }

    /// It is there already, or in use.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new("ConflictException", 409, message)
    }

    /// There would be more than AWS allows.
    pub(crate) fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::new("LimitExceededException", 429, message)
    }

    /// A constraint of AWS's model is not met.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", 400, message)
    }

    /// The body is not JSON, or a member is of the wrong type.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", 400, message)
    }

    /// The body is larger than any request of the control plane.
    pub(crate) fn too_large(bytes_max: usize) -> Self {
        Self::new(
            "RequestEntityTooLargeException",
            413,
            format!("The request is larger than {bytes_max} bytes"),
        )
    }

    /// No operation has this verb and path.
    pub(crate) fn unknown_operation(verb: &str, path: &str) -> Self {
        let message = format!("{verb} {path} is not an operation of API Gateway that is supported here");
        Self::new("UnknownOperationException", 404, message)
    }

    /// A change did not reach the disk and therefore did not happen.
    pub(crate) fn not_saved(error: &SaveError) -> Self {
        tracing::error!(error = %error.source, "{error}");
        Self::new("InternalFailure", 500, "The change could not be written; nothing was changed")
    }

    /// The work was lost, which is a mistake of this program.
    pub(crate) fn internal(message: &str) -> Self {
        Self::new("InternalFailure", 500, message)
    }

    /// With what is behind it, for a client that AWS's own words would leave without help.
    pub(crate) fn because(self, cause: &str) -> Self {
        let plain = |c: char| if c.is_ascii() && !c.is_ascii_control() { c } else { ' ' };
        Self { cause: Some(cause.chars().take(CAUSE_CHARS_MAX).map(plain).collect()), ..self }
    }

    /// The error as it goes out.
    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        // IAM's refusals name the member as IAM does.
        let member = if self.code == "AccessDeniedException" { "Message" } else { "message" };
        let body = json!({ member: self.message }).to_string();
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-amzn-errortype", HeaderValue::from_static(self.code));
        if let Some(cause) = self.cause.and_then(|cause| HeaderValue::try_from(cause).ok()) {
            headers.insert("x-alluvium-cause", cause);
        }
        response
    }
}

impl From<AuthError> for ControlError {
    fn from(error: AuthError) -> Self {
        Self::new(error.code(), 403, error.to_string())
    }
}

impl From<AccessDenied> for ControlError {
    fn from(denied: AccessDenied) -> Self {
        Self::new("AccessDeniedException", 403, denied.to_string())
    }
}
