//! One call of a backend, whatever it is: within its timeout, noted in the log, its failures told apart.
//!
//! What must stay true: no answer in time is a timeout, no connection a failure; redirects are answers like others.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use tower::ServiceExt;

use super::execution_log::IntegrationNote;
use super::{GatewayError, IntegrationAnswer, Notes, log_text};
use crate::hop::HttpHop;
use crate::model::GatewayResponseType;

pub(super) async fn call(
    hop: &HttpHop,
    request: Request<Bytes>,
    timeout: Duration,
    notes: &mut Notes,
) -> Result<IntegrationAnswer, GatewayError> {
    let uri = request.uri().clone();
    let endpoint = || {
        // Without a password in front of the host.
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let host = authority.rsplit('@').next().unwrap_or_default();
        format!("{}://{host}", uri.scheme_str().unwrap_or("http"))
    };
    note_request(&request, notes);
    let begun = notes.now();
    let answered = tokio::time::timeout(timeout, hop.clone().oneshot(request)).await;
    let latency = notes.since(begun);
    let status = answered.as_ref().ok().and_then(|answer| Some(answer.as_ref().ok()?.status()));
    let request_id = answered.as_ref().ok().and_then(|answer| request_id(answer.as_ref().ok()?.headers()));
    notes.integration = Some(IntegrationNote { status, latency, request_id });
    match answered {
        Ok(Ok(response)) => {
            let (parts, body) = response.into_parts();
            let answer = IntegrationAnswer { status: parts.status, headers: parts.headers, body };
            note_answer(&answer, latency, notes);
            Ok(answer)
        }
        Ok(Err(error)) => Err(unreachable(&endpoint(), &chain(error.as_ref()))),
        Err(_elapsed) => {
            let cause = format!("{} did not answer within {timeout:?}", endpoint());
            Err(GatewayError::of(GatewayResponseType::IntegrationTimeout).with_cause(cause))
        }
    }
}

/// The id that AWS services give their answers.
fn request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("x-amzn-requestid")?.to_str().ok().map(str::to_owned)
}

fn unreachable(endpoint: &str, cause: &str) -> GatewayError {
    let cause = format!("{endpoint} cannot be reached: {cause}");
    if cause.contains("dns error") {
        return GatewayError::configuration(format!("Invalid endpoint address: {cause}"));
    }
    GatewayError::of(GatewayResponseType::IntegrationFailure).with_cause(cause)
}

fn note_request(request: &Request<Bytes>, notes: &mut Notes) {
    let uri = || log_text::uri(&request.uri().to_string());
    notes.data(|| format!("Endpoint request URI: {}", uri()));
    notes.data(|| format!("Endpoint request headers: {}", log_text::headers(request.headers(), &[])));
    notes.data(|| format!("Endpoint request body after transformations: {}", log_text::body(request.body())));
    notes.info(|| format!("Sending request to {}", uri()));
}

fn note_answer(answer: &IntegrationAnswer, latency: Duration, notes: &mut Notes) {
    notes.info(|| {
        let (status, millis) = (answer.status.as_u16(), latency.as_millis());
        format!("Received response. Status: {status}, Integration latency: {millis} ms")
    });
    notes.data(|| format!("Endpoint response headers: {}", log_text::headers(&answer.headers, &[])));
    notes.data(|| format!("Endpoint response body before transformations: {}", log_text::body(&answer.body)));
}

/// An error with everything that led to it.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
