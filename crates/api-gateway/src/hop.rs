//! The way to a backend: a call of a service in this process, or a request over HTTP or HTTPS.
//!
//! What must stay true: either way the same request goes out, so the far side can be Alluvium's own Kinesis or Amazon's.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::builderstates::WantsSchemes;
use hyper_rustls::{ConfigBuilderExt, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use secrecy::{ExposeSecret, SecretString};
use tower::util::BoxCloneSyncService;

use crate::account::AccountState;
use crate::credentials::CredentialsSource;
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::model::ClientCertificate;

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

/// A hop over the network to HTTP integrations: one that takes any certificate, for those with
/// `tlsConfig.insecureSkipVerification`, and one that shows a certificate of its own.
fn integration_hop(skips_verification: bool, shown: Option<&ShownCertificate>) -> Result<HttpHop, HopError> {
    if !skips_verification && shown.is_none() {
        return Ok(network_hop()?);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let config = if skips_verification {
        config.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
    } else {
        config.with_native_roots()?
    };
    let config = match shown {
        None => config.with_no_client_auth(),
        Some(shown) => {
            let chain = vec![CertificateDer::from_pem_slice(shown.certificate.as_bytes())?];
            let key = PrivateKeyDer::from_pem_slice(shown.private_key.expose_secret().as_bytes())?;
            config.with_client_auth_cert(chain, key)?
        }
    };
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

/// A certificate of the account's, in PEM.
#[derive(Clone)]
struct ShownCertificate {
    certificate: String,
    private_key: SecretString,
}

/// The ways to HTTP integrations, each made when an integration first asks for it.
pub(crate) struct HttpHops {
    given: Option<HttpHop>,
    ways: Mutex<Ways>,
}

#[derive(Default)]
struct Ways {
    /// By id.
    certificates: HashMap<String, ShownCertificate>,
    /// By the id of the certificate that is shown, and whether the backend's is not looked at.
    made: HashMap<(Option<String>, bool), Result<HttpHop, String>>,
}

impl HttpHops {
    pub(crate) fn new(given: Option<HttpHop>) -> Self {
        Self { given, ways: Mutex::default() }
    }

    /// Takes over the account's client certificates; connections that show one that is gone are not used again.
    pub(crate) fn put_certificates(&self, account: &AccountState) {
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        ways.certificates = account.client_certificates.values().map(ShownCertificate::of).collect();
        let Ways { certificates, made } = &mut *ways;
        made.retain(|(id, _), _| id.as_ref().is_none_or(|id| certificates.contains_key(id)));
    }

    /// The way to an HTTP integration; an error says why this machine has none.
    pub(crate) fn get(&self, skips_verification: bool, shows: Option<&str>) -> Result<HttpHop, String> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        let Ways { certificates, made } = &mut *ways;
        // A stage that was made before its certificate was kept names one that is not there: it shows none, as it did.
        let shows = shows.and_then(|id| certificates.get_key_value(id));
        let key = (shows.map(|(id, _)| id.clone()), skips_verification);
        let way = made.entry(key).or_insert_with(|| {
            integration_hop(skips_verification, shows.map(|(_, shown)| shown))
                .map_err(|error| error.to_string())
        });
        way.clone()
    }
}

impl ShownCertificate {
    fn of(certificate: &ClientCertificate) -> (String, Self) {
        let shown = Self {
            certificate: certificate.pem_encoded_certificate.clone(),
            private_key: certificate.pem_encoded_private_key.clone().into(),
        };
        (certificate.id.clone(), shown)
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
