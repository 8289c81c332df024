//! A service over fresh metrics at a fixed time, and requests to it.

use std::time::{Duration, UNIX_EPOCH};

use alluvium_clock::Clock;
use alluvium_cloudwatch::{CloudWatchService, Metrics};
use alluvium_iam::{AuthMode, Authenticator, Iam};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// 2023-11-14T22:13:00Z, the beginning of a minute.
pub(crate) const NOW_SECS: i64 = 1_699_999_980;
const TARGET_PREFIX: &str = "GraniteServiceVersion20100801";
const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/us-east-1/monitoring/aws4_request, \
                         SignedHeaders=host;x-amz-date, Signature=00";

pub(crate) struct Harness {
    pub(crate) metrics: Metrics,
    pub(crate) iam: Iam,
    service: CloudWatchService,
    _iam: tempfile::TempDir,
}

pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Harness {
    /// Only with tokio's clock paused the time stays what it is.
    pub(crate) fn new() -> Self {
        Self::with_mode(AuthMode::Any)
    }

    pub(crate) fn with_mode(mode: AuthMode) -> Self {
        let clock = Clock::starting_at(UNIX_EPOCH + Duration::from_secs(NOW_SECS as u64));
        let directory = tempfile::tempdir().unwrap();
        let iam = Iam::open(directory.path(), clock, "123456789012").unwrap();
        let metrics = Metrics::new(clock);
        let service =
            CloudWatchService::new(metrics.clone(), Authenticator::new(iam.clone(), mode), "123456789012");
        Self { metrics, iam, service, _iam: directory }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Answered {
        let (parts, body) = self.service.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered { status: parts.status, headers: parts.headers, body }
    }

    /// Asks in JSON.
    pub(crate) async fn json(&self, operation: &str, body: impl Into<Bytes>) -> Answered {
        let request = signed("/")
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("{TARGET_PREFIX}.{operation}"));
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Asks in CBOR.
    pub(crate) async fn cbor(&self, operation: &str, body: impl Into<Bytes>) -> Answered {
        let request = signed(&format!("/service/{TARGET_PREFIX}/operation/{operation}"))
            .header("content-type", "application/cbor")
            .header("smithy-protocol", "rpc-v2-cbor");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Asks with a form.
    pub(crate) async fn form(&self, form: impl Into<Bytes>) -> Answered {
        let request = signed("/").header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        self.send(request.body(form.into()).unwrap()).await
    }

    /// Asks in JSON for what is answered with 200.
    pub(crate) async fn ok(&self, operation: &str, body: Value) -> Value {
        let answered = self.json(operation, body.to_string()).await;
        assert_eq!(answered.status, 200, "{operation} {body}: {:?}", answered.body);
        assert_eq!(answered.headers["content-type"], "application/x-amz-json-1.0");
        serde_json::from_slice(&answered.body).unwrap()
    }

    /// Asks in JSON for what is refused, and tells the code and the message.
    pub(crate) async fn refused(&self, operation: &str, body: Value) -> (String, String) {
        let answered = self.json(operation, body.to_string()).await;
        assert_eq!(answered.status, 400, "{operation} {body}: {:?}", answered.body);
        let code = answered.headers["x-amzn-query-error"].to_str().unwrap().to_owned();
        let error: Value = serde_json::from_slice(&answered.body).unwrap();
        assert!(error["__type"].as_str().unwrap().contains('#'), "{error}");
        (code.strip_suffix(";Sender").unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
    }
}

pub(crate) fn signed(path: &str) -> http::request::Builder {
    Request::post(path)
        .header("host", "monitoring.us-east-1.amazonaws.com")
        .header("x-amz-date", "20231114T221300Z")
        .header("authorization", SIGNATURE)
}
