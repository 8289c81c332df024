//! A client that shows what is on the wire: TLS by ALPN or none, HTTP/1.1 or HTTP/2, one connection that the test holds.

use std::sync::Arc;

use alluvium_testkit::record_answer;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::program::kinesis_headers;

/// The authority that signed the tests' certificate.
const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");

/// The part after `scheme://`.
pub(crate) fn authority(endpoint: &str) -> &str {
    endpoint.split("://").nth(1).unwrap_or(endpoint)
}

/// A TLS connection that offers these protocols.
pub(crate) async fn tls(endpoint: &str, protocols: &[&str]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let socket = TcpStream::connect(authority(endpoint)).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, socket).await.unwrap()
}

/// One HTTP connection.
pub(crate) enum Connection {
    H1(hyper::client::conn::http1::SendRequest<Full<Bytes>>),
    H2(hyper::client::conn::http2::SendRequest<Full<Bytes>>),
}

impl Connection {
    /// HTTP/1.1 over any stream.
    pub(crate) async fn h1(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self::H1(sender)
    }

    /// HTTP/2 over any stream, without asking first.
    pub(crate) async fn h2(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self::H2(sender)
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Response<Bytes>> {
        let response = match self {
            Self::H1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
            Self::H2(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        record_answer("over one connection", &String::from_utf8_lossy(&body));
        Ok(Response::from_parts(parts, body))
    }

    /// One Kinesis operation; status and body.
    pub(crate) async fn kinesis(
        &mut self,
        endpoint: &str,
        operation: &str,
        body: String,
    ) -> hyper::Result<(u16, serde_json::Value)> {
        let answer = self.send(kinesis_request(endpoint, operation, body)).await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(answer.body()).unwrap_or(serde_json::Value::Null)))
    }
}

/// A request of a Kinesis operation that a server without users answers.
pub(crate) fn kinesis_request(endpoint: &str, operation: &str, body: String) -> Request<Full<Bytes>> {
    let target = format!("Kinesis_20131202.{operation}");
    let mut request = Request::post(format!("{endpoint}/")).header("Host", authority(endpoint));
    for (name, value) in kinesis_headers(&target) {
        request = request.header(name, value);
    }
    request.body(Full::from(body)).unwrap()
}
