//! A gateway with a scripted backend, and one function that sends it a request and prints everything of interest.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use alluvium_api_gateway::{
    ApiGateway, AwsServiceTarget, CredentialsSource, Definition, GatewayOptions, HopError, HttpHop, InvokeUrl,
};
use alluvium_clock::Clock;
use alluvium_iam::{API_GATEWAY, Iam, TrustPolicy};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use indexmap::IndexMap;
use tower::util::BoxCloneSyncService;

pub(crate) const ACCOUNT_ID: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/0a1b2c-kinesis-access-role";

/// What the backend received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// What the client received.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// A gateway in front of a backend that answers by script.
pub(crate) struct Scene {
    pub(crate) gateway: ApiGateway,
    received: Arc<Mutex<Vec<Received>>>,
}

pub(crate) fn clock() -> Clock {
    Clock::starting_at(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
}

/// An answer of the backend: a status and a body.
pub(crate) fn answering(
    status: u16,
    body: &str,
) -> impl Fn(&Received) -> Result<Response<Bytes>, HopError> + Clone + Send + Sync + use<> + 'static {
    let body = Bytes::copy_from_slice(body.as_bytes());
    move |_| {
        let response =
            Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
        Ok(response.header("x-amzn-requestid", "backend").header("etag", "\"e1\"").body(body.clone())?)
    }
}

pub(crate) fn options(hop: HttpHop) -> GatewayOptions {
    let iam = Iam::in_memory(clock(), ACCOUNT_ID);
    let trust = TrustPolicy::of_service(API_GATEWAY);
    iam.provision_role("0a1b2c-kinesis-access-role", &trust, None).expect("the role is made");
    let kinesis = AwsServiceTarget {
        endpoint: Uri::from_static("http://kinesis.local:4566"),
        hop: hop.clone(),
        credentials: CredentialsSource::ExecutionRole(iam),
    };
    GatewayOptions {
        services: [("kinesis".to_owned(), kinesis)].into_iter().collect(),
        http: Some(hop),
        explains_errors: true,
        ..GatewayOptions::new(ACCOUNT_ID, REGION)
    }
}

impl Scene {
    pub(crate) fn new(
        script: impl Fn(&Received) -> Result<Response<Bytes>, HopError> + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::with(script, options)
    }

    /// A scene whose gateway has the options that are made of its hop.
    pub(crate) fn with(
        script: impl Fn(&Received) -> Result<Response<Bytes>, HopError> + Clone + Send + Sync + 'static,
        options: impl FnOnce(HttpHop) -> GatewayOptions,
    ) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let hop = BoxCloneSyncService::new(tower::service_fn(move |request: Request<Bytes>| {
            let seen = Received {
                method: request.method().to_string(),
                uri: request.uri().clone(),
                headers: request.headers().clone(),
                body: String::from_utf8_lossy(request.body()).into_owned(),
                bytes: request.body().to_vec(),
            };
            let answer = script(&seen);
            log.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
            async move { answer }
        }));
        let gateway = ApiGateway::in_memory(options(hop), clock()).expect("a gateway in memory opens");
        Self { gateway, received }
    }

    /// Imports a definition, deploys it to `prod`, and returns the API's id.
    pub(crate) fn deploy(&self, definition: &str) -> String {
        self.deploy_with(definition, &IndexMap::new())
    }

    pub(crate) fn deploy_with(&self, definition: &str, variables: &IndexMap<String, String>) -> String {
        let api_id = self.import(definition);
        self.gateway.create_deployment(&api_id, "prod", variables).unwrap_or_else(|error| panic!("{error}"));
        api_id
    }

    /// Imports a definition and returns the API's id.
    pub(crate) fn import(&self, definition: &str) -> String {
        let definition = Definition { text: definition, file_name: "api.yaml" };
        self.gateway.import_or_put_rest_api(definition).unwrap_or_else(|error| panic!("{error}")).api_id
    }

    /// Sends a request through the tower service by the path form of the invoke URL.
    pub(crate) async fn send(
        &self,
        api_id: &str,
        request: http::request::Builder,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Answer {
        text(self.send_bytes(api_id, request, path, body).await)
    }

    /// Like [`Self::send`], for answers that are not text.
    pub(crate) async fn send_bytes(
        &self,
        api_id: &str,
        request: http::request::Builder,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Response<Bytes> {
        let uri = format!("/_aws/execute-api/{api_id}{path}");
        self.call(request.uri(uri).body(body.into()).expect("a request")).await
    }

    /// Sends a request to an invoke URL.
    pub(crate) async fn send_request(&self, request: Request<Bytes>) -> Answer {
        text(self.call(request).await)
    }

    async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        assert!(InvokeUrl::of_request(&request).is_some(), "the URL is an invoke URL");
        let mut service = self.gateway.invoke_service();
        let response = tower::Service::call(&mut service, request).await.expect("the service never fails");
        let (parts, body) = response.into_parts();
        let body = http_body_util::BodyExt::collect(body).await.expect("a whole body").to_bytes();
        Response::from_parts(parts, body)
    }

    /// What the backend received so far, taken away.
    pub(crate) fn received(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn text(response: Response<Bytes>) -> Answer {
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("a text body"),
    }
}

pub(crate) fn json_request(method: &str) -> http::request::Builder {
    Request::builder().method(method).header("content-type", "application/json")
}
