//! Which integration response a backend's status selects.
//!
//! What must stay true: a pattern beats the default; neither is a configuration error; an error that becomes a success is said.

use std::sync::atomic::Ordering;

use super::GatewayError;
use super::method_request::MethodRequest;
use crate::compile::{DeployedIntegration, DeployedResponse};

/// The response whose pattern matches `status`, else the default.
pub(super) fn select<'i>(
    request: &MethodRequest<'_>,
    integration: &'i DeployedIntegration,
    status: http::StatusCode,
) -> Result<&'i DeployedResponse, GatewayError> {
    let responses = &integration.responses;
    let matches = |response: &&DeployedResponse| {
        response.pattern.as_ref().is_some_and(|pattern| pattern.is_match(status.as_str()))
    };
    let selected = responses
        .iter()
        .find(matches)
        .or_else(|| responses.iter().find(|response| response.pattern.is_none()));
    let Some(selected) = selected else {
        let cause = format!(
            "no integration response matches the backend's status {} and none is without a selection pattern; add one without it ('default' in OpenAPI)",
            status.as_str()
        );
        return Err(GatewayError::configuration(cause));
    };
    let becomes_success = selected.pattern.is_none() && selected.status.as_u16() < 400;
    if status.as_u16() >= 400 && becomes_success && is_time_to_tell(request) {
        tracing::warn!(
            method = %request.method.verb,
            resource = %request.method.path,
            backend_status = status.as_u16(),
            method_status = selected.status.as_u16(),
            "a backend error leaves as a success; add an integration response with selection pattern \"{}\\d{{2}}\" to give it its own status",
            &status.as_str()[..1],
        );
    }
    Ok(selected)
}

/// Once a minute for each method: a backend that fails fails often.
fn is_time_to_tell(request: &MethodRequest<'_>) -> bool {
    let minute = request.arrival.environment.clock.now_millis() / 60_000;
    request.method.told_at_minute.swap(minute, Ordering::Relaxed) != minute
}
