//! The way to a backend: a call of a service in this process, or a request over HTTP or HTTPS.
//!
//! What must stay true: either way the same request goes out, so the far side can be Alluvium's own Kinesis or Amazon's.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_rustls::builderstates::WantsSchemes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
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
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    Ok(client(HttpsConnectorBuilder::new().with_provider_and_native_roots(provider)?))
}

/// A hop over the network that takes any certificate, for integrations with `tlsConfig.insecureSkipVerification`.
fn unverified_hop() -> Result<HttpHop, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Ok(client(HttpsConnectorBuilder::new().with_tls_config(config)))
}

fn client(builder: HttpsConnectorBuilder<WantsSchemes>) -> HttpHop {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let connector = builder.https_or_http().enable_http1().enable_http2().wrap_connector(connector);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .build(connector);
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<Bytes>| {
        let client = client.clone();
        async move {
            let response = client.request(request.map(Full::new)).await.map_err(HopError::from)?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, PAYLOAD_BYTES_MAX).collect().await?.to_bytes();
            Ok(Response::from_parts(parts, body))
        }
    }))
}

/// The ways to HTTP integrations, made when the first of them is called.
pub(crate) struct HttpHops {
    given: Option<HttpHop>,
    verified: OnceLock<Result<HttpHop, String>>,
    unverified: OnceLock<Result<HttpHop, String>>,
}

impl HttpHops {
    pub(crate) fn new(given: Option<HttpHop>) -> Self {
        Self { given, verified: OnceLock::new(), unverified: OnceLock::new() }
    }

    /// The way to an HTTP integration; an error says why this machine has none.
    pub(crate) fn get(&self, skips_verification: bool) -> Result<&HttpHop, &str> {
        if let Some(given) = &self.given {
            return Ok(given);
        }
        let made = if skips_verification {
            self.unverified.get_or_init(|| unverified_hop().map_err(|error| error.to_string()))
        } else {
            self.verified.get_or_init(|| network_hop().map_err(|error| error.to_string()))
        };
        made.as_ref().map_err(String::as_str)
    }
}

/// Takes every certificate; the handshake itself is still checked.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
