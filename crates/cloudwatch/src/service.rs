//! The service as HTTP: one request in, one answer out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alluvium_iam::{AccessRequest, Authenticator, Caller, RequestContext};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::Full;
use tokio::sync::Semaphore;

use crate::body;
use crate::exception::{Exception, ExceptionKind};
use crate::limits;
use crate::members::Members;
use crate::metrics::Metrics;
use crate::operations;
use crate::wire::{self, Wire};
use alluvium_aws_query::Document;

/// The signing name of the service.
const SIGNING_NAME: &str = "monitoring";
/// What is served, each an action of policies.
const OPERATIONS: [&str; 4] = ["GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"];

/// The CloudWatch service over the program's metrics, ready to be called. Clones are the same service.
#[derive(Debug, Clone)]
pub struct CloudWatchService {
    metrics: Metrics,
    authenticator: Authenticator,
    account_id: String,
    /// Room for those that are answered at the same time. Others wait, and with them their bodies, which the listener counts.
    room: Arc<Semaphore>,
}

impl CloudWatchService {
    /// The service of an account (twelve digits).
    pub fn new(metrics: Metrics, authenticator: Authenticator, account_id: impl Into<String>) -> Self {
        let room = Arc::new(Semaphore::new(limits::REQUESTS_AT_ONCE_MAX));
        Self { metrics, authenticator, account_id: account_id.into(), room }
    }

    /// Whether path or headers say that a request is for CloudWatch. One in the query form says so in its signature alone,
    /// whose scope names `monitoring`.
    pub fn recognises(path: &str, headers: &HeaderMap) -> bool {
        wire::recognise(path, headers).is_some()
    }

    fn answer(&self, parts: &Parts, body: &Bytes) -> Response<Full<Bytes>> {
        let (wire, operation) = recognised(parts);
        match self.run(parts, body, wire, operation) {
            Ok((operation, output)) => wire.answer(&operation, output.as_ref()),
            Err(exception) => wire.exception(&exception),
        }
    }

    fn run(
        &self,
        parts: &Parts,
        body: &Bytes,
        wire: Wire,
        operation: &str,
    ) -> Result<(String, Option<Document>), Exception> {
        let Parts { method, uri, headers, .. } = parts;
        let caller = self.authenticator.authenticate(method, uri, headers, body, SIGNING_NAME)?;
        let is_form = wire == Wire::Query;
        let document = if is_form && *method == Method::GET {
            wire.read(uri.query().unwrap_or_default().as_bytes())?
        } else if *method == Method::POST {
            wire.read(&body::plain(headers, body)?)?
        } else {
            let text = format!("The method {method} is not supported: use POST.");
            return Err(Exception::new(ExceptionKind::UnknownOperation, text));
        };
        let mut members = Members::of(document, is_form)?;
        let operation =
            if is_form { members.text("Action")?.unwrap_or_default() } else { operation.to_owned() };
        if OPERATIONS.contains(&operation.as_str()) {
            self.authorize(&caller, parts, &operation)?;
        }
        let output = self.work(&operation, members)?;
        Ok((operation, output))
    }

    /// Asks whether the caller may do this. Metrics have no ARNs, so the resource is `*`
    /// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html>).
    fn authorize(&self, caller: &Caller, parts: &Parts, operation: &str) -> Result<(), Exception> {
        let action = format!("cloudwatch:{operation}");
        let context = RequestContext::of_request(parts);
        let request = AccessRequest::new(&action, "*").in_context(&context);
        Ok(self.authenticator.authorizer().authorize(caller, &request, None)?)
    }

    fn work(&self, operation: &str, members: Members) -> Result<Option<Document>, Exception> {
        match operation {
            "GetMetricData" => operations::get_metric_data(&self.metrics, members).map(Some),
            "GetMetricStatistics" => operations::get_metric_statistics(&self.metrics, members).map(Some),
            "ListMetrics" => operations::list_metrics(&self.metrics, &self.account_id, members).map(Some),
            "PutMetricData" => operations::put_metric_data(&self.metrics, members).map(|()| None),
            other => {
                let shown: String = other.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
                let text = format!(
                    "Could not find operation {shown} for version 2010-08-01; \
                     served here are GetMetricData, GetMetricStatistics, ListMetrics and PutMetricData."
                );
                Err(Exception::new(ExceptionKind::UnknownOperation, text))
            }
        }
    }
}

/// The protocol of a request, and the operation when path or headers name it.
fn recognised(parts: &Parts) -> (Wire, &str) {
    wire::recognise(parts.uri.path(), &parts.headers).unwrap_or((Wire::Query, ""))
}

impl tower::Service<Request<Bytes>> for CloudWatchService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let (wire, _) = recognised(&parts);
            // Large bodies, and questions about a day of many metrics, take longer than the runtime's threads may be held.
            let place = Arc::clone(&service.room).acquire_owned().await;
            let answered = tokio::task::spawn_blocking(move || {
                let answer = service.answer(&parts, &body);
                drop(place);
                answer
            })
            .await;
            Ok(answered.unwrap_or_else(|error| {
                tracing::error!(%error, "a request for metrics ended before its answer");
                let text = "The request could not be answered.";
                wire.exception(&Exception::new(ExceptionKind::InternalServiceFault, text))
            }))
        })
    }
}
