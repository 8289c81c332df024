//! Execution of a request, step by step as API Gateway names the steps, one file each:
//! routing, method request, integration request, integration, integration response, method response.
//!
//! What must stay true: every way out but a method response is a gateway response, and each carries the same ids.

mod access_log;
mod admission;
mod arrival;
mod aws_integration;
mod backend_call;
mod compression;
mod content;
mod error;
mod execution_log;
mod gateway_response;
mod header_case;
mod http_integration;
mod integration_request;
mod integration_response;
mod log_text;
mod method_request;
mod mock_integration;
mod response_headers;
mod routing;
mod selection;
mod test_invoke;
mod validation;

use bytes::Bytes;
use http::{Request, Response};

use crate::compile::{Backend, DeployedStage};
use crate::gateway::Environment;
use crate::invoke_url::InvokeUrl;
use arrival::Arrival;
use error::GatewayError;
use execution_log::Notes;
pub(crate) use gateway_response::forbidden;
use method_request::MethodRequest;
use routing::Routed;
pub use test_invoke::{TestInvoked, TestRequest};

/// What a backend answered.
struct IntegrationAnswer {
    status: http::StatusCode,
    headers: http::HeaderMap,
    body: Bytes,
}

/// Runs a request against a stage. The answer is always a response.
pub(crate) async fn execute(
    environment: &Environment,
    stage: &DeployedStage,
    url: &InvokeUrl,
    request: Request<Bytes>,
) -> Response<Bytes> {
    let (parts, body) = request.into_parts();
    let arrival = Arrival::of(environment, stage, url, parts);
    let mut notes = Notes::off(environment.clock);
    let mut response = match run(&arrival, body, &mut notes).await {
        Ok(response) => response,
        Err(error) => {
            let response = gateway_response::respond(&arrival, None, &error, &mut notes);
            access_log::write(&arrival, None, &response, &notes);
            response
        }
    };
    response_headers::identify(response.headers_mut(), &arrival.ids);
    if let Some(log) = notes.finish(&stage.api_id, &stage.stage_name, &arrival.ids.request) {
        environment.execution_logs.keep(log);
    }
    response
}

/// The steps up to the method; an error here is about no method.
async fn run(arrival: &Arrival<'_>, body: Bytes, notes: &mut Notes) -> Result<Response<Bytes>, GatewayError> {
    method_request::check_size(&arrival.parts.headers, &body)?;
    let routed = routing::route(arrival)?;
    notes.follow(routed.method.setting.as_ref());
    Ok(run_method(arrival, routed, body, notes).await)
}

/// The steps of one method. An error answers with the gateway response that fits.
async fn run_method(
    arrival: &Arrival<'_>,
    routed: Routed<'_>,
    body: Bytes,
    notes: &mut Notes,
) -> Response<Bytes> {
    let mut request = MethodRequest::new(arrival, routed, body);
    let admitted = admission::admit(&mut request);
    note_arrival(&request, notes);
    let answered = match admitted {
        Ok(()) => answer(&mut request, notes).await.and_then(ending),
        Err(error) => Err(error),
    };
    let response = match answered {
        Ok(mut response) => {
            compression::pack(arrival, &mut response).await;
            notes.info(|| "Successfully completed execution".to_owned());
            response
        }
        Err(error) => gateway_response::respond(arrival, Some(&request), &error, notes),
    };
    notes.info(|| format!("Method completed with status: {}", response.status().as_u16()));
    access_log::write(arrival, Some(&request), &response, notes);
    response
}

/// A response whose status ends an exchange. After an interim one (1xx) a client waits for the response to come, and would take the
/// next one for it.
fn ending(response: Response<Bytes>) -> Result<Response<Bytes>, GatewayError> {
    let status = response.status();
    if status.is_informational() {
        let cause =
            format!("status {} is an interim one, which ends no request; answer 200 to 599", status.as_u16());
        return Err(GatewayError::configuration(cause));
    }
    Ok(response)
}

async fn answer(request: &mut MethodRequest<'_>, notes: &mut Notes) -> Result<Response<Bytes>, GatewayError> {
    if let Some(body) = compression::unpacked(request.arrival, request.body()).await? {
        request.unpack_to(body);
    }
    integrate(request, notes).await
}

async fn integrate(request: &MethodRequest<'_>, notes: &mut Notes) -> Result<Response<Bytes>, GatewayError> {
    let integration = request.integration()?;
    validation::validate(request, integration)?;
    let integration_request = integration_request::build(request, integration)?;
    let answer = match &integration.backend {
        Backend::Mock => mock_integration::answer(&integration_request)?,
        Backend::Aws { .. } => {
            aws_integration::call(request, integration, integration_request, notes).await?
        }
        Backend::Http { .. } => {
            http_integration::call(request, integration, integration_request, notes).await?
        }
    };
    if matches!(integration.backend, Backend::Http { is_proxy: true, .. }) {
        return Ok(integration_response::pass(request, &answer, notes));
    }
    integration_response::respond(request, integration, &answer, notes)
}

fn note_arrival(request: &MethodRequest<'_>, notes: &mut Notes) {
    let arrival = request.arrival;
    notes.info(|| format!("Starting execution for request: {}", arrival.ids.request));
    notes.info(|| format!("HTTP Method: {}, Resource Path: {}", arrival.parts.method, arrival.url.path));
    notes.data(|| format!("Method request path: {}", log_text::parameters(&request.parameters().path)));
    notes.data(|| {
        format!("Method request query string: {}", log_text::parameters(&request.parameters().querystring))
    });
    notes.data(|| {
        let headers = log_text::headers(&arrival.parts.headers, &request.method.declared_headers);
        format!("Method request headers: {headers}")
    });
    notes.data(|| format!("Method request body before transformations: {}", log_text::body(request.body())));
}
