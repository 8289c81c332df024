//! The control plane as its clients see it: signed requests in, statuses, error types and JSON out.

use alluvium_api_gateway::{ApiGateway, ControlOptions, ControlService, GatewayOptions};
use alluvium_iam::{AuthMode, Authenticator, Iam};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::backend::{ACCOUNT_ID, clock};

/// A signature's shape; the scene lets in every caller who has one.
pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000";

/// A control plane with nothing in it.
pub(crate) struct Control {
    service: ControlService,
}

/// What the control plane answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    /// `x-amzn-ErrorType`, empty without an error.
    pub(crate) code: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) bytes: Bytes,
    /// Null when the body is empty or not JSON.
    pub(crate) json: Value,
}

impl Told {
    /// Status, error type and message, or the status alone.
    pub(crate) fn refusal(&self) -> String {
        let message = self.json["message"].as_str().or(self.json["Message"].as_str()).unwrap_or_default();
        format!("{} {} {message}", self.status, self.code)
    }
}

impl Control {
    pub(crate) fn new() -> Self {
        let options = GatewayOptions::new(ACCOUNT_ID, "us-east-1");
        Self::of(&ApiGateway::in_memory(options, clock()).expect("a gateway"))
    }

    pub(crate) fn of(gateway: &ApiGateway) -> Self {
        let iam = Iam::in_memory(clock(), ACCOUNT_ID);
        let authenticator = Authenticator::new(iam, AuthMode::Any);
        let options = ControlOptions { region: "us-east-1".to_owned(), authenticator };
        let service = gateway.control_service(options);
        Self { service }
    }

    /// Sends a request; a null body is empty.
    pub(crate) async fn send(&self, verb: &str, path: &str, body: Value) -> Told {
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        self.send_bytes(verb, path, body).await
    }

    /// Sends a request with a body as it is.
    pub(crate) async fn send_bytes(&self, verb: &str, path: &str, body: Bytes) -> Told {
        let request = Request::builder()
            .method(verb)
            .uri(path)
            .header("host", "apigateway.us-east-1.amazonaws.com")
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", AUTHORIZATION)
            .body(body)
            .expect("a request");
        self.send_request(request).await
    }

    pub(crate) async fn send_request(&self, request: Request<Bytes>) -> Told {
        let response = self.service.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap_or_else(|never| match never {}).to_bytes();
        let code = parts.headers.get("x-amzn-errortype").map(|code| code.to_str().unwrap_or("?").to_owned());
        Told {
            status: parts.status.as_u16(),
            code: code.unwrap_or_default(),
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
        }
    }

    /// Sends a request that has to succeed, and gives its JSON.
    pub(crate) async fn ok(&self, verb: &str, path: &str, body: Value) -> Value {
        let told = self.send(verb, path, body).await;
        assert!(told.status < 300, "{verb} {path}: {}", told.refusal());
        told.json
    }

    /// Sends a request and gives its refusal.
    pub(crate) async fn refusal(&self, verb: &str, path: &str, body: Value) -> String {
        self.send(verb, path, body).await.refusal()
    }
}
