//! Request validation: required parameters and the payload's model, before anything is mapped.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>
//!
//! What must stay true: all missing parameters are named at once; what is wrong with a payload is told in the log and to gateway
//! responses that ask for `$context.error.validationErrorString`, not to others.

use super::GatewayError;
use super::method_request::MethodRequest;
use crate::compile::{DeployedIntegration, RequiredParameter, Validation};
use crate::model::GatewayResponseType;
use crate::schema::Schema;

pub(super) fn validate(
    request: &MethodRequest<'_>,
    integration: &DeployedIntegration,
) -> Result<(), GatewayError> {
    let validation = &integration.validation;
    check_parameters(request, validation)?;
    match schema_of(request, validation) {
        Some(schema) => check_body(request, schema),
        None => Ok(()),
    }
}

fn check_parameters(request: &MethodRequest<'_>, validation: &Validation) -> Result<(), GatewayError> {
    if validation.required.is_empty() {
        return Ok(());
    }
    let parameters = request.parameters();
    let is_missing = |required: &&RequiredParameter| match required {
        RequiredParameter::Header(name) => parameters.header_value(name).is_none(),
        RequiredParameter::Path(name) => parameters.path_value(name).is_none(),
        RequiredParameter::QueryString(name) => parameters.query_value(name).is_none(),
    };
    let missing: Vec<&str> =
        validation.required.iter().filter(is_missing).map(RequiredParameter::name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Missing required request parameters: [{}]", missing.join(", "));
    Err(GatewayError::of(GatewayResponseType::BadRequestParameters).with_message(message))
}

/// The model for the payload's media type, else the one for all others.
fn schema_of<'v>(request: &MethodRequest<'_>, validation: &'v Validation) -> Option<&'v Schema> {
    if validation.bodies.is_empty() {
        return None;
    }
    let media_type = request.media_type();
    let media_type = media_type.as_deref().unwrap_or("application/json");
    let with_key = |key: &str| validation.bodies.iter().find(|(known, _)| known == key);
    with_key(media_type).or_else(|| with_key("$default")).map(|(_, schema)| schema)
}

fn check_body(request: &MethodRequest<'_>, schema: &Schema) -> Result<(), GatewayError> {
    let errors = match request.payload().json() {
        Ok(document) => {
            schema.check(document).map_err(|limit| GatewayError::configuration(limit.to_string()))?
        }
        Err(error) => vec![format!("the payload is not JSON: {error}")],
    };
    if errors.is_empty() {
        return Ok(());
    }
    let errors = format!("[{}]", errors.join(", "));
    let media_type = request.media_type().unwrap_or_else(|| "application/json".to_owned());
    let cause = format!("Request body does not match model schema for content type {media_type}: {errors}");
    let mut error = GatewayError::of(GatewayResponseType::BadRequestBody).with_cause(cause);
    error.validation = Some(errors);
    Err(error)
}
