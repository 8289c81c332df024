//! One line of a stage's access log.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>
//!
//! What must stay true: a stage without an access log pays for one look; a line has a bound; the value of an API key is masked.

use bytes::Bytes;
use http::Response;

use super::Notes;
use super::arrival::Arrival;
use super::log_text::masked;
use super::method_request::MethodRequest;
use crate::limits::ACCESS_LOG_LINE_BYTES_MAX;
use crate::template::ContextMap;

/// Writes the line of a request that has been answered.
pub(super) fn write(
    arrival: &Arrival<'_>,
    request: Option<&MethodRequest<'_>>,
    response: &Response<Bytes>,
    notes: &Notes,
) {
    let stage = arrival.stage;
    let Some(format) = &stage.access_log else { return };
    let known = request.map_or_else(|| arrival.context(None), MethodRequest::known);
    let context = ContextMap::of(&known);
    let mut line = format.line(|path| {
        let name = path.join(".");
        if name == "identity.apiKey" {
            return context.text_at(path).map(|value| masked(&value));
        }
        of_answer(&name, arrival, response, notes).or_else(|| context.text_at(path))
    });
    crate::text::shorten(&mut line, ACCESS_LOG_LINE_BYTES_MAX, "...");
    arrival.environment.access_logs.write(&stage.api_id, &stage.stage_name, line);
}

/// What only an access log can tell.
fn of_answer(name: &str, arrival: &Arrival<'_>, response: &Response<Bytes>, notes: &Notes) -> Option<String> {
    let integration = notes.integration.as_ref();
    let failure = notes.failure.as_ref();
    match name {
        "status" => Some(response.status().as_str().to_owned()),
        "responseLength" => Some(response.body().len().to_string()),
        "responseLatency" => Some(notes.since(arrival.time).as_millis().to_string()),
        "integrationLatency" | "integration.latency" => Some(integration?.latency.as_millis().to_string()),
        "integrationStatus" | "integration.integrationStatus" | "integration.status" => {
            Some(integration?.status?.as_str().to_owned())
        }
        "integration.requestId" | "awsEndpointRequestId" | "awsEndpointRequestId2" => {
            integration?.request_id.clone()
        }
        "integrationErrorMessage" | "integration.error" => {
            failure.filter(|failure| failure.is_of_integration).map(|failure| failure.cause.clone())
        }
        "error.message" => Some(failure?.message.clone()),
        "error.messageString" => Some(format!("\"{}\"", failure?.message)),
        "error.responseType" => Some(failure?.response_type.to_owned()),
        "error.validationErrorString" => failure?.validation.clone(),
        "xrayTraceId" => Some(arrival.ids.trace.clone()),
        _ => None,
    }
}
