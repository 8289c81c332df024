//! TLS for the AWS endpoint: a certificate chain and its key from PEM files, HTTP/2 and HTTP/1.1 offered by ALPN.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;
use crate::failure::Failure;

/// What is offered by ALPN, the preferred one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Reads the files; each error names the file and what is wrong with it.
pub(super) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Failure> {
    let certificates = certificates(&files.certificate)?;
    let key = key(&files.key)?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| {
            Failure::usage(format!(
                "the certificate {} and the key {} cannot be used together: {error}",
                files.certificate.display(),
                files.key.display()
            ))
        })?;
    let mut config = config;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let pem = read(path, "TLS certificate")?;
    let found: Result<Vec<_>, PemError> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(wrong(
            path,
            "TLS certificate",
            "has no `-----BEGIN CERTIFICATE-----`: it takes the chain in PEM form, the server's own certificate first",
        )),
        Err(error) => Err(wrong(path, "TLS certificate", &format!("is damaged: {error}"))),
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let pem = read(path, "TLS key")?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|error| match error {
        PemError::NoItemsFound if contains(&pem, b"BEGIN ENCRYPTED PRIVATE KEY") => wrong(
            path,
            "TLS key",
            "is encrypted with a password: write it without one (openssl pkey -in KEY -out PLAIN-KEY)",
        ),
        PemError::NoItemsFound => wrong(
            path,
            "TLS key",
            "has no `-----BEGIN PRIVATE KEY-----`: it takes a key in PEM form (PKCS#8, PKCS#1 or SEC1)",
        ),
        // The parser's own texts could quote a line of the key.
        _ => wrong(path, "TLS key", "is damaged: it is not a whole PEM file"),
    })
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    fs_err::read(path).map_err(|error| Failure::usage(format!("{what}: {error}")))
}

fn wrong(path: &Path, what: &str, message: &str) -> Failure {
    Failure::usage(format!("{what} {} {message}", path.display()))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
