//! Execution of a request, step by step as API Gateway names the steps, one file each:
//! routing, method request, integration request, integration, integration response, method response.
//!
//! What must stay true: every way out but a method response is a gateway response, and each carries the same ids.

mod aws_integration;
mod error;
mod gateway_response;
mod integration_request;
mod integration_response;
mod method_request;
mod mock_integration;
mod response_headers;
mod routing;
mod selection;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::compile::{Backend, DeployedStage};
use crate::gateway::Environment;
use crate::invoke_url::InvokeUrl;
use error::GatewayError;
pub(crate) use gateway_response::forbidden;
use method_request::{Arrival, MethodRequest};

/// What a backend answered.
struct IntegrationAnswer {
    status: http::StatusCode,
    headers: http::HeaderMap,
    body: Bytes,
}

/// Runs a request against a stage. The answer is always a response.
pub(crate) async fn execute(
    environment: &Environment,
    stage: &Arc<DeployedStage>,
    url: &InvokeUrl,
    request: Request<Bytes>,
) -> Response<Bytes> {
    let arrival = Arrival::of(environment, stage, url, &request);
    match run(environment, stage, url, &arrival, request).await {
        Ok(response) => response,
        Err(error) => gateway_response::respond(environment, stage, &arrival, &error),
    }
}

async fn run(
    environment: &Environment,
    stage: &Arc<DeployedStage>,
    url: &InvokeUrl,
    arrival: &Arrival,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, GatewayError> {
    method_request::check_size(&request)?;
    let routed = routing::route(stage, url, request.method())?;
    let method_request = MethodRequest::build(arrival, stage, routed, request);
    let integration = method_request.integration()?;
    let integration_request = integration_request::build(&method_request, integration)?;
    let answer = match &integration.backend {
        Backend::Mock => mock_integration::answer(&integration_request)?,
        Backend::Aws { .. } => {
            aws_integration::call(environment, &method_request, integration, integration_request).await?
        }
    };
    integration_response::respond(&method_request, integration, answer)
}
