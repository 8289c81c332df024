//! Is a presented signature true? Time, scope and signed headers first, then the body's hash, then the signature itself.
//!
//! What must stay true: the comparison of signatures takes the same time for every wrong one, and no answer tells a caller
//! more than AWS tells.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::canonical::{RequestRef, canonical_request};
use crate::hex::{hex, parse_hash, push_hex};
use crate::key::{SigningKey, SigningKeyCache};
use crate::limits::PRESIGNED_EXPIRES_MAX;
use crate::presented::{ALGORITHM, Form, Presented};
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
    /// The time.
    pub now: SystemTime,
    /// How far the signature's time may lie from `now`, either way; [`crate::CLOCK_SKEW_MAX`] at AWS.
    pub skew: Duration,
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
    #[error("Signature expired: {signed} is now earlier than {earliest} ({now} - {minutes} min.)")]
    Expired {
        /// The signature's time, or the end of its presigned life.
        signed: String,
        /// The earliest time that would do.
        earliest: String,
        /// The server's time.
        now: String,
        /// How far back the server looks, minutes.
        minutes: u64,
    },
    /// The signature is from the future.
    #[error("Signature not yet current: {signed} is still later than {latest} ({now} + {minutes} min.)")]
    NotYetCurrent {
        /// The signature's time.
        signed: String,
        /// The latest time that would do.
        latest: String,
        /// The server's time.
        now: String,
        /// How far ahead the server looks, minutes.
        minutes: u64,
    },
    /// `X-Amz-Expires` is not a number of seconds from 1 to 604800.
    #[error("X-Amz-Expires must be a number of seconds between 1 and 604800, got '{0}'")]
    MalformedExpires(String),
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
    presented: &Presented,
    secret_access_key: &SecretString,
    request: &RequestRef<'_>,
    expected: &Expected<'_>,
    keys: &SigningKeyCache,
) -> Result<(), CheckError> {
    if presented.algorithm != ALGORITHM {
        return Err(CheckError::UnsupportedAlgorithm(presented.algorithm.clone()));
    }
    let scope =
        presented.scope().ok_or_else(|| CheckError::MalformedCredential(presented.credential.clone()))?;
    if scope.service != expected.service {
        return Err(CheckError::WrongService { expected: expected.service.to_owned() });
    }
    let signed_at = Timestamp::parse_header(&presented.date)
        .ok_or_else(|| CheckError::MalformedDate(presented.date.clone()))?;
    if scope.date != signed_at.date() {
        return Err(CheckError::WrongDate {
            scope: scope.date.to_owned(),
            date: signed_at.date(),
            timestamp: signed_at.to_string(),
        });
    }
    check_signed_headers(presented, request)?;
    check_time(presented, signed_at, expected)?;

    let payload = payload_hash(presented, request, scope.service)?;
    let canonical = canonical_request(request, scope.service, &presented.signed_headers, &payload);
    let string_to_sign = string_to_sign(signed_at, credential_scope(&presented.credential), &canonical);

    let kept = keys.get(&presented.credential);
    let fresh = kept.is_none();
    let key = kept.unwrap_or_else(|| SigningKey::derive(secret_access_key, &scope));
    // A signature that is no hexadecimal at all compares as zeros, which no HMAC gives.
    let claimed = parse_hash(presented.signature.as_bytes()).unwrap_or_default();
    if !bool::from(key.signature(&string_to_sign).ct_eq(&claimed)) {
        return Err(CheckError::SignatureMismatch);
    }
    if fresh {
        keys.put(&presented.credential, key);
    }
    Ok(())
}

/// The part of a credential after the access key id.
fn credential_scope(credential: &str) -> &str {
    credential.split_once('/').map_or("", |(_, scope)| scope)
}

/// Step 2 of the signature: algorithm, time, scope and the canonical request's hash, a line each.
pub(crate) fn string_to_sign(signed_at: Timestamp, credential_scope: &str, canonical: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(192);
    for line in [ALGORITHM, &signed_at.to_string(), credential_scope] {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    push_hex(&mut text, &Sha256::digest(canonical));
    text
}

/// The host must be signed, and so must the header that names the operation: otherwise a signature for one operation would
/// be good for another.
fn check_signed_headers(presented: &Presented, request: &RequestRef<'_>) -> Result<(), CheckError> {
    let signed = |wanted: &str| presented.signed_headers.split(';').any(|name| name == wanted);
    if !signed("host") {
        return Err(CheckError::HeaderNotSigned("'Host' or ':authority'"));
    }
    if request.headers.contains_key("x-amz-target") && !signed("x-amz-target") {
        return Err(CheckError::HeaderNotSigned("'X-Amz-Target'"));
    }
    Ok(())
}

fn check_time(
    presented: &Presented,
    signed_at: Timestamp,
    expected: &Expected<'_>,
) -> Result<(), CheckError> {
    let now = Timestamp::from_system(expected.now);
    let (valid_until, look_back) = match &presented.form {
        Form::Header => (signed_at, expected.skew),
        Form::Query { expires } => (signed_at.plus(presigned_life(expires.as_deref())?), Duration::ZERO),
    };
    let earliest = now.minus(look_back);
    if valid_until < earliest {
        return Err(CheckError::Expired {
            signed: valid_until.to_string(),
            earliest: earliest.to_string(),
            now: now.to_string(),
            minutes: look_back.as_secs() / 60,
        });
    }
    let latest = now.plus(expected.skew);
    if signed_at > latest {
        return Err(CheckError::NotYetCurrent {
            signed: signed_at.to_string(),
            latest: latest.to_string(),
            now: now.to_string(),
            minutes: expected.skew.as_secs() / 60,
        });
    }
    Ok(())
}

fn presigned_life(expires: Option<&str>) -> Result<Duration, CheckError> {
    let text = expires.unwrap_or_default();
    let seconds: Option<u64> = text.parse().ok();
    match seconds {
        Some(seconds) if (1..=PRESIGNED_EXPIRES_MAX.as_secs()).contains(&seconds) => {
            Ok(Duration::from_secs(seconds))
        }
        _ => Err(CheckError::MalformedExpires(text.to_owned())),
    }
}

/// The text that stands for the body in the canonical request, once it is known to tell the truth about the body.
fn payload_hash(
    presented: &Presented,
    request: &RequestRef<'_>,
    service: &str,
) -> Result<String, CheckError> {
    let stated = request.headers.get(CONTENT_SHA256).map(|value| value.to_str().unwrap_or_default());
    match stated {
        Some(UNSIGNED_PAYLOAD) => Ok(UNSIGNED_PAYLOAD.to_owned()),
        None if service == "s3" && presented.form != Form::Header => Ok(UNSIGNED_PAYLOAD.to_owned()),
        _ => {
            let computed = hex(&Sha256::digest(request.body));
            match stated {
                Some(hash) if hash != computed => Err(CheckError::PayloadMismatch),
                _ => Ok(computed),
            }
        }
    }
}
