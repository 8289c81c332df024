//! The front of the AWS endpoint: one port, several services, told apart by path, host, target and signature scope.

use std::convert::Infallible;

use alluvium_api_gateway::{InvokeService, InvokeUrl};
use alluvium_cloudwatch::{CloudWatchService, OPEN_METRICS, PLAIN_TEXT};
use alluvium_kinesis_server::KinesisService;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;

use super::process::ProcessView;

/// The body of every answer of this listener.
pub(crate) type FrontBody = UnsyncBoxBody<Bytes, Infallible>;

/// Path of the health view.
const HEALTH_PATH: &str = "/_alluvium/health";
/// Path of what Prometheus reads.
const METRICS_PATH: &str = "/_alluvium/metrics";

/// The services behind the port. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    /// Our own Kinesis; `None` when the streams are elsewhere.
    pub(crate) kinesis: Option<KinesisService>,
    /// The deployed REST APIs.
    pub(crate) gateway: InvokeService,
    /// The metrics, as CloudWatch's clients ask for them.
    pub(crate) cloudwatch: CloudWatchService,
    /// The metrics and the process, as Prometheus reads them.
    pub(crate) process: ProcessView,
}

/// A body that is there as a whole.
pub(crate) fn whole(bytes: Bytes) -> FrontBody {
    Full::new(bytes).boxed_unsync()
}

impl Front {
    /// Hands a request to the service that it is for.
    pub(crate) async fn call(&self, request: Request<Bytes>) -> Response<FrontBody> {
        if request.uri().path() == HEALTH_PATH {
            return self.health();
        }
        if request.uri().path() == METRICS_PATH {
            return self.metrics(request.headers()).await;
        }
        if InvokeUrl::of_request(&request).is_some() {
            let answered = self.gateway.clone().oneshot(request).await;
            return match answered {
                Ok(response) => response.map(BodyExt::boxed_unsync),
                Err(never) => match never {},
            };
        }
        match scope_service(request.headers()) {
            Some("kinesis") => {}
            Some("monitoring") => return self.ask_cloudwatch(request).await,
            Some(other) => {
                let service: String = other.chars().filter(char::is_ascii_alphanumeric).collect();
                return not_served(&format!("the {service} service is not served here yet"));
            }
            None if CloudWatchService::recognises(request.uri().path(), request.headers()) => {
                return self.ask_cloudwatch(request).await;
            }
            None => {}
        }
        match &self.kinesis {
            Some(kinesis) => match kinesis.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
            None => not_served(
                "this Alluvium has no streams of its own: its configuration sends them to another Kinesis",
            ),
        }
    }

    async fn ask_cloudwatch(&self, request: Request<Bytes>) -> Response<FrontBody> {
        match self.cloudwatch.clone().oneshot(request).await {
            Ok(response) => response.map(BodyExt::boxed_unsync),
            Err(never) => match never {},
        }
    }

    /// What Prometheus reads, under the content type that it asks for.
    async fn metrics(&self, headers: &HeaderMap) -> Response<FrontBody> {
        let values = self.kinesis.as_ref().map(KinesisService::process_values).unwrap_or_default();
        let Some(text) = self.process.text(values).await else {
            return json(StatusCode::INTERNAL_SERVER_ERROR, None, r#"{"message":"no metrics"}"#.to_owned());
        };
        let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let open_metrics = accepted.contains("application/openmetrics-text");
        let content_type = if open_metrics { OPEN_METRICS } else { PLAIN_TEXT };
        let mut response = Response::new(whole(Bytes::from(text)));
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
        response
    }

    /// The answer to a body over the listener's limit.
    pub(crate) fn body_too_large(request: &Request<()>) -> Response<FrontBody> {
        let (error_type, text) = if InvokeUrl::of_request(request).is_some() {
            ("RequestTooLargeException", r#"{"message":"Request Too Long"}"#)
        } else {
            ("RequestEntityTooLargeException", r#"{"message":"the request's body is too large"}"#)
        };
        json(StatusCode::PAYLOAD_TOO_LARGE, Some(error_type), text.to_owned())
    }

    /// The answer to a body that there is no room for now; clients try again.
    pub(crate) fn no_room() -> Response<FrontBody> {
        let body =
            r#"{"__type":"ServiceUnavailable","message":"too many large requests at once: try again"}"#;
        json(StatusCode::SERVICE_UNAVAILABLE, Some("ServiceUnavailable"), body.to_owned())
    }

    fn health(&self) -> Response<FrontBody> {
        let body = serde_json::json!({
            "status": "ok",
            "version": env!("CARGO_PKG_VERSION"),
            "services": { "cloudwatch": "embedded", "kinesis": if self.kinesis.is_some() { "embedded" } else { "elsewhere" }, "apigateway": "invoke" },
        });
        json(StatusCode::OK, None, body.to_string())
    }
}

/// The service that a signature's scope names.
fn scope_service(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let scope = authorization.split("Credential=").nth(1)?.split([',', ' ']).next()?;
    scope.split('/').nth(3)
}

fn not_served(message: &str) -> Response<FrontBody> {
    let body = serde_json::json!({ "__type": "UnknownOperationException", "message": message });
    json(StatusCode::NOT_FOUND, Some("UnknownOperationException"), body.to_string())
}

fn json(status: StatusCode, error_type: Option<&'static str>, body: String) -> Response<FrontBody> {
    let mut response = Response::new(whole(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    if let Some(error_type) = error_type {
        headers.insert("x-amzn-errortype", header::HeaderValue::from_static(error_type));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_of_a_signature_names_its_service() {
        let mut headers = HeaderMap::new();
        let mut check = |value: &'static str, expected: Option<&str>| {
            headers.insert(header::AUTHORIZATION, header::HeaderValue::from_static(value));
            assert_eq!(scope_service(&headers), expected, "{value}");
        };
        check(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host",
            Some("kinesis"),
        );
        check(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/monitoring/aws4_request, S",
            Some("monitoring"),
        );
        check("Bearer x", None);
    }
}
