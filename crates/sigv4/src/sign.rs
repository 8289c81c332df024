//! The client's side: adds the headers that make a request a signed one.
//!
//! What must stay true: what is signed is what is sent. `Host` is written into the request, so that no client library puts
//! another one there, and headers that proxies rewrite are not signed.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::{self, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::Scheme;
use sha2::{Digest, Sha256};

use crate::canonical::{RequestRef, canonical_request};
use crate::check::{CONTENT_SHA256, string_to_sign};
use crate::credentials::Credentials;
use crate::hex::Hex;
use crate::key::{SigningKey, SigningKeyCache, derive};
use crate::presented::{ALGORITHM, Form, Scope};
use crate::timestamp::Timestamp;

const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Who signs, for what, and when.
#[derive(Debug, Clone, Copy)]
pub struct SigningParams<'a> {
    /// Whose key signs.
    pub credentials: &'a Credentials,
    /// The region, such as `us-east-1`.
    pub region: &'a str,
    /// The service's signing name, such as `kinesis`.
    pub service: &'a str,
    /// The time of the signature.
    pub now: SystemTime,
    /// Where signing keys are kept between calls; `None` derives the key again, about two microseconds.
    pub keys: Option<&'a SigningKeyCache>,
}

/// Why a request cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// There is neither a `Host` header nor a host in the URI.
    #[error("the request names no host: its URI {uri:?} has none and there is no Host header")]
    MissingHost {
        /// The URI of the request.
        uri: String,
    },
    /// The access key id, the region, the service or the session token cannot stand in a header.
    #[error("the {what} has characters that an HTTP header cannot carry")]
    NotHeaderText {
        /// Which of them.
        what: &'static str,
    },
}

/// Signs a request in header form: sets `Host` where it is missing, `X-Amz-Date`, `X-Amz-Security-Token` for a temporary key,
/// `X-Amz-Content-Sha256` for S3, and `Authorization`. An earlier signature is replaced.
///
/// Signed are `Host`, `Content-Type`, `Content-MD5` and every `X-Amz-*` header; others may change on their way.
pub fn sign(parts: &mut Parts, body: &[u8], params: &SigningParams<'_>) -> Result<(), SignError> {
    let timestamp = Timestamp::from_system(params.now);
    let basic = timestamp.basic();
    let payload = Hex::of(&Sha256::digest(body).into());
    write_headers(parts, params, basic.as_str(), payload.as_str())?;

    let signed_headers = signed_headers(parts);
    let request = RequestRef { method: &parts.method, uri: &parts.uri, headers: &parts.headers, body };
    let canonical =
        canonical_request(&request, params.service, &signed_headers, payload.as_bytes(), &Form::Header);

    let scope = Scope { date: basic.date(), region: params.region, service: params.service };
    let key_id = &params.credentials.access_key_id;
    let credential = format!("{key_id}/{}/{}/{}/aws4_request", scope.date, scope.region, scope.service);
    let key = signing_key(params, &credential, &scope);
    let hash = Hex::of(&Sha256::digest(canonical).into());
    let to_sign = string_to_sign(basic.as_str(), &credential[key_id.len() + 1..], &hash);
    let signature = Hex::of(&key.signature(&to_sign));
    let authorization = format!(
        "{ALGORITHM} Credential={credential}, SignedHeaders={signed_headers}, Signature={}",
        signature.as_str()
    );
    let value = header_value(&authorization, "access key id, region or service")?;
    parts.headers.insert(header::AUTHORIZATION, value);
    Ok(())
}

fn signing_key(params: &SigningParams<'_>, credential: &str, scope: &Scope<'_>) -> Arc<SigningKey> {
    let secret = &params.credentials.secret_access_key;
    let Some(keys) = params.keys else { return derive(secret, scope) };
    keys.get(credential).unwrap_or_else(|| {
        let key = derive(secret, scope);
        keys.put(credential, Arc::clone(&key));
        key
    })
}

fn write_headers(
    parts: &mut Parts,
    params: &SigningParams<'_>,
    timestamp: &str,
    payload_hash: &str,
) -> Result<(), SignError> {
    if !parts.headers.contains_key(header::HOST) {
        let host = host_of(parts).ok_or_else(|| SignError::MissingHost { uri: parts.uri.to_string() })?;
        let value = header_value(&host, "host")?;
        parts.headers.insert(header::HOST, value);
    }
    parts.headers.remove(header::AUTHORIZATION);
    parts.headers.insert(AMZ_DATE, header_value(timestamp, "time")?);
    match &params.credentials.session_token {
        Some(token) => {
            let mut value = header_value(token, "session token")?;
            value.set_sensitive(true);
            parts.headers.insert(SECURITY_TOKEN, value);
        }
        None => {
            parts.headers.remove(SECURITY_TOKEN);
        }
    }
    if params.service == "s3" {
        parts.headers.insert(CONTENT_SHA256, header_value(payload_hash, "payload hash")?);
    } else {
        parts.headers.remove(CONTENT_SHA256);
    }
    Ok(())
}

/// The host of the URI, with its port unless that is the scheme's own.
fn host_of(parts: &Parts) -> Option<String> {
    let authority = parts.uri.authority()?;
    let own_port = match parts.uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Some(443),
        Some(scheme) if *scheme == Scheme::HTTP => Some(80),
        _ => None,
    };
    match authority.port_u16() {
        Some(port) if Some(port) != own_port => Some(format!("{}:{port}", authority.host())),
        _ => Some(authority.host().to_owned()),
    }
}

/// The names of the headers to sign, sorted, joined by semicolons.
fn signed_headers(parts: &Parts) -> String {
    let mut names: Vec<&str> = parts
        .headers
        .keys()
        .map(HeaderName::as_str)
        .filter(|name| matches!(*name, "host" | "content-type" | "content-md5") || name.starts_with("x-amz-"))
        .collect();
    names.sort_unstable();
    names.join(";")
}

fn header_value(text: &str, what: &'static str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_str(text).map_err(|_| SignError::NotHeaderText { what })
}
