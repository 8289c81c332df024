//! Checks of an integration as it is put or updated.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html>
//!
//! What must stay true: what a method only shows when it runs, a template that does not parse, is not refused here, as on AWS.

use crate::control::authorize::check_pass_role;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::mappings;
use crate::control::operations::methods::invalid_verb;
use crate::limits::{INTEGRATION_TIMEOUT_MILLIS_MAX, INTEGRATION_TIMEOUT_MILLIS_MIN};
use crate::model::{HttpVerb, Integration, IntegrationType, Method, PassthroughBehavior};

/// What happens to a body without a template, by AWS's name.
pub(super) fn passthrough_behavior(text: &str) -> Result<PassthroughBehavior, ControlError> {
    match text {
        "WHEN_NO_MATCH" => Ok(PassthroughBehavior::WhenNoMatch),
        "WHEN_NO_TEMPLATES" => Ok(PassthroughBehavior::WhenNoTemplates),
        "NEVER" => Ok(PassthroughBehavior::Never),
        _ => Err(ControlError::bad_request(
            "Invalid passthrough behavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER",
        )),
    }
}

/// The timeout, within its bounds.
pub(crate) fn timeout(millis: Option<i64>) -> Result<Option<u64>, ControlError> {
    let Some(millis) = millis else { return Ok(None) };
    let range = INTEGRATION_TIMEOUT_MILLIS_MIN..=INTEGRATION_TIMEOUT_MILLIS_MAX;
    u64::try_from(millis).ok().filter(|millis| range.contains(millis)).map(Some).ok_or_else(|| {
        ControlError::bad_request(format!(
            "Timeout should be between {INTEGRATION_TIMEOUT_MILLIS_MIN} ms and {INTEGRATION_TIMEOUT_MILLIS_MAX} ms"
        ))
    })
}

/// Whether the integration can stand at this method.
pub(crate) fn check(integration: &Integration, method: &Method) -> Result<(), ControlError> {
    let kind = integration.integration_type;
    if kind != IntegrationType::Mock {
        let Some(verb) = &integration.http_method else {
            return Err(ControlError::bad_request("Enumeration value for HttpMethod must be non-empty"));
        };
        verb.parse::<HttpVerb>().map_err(|_| invalid_verb())?;
    }
    let uri = integration.uri.as_deref().unwrap_or_default();
    match kind {
        IntegrationType::Http | IntegrationType::HttpProxy => check_endpoint(uri)?,
        IntegrationType::Aws | IntegrationType::AwsProxy => check_service_arn(uri, kind)?,
        IntegrationType::Mock => {}
    }
    mappings::check_request_parameters(&integration.request_parameters, method)?;
    mappings::check_templates(&integration.request_templates)
}

/// Whether the caller may have API Gateway act as this role.
pub(crate) fn check_credentials(call: &Call, integration: &Integration) -> Result<(), ControlError> {
    let Some(role_arn) = &integration.credentials else { return Ok(()) };
    if !role_arn.starts_with("arn:") && !role_arn.contains("${") {
        return Err(invalid_arn());
    }
    check_pass_role(call, role_arn)
}

fn invalid_arn() -> ControlError {
    ControlError::bad_request("Invalid ARN specified in the request")
}

/// `http://host...`; a stage variable may stand for any part.
fn check_endpoint(uri: &str) -> Result<(), ControlError> {
    let rest = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"));
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']));
    if (has_host || uri.starts_with("${stageVariables.")) && !uri.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(ControlError::bad_request("Invalid HTTP endpoint specified for URI"))
}

/// `arn:aws:apigateway:REGION:SERVICE:{path|action}/...`.
fn check_service_arn(uri: &str, kind: IntegrationType) -> Result<(), ControlError> {
    let mut parts = uri.splitn(6, ':');
    let is_arn = parts.next() == Some("arn");
    let rest: Vec<&str> = parts.collect();
    let [_partition, _apigateway, _region, service, resource] = rest.as_slice() else {
        return Err(invalid_arn());
    };
    if !is_arn {
        return Err(invalid_arn());
    }
    if !resource.starts_with("path/") && !resource.starts_with("action/") {
        return Err(ControlError::bad_request("AWS ARN for integration must contain path or action"));
    }
    let service = service.rsplit('.').next().unwrap_or(service);
    if kind == IntegrationType::AwsProxy && !matches!(service, "lambda" | "firehose") {
        return Err(ControlError::bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
        ));
    }
    Ok(())
}
