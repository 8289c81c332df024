//! Is a presented signature true? Time, scope and signed headers first, then the body's hash, then the signature itself.
//!
//! What must stay true: the comparison of signatures takes the same time for every wrong one, and no answer tells a caller
//! more than AWS tells.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::canonical::{RequestRef, canonical_request};
use crate::check_time::{Span, check_time};
use crate::hex::{Hex, parse_hash};
use crate::key::{SigningKeyCache, derive};
use crate::limits::clock_skew_max;
use crate::presented::{ALGORITHM, Form, Presented, cut, names};
use crate::timestamp::Timestamp;

/// The literal that stands in the place of the body's hash when the client did not sign the body.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// The header in which a client states the body's hash.
pub(crate) const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// What the verifying side knows.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The service's signing name, such as `kinesis`; a signature for another service is refused.
    pub service: &'a str,
    /// The region; a signature for another one is refused. `None` takes every region.
    pub region: Option<&'a str>,
    /// The time.
    pub now: SystemTime,
    /// How far the signature's time may lie from `now`, either way; [`clock_skew_max`] at AWS.
    pub skew: Duration,
}

impl<'a> Expected<'a> {
    /// What AWS expects at a service of this signing name, of any region.
    pub fn new(service: &'a str, now: SystemTime) -> Self {
        Self { service, region: None, now, skew: clock_skew_max(service) }
    }

    /// The same for one region only.
    #[must_use]
    pub fn in_region(self, region: &'a str) -> Self {
        Self { region: Some(region), ..self }
    }
}

/// Why a signature is refused. The texts are AWS's, as far as AWS's are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The signature is of a kind that is not verified here.
    #[error("Unsupported AWS 'algorithm': '{0}'.")]
    UnsupportedAlgorithm(String),
    /// The credential is not `id/date/region/service/aws4_request`.
    #[error(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request, got '{0}'"
    )]
    MalformedCredential(String),
    /// The signature is for another service.
    #[error("Credential should be scoped to correct service: '{expected}'. ")]
    WrongService {
        /// The service that was asked.
        expected: String,
    },
    /// The signature is for another region.
    #[error("Credential should be scoped to a valid region, not '{0}'. ")]
    WrongRegion(String),
    /// The time of the signature cannot be read.
    #[error("Date must be in ISO-8601 'basic format'. Got '{0}'. See http://en.wikipedia.org/wiki/ISO_8601")]
    MalformedDate(String),
    /// The day in the credential is not the day of the signature.
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{date}', from '{timestamp}'."
    )]
    WrongDate {
        /// The day in the credential.
        scope: String,
        /// The day of the signature's time.
        date: String,
        /// The signature's time.
        timestamp: String,
    },
    /// A header that decides what the request means is not covered by the signature.
    #[error("{0} must be a 'SignedHeader' in the AWS Authorization.")]
    HeaderNotSigned(&'static str),
    /// The signature is too old, or its presigned life is over.
    #[error("Signature expired: {signed} is now earlier than {earliest} ({now} - {look_back})")]
    Expired {
        /// The signature's time.
        signed: String,
        /// The earliest time that would do.
        earliest: String,
        /// The server's time.
        now: String,
        /// How far back the server looks, or how long the presigned request lives.
        look_back: Span,
    },
    /// The signature is from the future.
    #[error("Signature not yet current: {signed} is still later than {latest} ({now} + {look_ahead})")]
    NotYetCurrent {
        /// The signature's time.
        signed: String,
        /// The latest time that would do.
        latest: String,
        /// The server's time.
        now: String,
        /// How far ahead the server looks.
        look_ahead: Span,
    },
    /// `X-Amz-Expires` is not a number of seconds from 1 to 604800.
    #[error("{0}")]
    MalformedExpires(&'static str),
    /// The body is not the one that was signed.
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    PayloadMismatch,
    /// The signature is not the one that the secret makes.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
         signing method. Consult the service documentation for details."
    )]
    SignatureMismatch,
}

/// Checks a presented signature against the secret of its access key. `keys` saves the derivation of the signing key for
/// every request but the first of a day.
pub fn check(
    presented: &Presented<'_>,
    secret_access_key: &SecretString,
    request: &RequestRef<'_>,
    expected: &Expected<'_>,
    keys: &SigningKeyCache,
) -> Result<(), CheckError> {
    if presented.algorithm != ALGORITHM {
        return Err(CheckError::UnsupportedAlgorithm(presented.algorithm.to_string()));
    }
    let scope =
        presented.scope().ok_or_else(|| CheckError::MalformedCredential(presented.credential.to_string()))?;
    if scope.service != expected.service {
        return Err(CheckError::WrongService { expected: expected.service.to_owned() });
    }
    if expected.region.is_some_and(|region| region != scope.region) {
        return Err(CheckError::WrongRegion(scope.region.to_owned()));
    }
    let signed_at = Timestamp::parse_header(&presented.date)
        .ok_or_else(|| CheckError::MalformedDate(presented.date.to_string()))?;
    let basic = signed_at.basic();
    if scope.date != basic.date() {
        return Err(CheckError::WrongDate {
            scope: scope.date.to_owned(),
            date: basic.date().to_owned(),
            timestamp: basic.as_str().to_owned(),
        });
    }
    check_signed_headers(presented, request)?;
    check_time(presented, signed_at, expected)?;

    let payload = Payload::of(presented, request, scope.service)?;
    let canonical = canonical_request(
        request,
        scope.service,
        &presented.signed_headers,
        payload.as_bytes(),
        &presented.form,
    );
    let hash = Sha256::digest(canonical).into();
    let credential_scope = cut(&presented.credential, b'/').map_or("", |(_, scope)| scope);

    let kept = keys.get(&presented.credential);
    let is_fresh = kept.is_none();
    let key = kept.unwrap_or_else(|| derive(secret_access_key, &scope));
    let computed = key.signature(&string_to_sign(basic.as_str(), credential_scope, &Hex::of(&hash)));
    // A signature that is no hexadecimal at all compares as zeros, which no HMAC gives.
    let claimed = parse_hash(presented.signature.as_bytes()).unwrap_or_default();
    if !bool::from(computed.ct_eq(&claimed)) {
        return Err(CheckError::SignatureMismatch);
    }
    if is_fresh {
        keys.put(&presented.credential, key);
    }
    Ok(())
}

/// Step 2 of the signature, in pieces: algorithm, time, scope and the canonical request's hash, a line each.
pub(crate) fn string_to_sign<'a>(
    timestamp: &'a str,
    credential_scope: &'a str,
    canonical_hash: &'a Hex,
) -> [&'a [u8]; 7] {
    [
        ALGORITHM.as_bytes(),
        b"\n",
        timestamp.as_bytes(),
        b"\n",
        credential_scope.as_bytes(),
        b"\n",
        canonical_hash.as_bytes(),
    ]
}

/// The host must be signed, and so must the header that names the operation: otherwise a signature for one operation would
/// be good for another. A name that stands twice, or with a capital letter, is in no list that a signer makes, and would multiply
/// what is hashed.
fn check_signed_headers(presented: &Presented<'_>, request: &RequestRef<'_>) -> Result<(), CheckError> {
    if presented.signed_headers.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(CheckError::SignatureMismatch);
    }
    let (mut has_host, mut has_target, mut is_ordered) = (false, false, true);
    let mut previous = "";
    for name in names(&presented.signed_headers) {
        has_host |= name == "host";
        has_target |= name == "x-amz-target";
        is_ordered &= previous < name;
        previous = name;
    }
    if !has_host {
        return Err(CheckError::HeaderNotSigned("'Host' or ':authority'"));
    }
    if !has_target && request.headers.contains_key("x-amz-target") {
        return Err(CheckError::HeaderNotSigned("'X-Amz-Target'"));
    }
    if !is_ordered {
        let mut sorted: Vec<&str> = names(&presented.signed_headers).collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(CheckError::SignatureMismatch);
        }
    }
    Ok(())
}

/// The text that stands for the body in the canonical request, once it is known to tell the truth about the body.
enum Payload {
    Unsigned,
    Hash(Hex),
}

impl Payload {
    /// Only S3 takes bodies that are not signed; elsewhere the literal is a hash that no body has.
    fn of(presented: &Presented<'_>, request: &RequestRef<'_>, service: &str) -> Result<Self, CheckError> {
        let stated = request.headers.get(CONTENT_SHA256).map(http::HeaderValue::as_bytes);
        let may_be_unsigned = service == "s3";
        match stated {
            Some(literal) if may_be_unsigned && literal == UNSIGNED_PAYLOAD.as_bytes() => Ok(Self::Unsigned),
            None if may_be_unsigned && presented.form != Form::Header => Ok(Self::Unsigned),
            _ => {
                let computed = Hex::of(&Sha256::digest(request.body).into());
                match stated {
                    Some(hash) if hash != computed.as_bytes() => Err(CheckError::PayloadMismatch),
                    _ => Ok(Self::Hash(computed)),
                }
            }
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Unsigned => UNSIGNED_PAYLOAD.as_bytes(),
            Self::Hash(hash) => hash.as_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_signed_headers_names_each_header_once() {
        for (list, expected) in [
            ("host", Ok(())),
            ("host;big", Ok(())),
            ("big;big;host", Err(CheckError::SignatureMismatch)),
            ("BIG;big;host", Err(CheckError::SignatureMismatch)),
            ("big", Err(CheckError::HeaderNotSigned("'Host' or ':authority'"))),
        ] {
            let authorization = format!("{ALGORITHM} Credential=a, SignedHeaders={list}, Signature=b");
            let request = http::Request::get("/").header("authorization", authorization);
            let request = request.header("x-amz-date", "20150830T123600Z").body(()).expect("a request");
            let view = RequestRef {
                method: request.method(),
                uri: request.uri(),
                headers: request.headers(),
                body: b"",
            };
            let presented = Presented::parse(&view).expect("the shape is right");
            assert_eq!(check_signed_headers(&presented, &view), expected, "{list}");
        }
    }
}
