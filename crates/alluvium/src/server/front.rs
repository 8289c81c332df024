//! The front of the AWS endpoint: one port, several services, told apart by path, host, target and signature scope.

use std::convert::Infallible;

use alluvium_api_gateway::{ControlService, InvokeService};
use alluvium_cloudwatch::{CloudWatchService, OPEN_METRICS, PLAIN_TEXT};
use alluvium_iam::{IamService, StsService};
use alluvium_kinesis_server::KinesisService;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt};

use super::asked_service::{AskedService, Tongue, asked_service, tongue};
use super::process::ProcessView;

/// The body of every answer of this listener.
pub(crate) type FrontBody = UnsyncBoxBody<Bytes, Infallible>;

/// Path of the health view.
const HEALTH_PATH: &str = "/_alluvium/health";
/// Path of what Prometheus reads.
const METRICS_PATH: &str = "/_alluvium/metrics";

/// The services, as messages name them.
const SERVED: &str = "apigateway, execute-api, iam, kinesis, monitoring, sts";

/// The services behind the port. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    /// Our own Kinesis; `None` when the streams are elsewhere.
    pub(crate) kinesis: Option<KinesisService>,
    /// The deployed REST APIs.
    pub(crate) gateway: InvokeService,
    /// The REST APIs, as they are made and changed.
    pub(crate) control: ControlService,
    /// Users, roles and policies.
    pub(crate) iam: IamService,
    /// Temporary credentials.
    pub(crate) sts: StsService,
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
        if self.gateway.url_of(&request).is_some() {
            return ask(&self.gateway, request).await;
        }
        match asked_service(&request) {
            AskedService::Kinesis => self.ask_kinesis(request).await,
            AskedService::CloudWatch => ask(&self.cloudwatch, request).await,
            AskedService::ApiGateway => ask(&self.control, request).await,
            AskedService::Iam => ask(&self.iam, request).await,
            AskedService::Sts => ask(&self.sts, request).await,
            AskedService::ExecuteApi => ask(&self.gateway, request).await,
            AskedService::Unknown(name) => not_served(
                tongue(&request),
                &format!("the service {name} is not served here; these are: {SERVED}"),
            ),
        }
    }

    async fn ask_kinesis(&self, request: Request<Bytes>) -> Response<FrontBody> {
        match &self.kinesis {
            Some(kinesis) => match kinesis.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
            None => not_served(
                Tongue::Json,
                "this Alluvium has no streams of its own: its configuration sends them to another Kinesis",
            ),
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
    pub(crate) fn body_too_large(&self, request: &Request<()>) -> Response<FrontBody> {
        let (error_type, text) = if self.gateway.url_of(request).is_some() {
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
            "services": {
                "apigateway": "embedded",
                "cloudwatch": "embedded",
                "execute-api": "embedded",
                "iam": "embedded",
                "kinesis": if self.kinesis.is_some() { "embedded" } else { "elsewhere" },
                "sts": "embedded",
            },
        });
        json(StatusCode::OK, None, body.to_string())
    }
}

/// Hands a request to a service that answers whatever comes.
async fn ask<S>(service: &S, request: Request<Bytes>) -> Response<FrontBody>
where
    S: Service<Request<Bytes>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone,
{
    match service.clone().oneshot(request).await {
        Ok(response) => response.map(BodyExt::boxed_unsync),
        Err(never) => match never {},
    }
}

/// The answer for a service that is not here, in the protocol of its client. The message has nothing that XML would have to escape.
fn not_served(tongue: Tongue, message: &str) -> Response<FrontBody> {
    match tongue {
        Tongue::Json => {
            let body = serde_json::json!({ "__type": "UnknownOperationException", "message": message });
            json(StatusCode::NOT_FOUND, Some("UnknownOperationException"), body.to_string())
        }
        Tongue::Query => {
            let text = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>{message}</Message></Error>\
                 </ErrorResponse>"
            );
            let mut response = Response::new(whole(Bytes::from(text)));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/xml"));
            response
        }
    }
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
