//! Why a request ends in a gateway response.
//!
//! What must stay true: what the client reads (`message`) and what the operator reads (`cause`) are separate texts, and neither
//! holds a secret.

use super::execution_log::FailureNote;
use crate::access::Refusal;
use crate::model::GatewayResponseType;

/// A request that ends in a gateway response.
#[derive(Debug)]
pub(super) struct GatewayError {
    pub(super) response_type: GatewayResponseType,
    /// In place of the type's own message.
    pub(super) message: Option<String>,
    /// In place of the type's own error type.
    pub(super) error_type: Option<&'static str>,
    /// In place of the built-in template, when nobody has customised the type.
    pub(super) template: Option<&'static str>,
    /// What went wrong and what to do, for the log.
    pub(super) cause: Option<String>,
    /// What is wrong with a payload, `$context.error.validationErrorString`.
    pub(super) validation: Option<String>,
}

impl GatewayError {
    pub(super) fn of(response_type: GatewayResponseType) -> Self {
        Self { response_type, message: None, error_type: None, template: None, cause: None, validation: None }
    }

    /// 500 with API Gateway's "Internal server error"; the cause goes to the log.
    pub(super) fn configuration(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::of(GatewayResponseType::ApiConfigurationError) }
    }

    pub(super) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    pub(super) fn with_cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What an access log can tell of it.
    pub(super) fn note(&self, message: &str) -> FailureNote {
        FailureNote {
            message: message.to_owned(),
            response_type: self.response_type.as_str(),
            validation: self.validation.clone(),
            cause: self.cause.clone().unwrap_or_else(|| message.to_owned()),
            is_of_integration: matches!(
                self.response_type,
                GatewayResponseType::IntegrationFailure
                    | GatewayResponseType::IntegrationTimeout
                    | GatewayResponseType::ApiConfigurationError
            ),
        }
    }

    /// What the execution log says of it.
    pub(super) fn log_line(&self, message: &str) -> String {
        let cause = self.cause.as_deref().unwrap_or(message);
        match self.response_type {
            GatewayResponseType::ApiConfigurationError
            | GatewayResponseType::AuthorizerConfigurationError => {
                format!("Execution failed due to configuration error: {cause}")
            }
            GatewayResponseType::IntegrationTimeout => {
                format!("Execution failed due to a timeout error: {cause}")
            }
            GatewayResponseType::IntegrationFailure => {
                format!("Execution failed due to a network error communicating with endpoint: {cause}")
            }
            _ if cause == message => message.to_owned(),
            _ => format!("{message}: {cause}"),
        }
    }
}

impl From<Refusal> for GatewayError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { response_type, message, error_type, template, cause } = refusal;
        Self { response_type, message, error_type, template, cause: Some(cause), validation: None }
    }
}
