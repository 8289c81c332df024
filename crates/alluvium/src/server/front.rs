//! The front of the AWS endpoint: one port, several services, told apart by path, host, target and signature scope.

use std::convert::Infallible;

use alluvium_api_gateway::{InvokeService, InvokeUrl};
use alluvium_kinesis_server::KinesisService;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;

/// The body of every answer of this listener.
pub(crate) type FrontBody = UnsyncBoxBody<Bytes, Infallible>;

/// Path of the health view.
const HEALTH_PATH: &str = "/_alluvium/health";

/// The services behind the port. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    /// Our own Kinesis; `None` when the streams are elsewhere.
    pub(crate) kinesis: Option<KinesisService>,
    /// The deployed REST APIs.
    pub(crate) gateway: InvokeService,
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
        if InvokeUrl::of_request(&request).is_some() {
            let answered = self.gateway.clone().oneshot(request).await;
            return match answered {
                Ok(response) => response.map(BodyExt::boxed_unsync),
                Err(never) => match never {},
            };
        }
        if let Some(service) = other_service(request.headers()) {
            return not_served(&format!("the {service} service is not served here yet"));
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
            "services": { "kinesis": if self.kinesis.is_some() { "embedded" } else { "elsewhere" }, "apigateway": "invoke" },
        });
        json(StatusCode::OK, None, body.to_string())
    }
}

/// The service that a signature's scope names, when it is one that is not served.
fn other_service(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let scope = authorization.split("Credential=").nth(1)?.split([',', ' ']).next()?;
    let service = scope.split('/').nth(3)?;
    (service != "kinesis").then(|| service.chars().filter(char::is_ascii_alphanumeric).collect())
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
    fn the_scope_of_a_signature_names_a_service_that_is_not_served() {
        let mut headers = HeaderMap::new();
        let mut check = |value: &'static str, expected: Option<&str>| {
            headers.insert(header::AUTHORIZATION, header::HeaderValue::from_static(value));
            assert_eq!(other_service(&headers).as_deref(), expected, "{value}");
        };
        check(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host",
            None,
        );
        check(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/dynamodb/aws4_request, S",
            Some("dynamodb"),
        );
        check("Bearer x", None);
    }
}
