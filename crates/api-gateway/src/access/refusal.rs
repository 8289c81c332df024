//! Why a request is not let in: which gateway response it ends in, and what that says.
//!
//! What must stay true: neither text holds a key's value, a signature or a secret.

use crate::model::GatewayResponseType;

/// A request that is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) response_type: GatewayResponseType,
    /// In place of the type's own message.
    pub(crate) message: Option<String>,
    /// In place of the type's own error type.
    pub(crate) error_type: Option<&'static str>,
    /// In place of the type's own body, when nobody has customised it.
    pub(crate) template: Option<&'static str>,
    /// For the log: what went wrong, and what to do.
    pub(crate) cause: String,
}

/// The body of a denial, which has a capital M on AWS.
const DENIAL_TEMPLATE: &str = "{\"Message\":$context.error.messageString}";

impl Refusal {
    pub(crate) fn of(response_type: GatewayResponseType, cause: impl Into<String>) -> Self {
        Self { response_type, message: None, error_type: None, template: None, cause: cause.into() }
    }

    /// 403: the signature, or something about it.
    pub(crate) fn of_signature(
        response_type: GatewayResponseType,
        message: String,
        error_type: &'static str,
    ) -> Self {
        let cause = format!("the signature is refused: {message}");
        let (message, error_type) = (Some(message), Some(error_type));
        Self { message, error_type, ..Self::of(response_type, cause) }
    }

    /// 403: policies do not let the caller in. `message` is what the caller reads, `cause` what the log keeps.
    pub(crate) fn denied(message: String, cause: String) -> Self {
        let (message, template) = (Some(message), Some(DENIAL_TEMPLATE));
        Self { message, template, ..Self::of(GatewayResponseType::AccessDenied, cause) }
    }
}
