//! The HTTP connection to the REST API: keep-alive, HTTP/1.1, plain or TLS as the URL says.
//!
//! Names that end in `.localhost` are this machine (RFC 6761 section 6.3), whatever its resolver thinks of them: the local
//! invoke URLs are of that form. The certificate authorities are those of the system, and loaded for `https` only.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::crypto::aws_lc_rs;
use secrecy::ExposeSecret;
use tower::Service;

use super::access::Signer;
use super::put::{Acknowledgement, PutError, meaning};
use super::{EmulatorOptions, StartError};
use crate::limits::{CONNECT_TIMEOUT, REQUEST_TIMEOUT, RESPONSE_BODY_BYTES_MAX};

/// Unreserved characters (RFC 3986 section 2.3) stay as they are; a stream name has no others.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the records of one stream are PUT.
#[derive(Debug, Clone)]
pub(super) struct RecordUrl(Uri);

impl RecordUrl {
    pub(super) fn new(invoke_url: &str, stream: &str) -> Result<Self, StartError> {
        let stream = utf8_percent_encode(stream, PATH_SEGMENT);
        let url = format!("{}/streams/{stream}/record", invoke_url.trim_end_matches('/'));
        url.parse().map(Self).map_err(|error: http::uri::InvalidUri| invalid(invoke_url, error.to_string()))
    }
}

/// A client with its connections. Cheap to clone; clones share the connections.
#[derive(Debug, Clone)]
pub(super) struct HttpClient {
    connections: Connections,
    api_key: Option<HeaderValue>,
    signer: Option<Signer>,
}

#[derive(Debug, Clone)]
enum Connections {
    Plain(Client<HttpConnector<Resolver>, Full<Bytes>>),
    Tls(Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>),
}

impl HttpClient {
    /// A client for the URL, API key and signer of a run.
    pub(super) fn new(options: &EmulatorOptions) -> Result<Self, StartError> {
        let api_key = match &options.api_key {
            None => None,
            Some(key) => {
                let mut value =
                    HeaderValue::from_str(key.expose_secret()).map_err(|_invalid| StartError::ApiKey)?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let connections = Connections::for_url(&options.invoke_url)?;
        Ok(Self { connections, api_key, signer: options.signer.clone() })
    }

    /// One PUT and what its answer means.
    pub(super) async fn put(&self, url: &RecordUrl, body: Bytes) -> Result<Acknowledgement, PutError> {
        match tokio::time::timeout(REQUEST_TIMEOUT, self.exchange(url, body)).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(PutError::Timeout(REQUEST_TIMEOUT.as_secs())),
        }
    }

    async fn exchange(&self, url: &RecordUrl, body: Bytes) -> Result<Acknowledgement, PutError> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::PUT;
        *request.uri_mut() = url.0.clone();
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(key) = &self.api_key {
            request.headers_mut().insert("x-api-key", key.clone());
        }
        if let Some(signer) = &self.signer {
            request = signer.sign(request).await.map_err(PutError::Signing)?;
        }
        self.connections.exchange(request.map(Full::new)).await
    }
}

impl Connections {
    fn for_url(invoke_url: &str) -> Result<Self, StartError> {
        let scheme = invoke_url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_tls = match scheme.as_deref() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid(invoke_url, "must begin with http:// or https://".to_owned())),
        };
        if invoke_url.contains(['?', '#']) {
            return Err(invalid(invoke_url, "must not have a query or a fragment".to_owned()));
        }
        let mut connector = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.enforce_http(false);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new());
        if !is_tls {
            return Ok(Self::Plain(builder.build(connector)));
        }
        // The provider is named because more than one may be linked into the program.
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(aws_lc_rs::default_provider())
            .map_err(StartError::Certificates)?
            .https_only()
            .enable_http1()
            .wrap_connector(connector);
        Ok(Self::Tls(builder.build(tls)))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Acknowledgement, PutError> {
        let answer = match self {
            Self::Plain(client) => client.request(request),
            Self::Tls(client) => client.request(request),
        };
        let answer = answer.await.map_err(|error| PutError::Connection(with_causes(&error)))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), RESPONSE_BODY_BYTES_MAX).collect().await;
        match body {
            Ok(body) => meaning(status, &body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(PutError::AnswerTooLarge),
            Err(error) => Err(PutError::Connection(with_causes(&*error))),
        }
    }
}

/// The system's resolver, but for `.localhost`.
#[derive(Debug, Clone)]
pub(super) struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = Box<dyn Iterator<Item = SocketAddr> + Send>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<io::Result<()>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if name.as_str().trim_end_matches('.').to_ascii_lowercase().ends_with(".localhost") {
            let here: Self::Response = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
            return Box::pin(std::future::ready(Ok(here)));
        }
        let found = self.0.call(name);
        Box::pin(async { found.await.map(|addresses| Box::new(addresses) as Self::Response) })
    }
}

/// hyper's errors say little themselves; what happened is in their causes.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn invalid(invoke_url: &str, problem: String) -> StartError {
    StartError::InvokeUrl { url: invoke_url.to_owned(), problem }
}
