//! The tower service of the control plane.
//!
//! What must stay true: it never fails; a request is authenticated, then found a route, then authorized, then served.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alluvium_iam::{Authenticator, RequestOrigin};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use percent_encoding::percent_decode_str;
use tower::Service;

use super::authorize::authorize;
use super::call::Call;
use super::error::ControlError;
use super::routing::{Outcome, Route, Work, route};
use crate::gateway::ApiGateway;
use crate::limits::CONTROL_BODY_BYTES_MAX;

/// The name that requests to the control plane are signed for.
const SIGNING_NAME: &str = "apigateway";

/// How the control plane behaves.
#[derive(Debug, Clone)]
pub struct ControlOptions {
    /// The region in ARNs and host names, such as `us-east-1`.
    pub region: String,
    /// Who calls, and what callers may do.
    pub authenticator: Authenticator,
}

/// Answers API Gateway's own REST API: `/restapis`, `/apikeys`, `/usageplans`, `/account`, `/tags`.
#[derive(Clone)]
pub struct ControlService {
    gateway: ApiGateway,
    region: Arc<str>,
    authenticator: Authenticator,
}

impl ControlService {
    pub(crate) fn new(gateway: ApiGateway, options: ControlOptions) -> Self {
        Self { gateway, region: options.region.into(), authenticator: options.authenticator }
    }

    async fn answer(&self, request: Request<Bytes>) -> Response<Full<Bytes>> {
        let mut response = match self.serve(request).await {
            Ok((route, answer)) => answer.into_response(route.status),
            Err(error) => error.into_response(),
        };
        let request_id = uuid::Uuid::new_v4().hyphenated().to_string();
        if let Ok(request_id) = HeaderValue::try_from(request_id) {
            response.headers_mut().insert("x-amzn-requestid", request_id);
        }
        response
    }

    async fn serve(
        &self,
        request: Request<Bytes>,
    ) -> Result<(&'static Route, super::answer::Answer), ControlError> {
        let (parts, body) = request.into_parts();
        if body.len() > CONTROL_BODY_BYTES_MAX {
            return Err(ControlError::too_large(CONTROL_BODY_BYTES_MAX));
        }
        let caller = self.authenticator.authenticate(
            &parts.method,
            &parts.uri,
            &parts.headers,
            &body,
            SIGNING_NAME,
        )?;
        let path = parts.uri.path();
        let query = query_of(parts.uri.query().unwrap_or_default());
        let (route, parameters) = route(&parts.method, path, &query)
            .ok_or_else(|| ControlError::unknown_operation(parts.method.as_str(), path))?;
        let call = Call {
            gateway: self.gateway.clone(),
            region: Arc::clone(&self.region),
            caller,
            authorizer: self.authenticator.authorizer(),
            origin: RequestOrigin::of_request(&parts),
            input_name: input_name(route.operation),
            path: parameters,
            query,
            headers: parts.headers,
            body,
        };
        authorize(&call, route)?;
        Ok((route, perform(route, call).await?))
    }
}

async fn perform(route: &'static Route, call: Call) -> Outcome {
    match route.work {
        Work::Read(work) => work(&call),
        Work::Wait(work) => work(call).await,
        Work::Edit(work) => tokio::task::spawn_blocking(move || work(&call)).await.unwrap_or_else(|error| {
            tracing::error!(operation = route.operation, %error, "an operation was lost");
            Err(ControlError::internal("The operation could not be finished"))
        }),
    }
}

/// `PutIntegration` becomes `putIntegrationInput`.
fn input_name(operation: &str) -> String {
    let mut letters = operation.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).chain("Input".chars()).collect()
}

/// Query parameters in their order, decoded.
fn query_of(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

impl Service<Request<Bytes>> for ControlService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}
