//! The way to a backend: a call of a service in this process, or a request over HTTP or HTTPS.
//!
//! What must stay true: either way the same request goes out, so the far side can be Alluvium's own Kinesis or Amazon's.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::util::BoxCloneSyncService;

use crate::credentials::CredentialsSource;
use crate::limits::PAYLOAD_BYTES_MAX;

/// What any failure on the way is.
pub type HopError = Box<dyn Error + Send + Sync>;

/// One request to a backend and its whole answer.
pub type HttpHop = BoxCloneSyncService<Request<Bytes>, Response<Bytes>, HopError>;

/// An AWS service as this gateway reaches it.
#[derive(Clone)]
pub struct AwsServiceTarget {
    /// Scheme and authority, such as `http://127.0.0.1:4566` or `https://kinesis.us-east-1.amazonaws.com`. Requests are signed for
    /// its host, also when the hop stays in this process.
    pub endpoint: Uri,
    /// The way there.
    pub hop: HttpHop,
    /// Whose credentials sign.
    pub credentials: CredentialsSource,
}

/// How long to wait for a connection before a backend counts as unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may stay open without a request.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A hop over the network: HTTP/1.1 or HTTP/2, TLS with the system's certificates for `https` URLs, connections kept open. Fails when
/// the system has no certificates.
pub fn network_hop() -> std::io::Result<HttpHop> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())?
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .wrap_connector(connector);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .build(connector);
    Ok(BoxCloneSyncService::new(tower::service_fn(move |request: Request<Bytes>| {
        let client = client.clone();
        async move {
            let response = client.request(request.map(Full::new)).await.map_err(HopError::from)?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, PAYLOAD_BYTES_MAX).collect().await?.to_bytes();
            Ok(Response::from_parts(parts, body))
        }
    })))
}
