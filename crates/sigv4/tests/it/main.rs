//! Signing and verifying, held against Amazon's own signer.

mod aws_signer;
mod botocore;
mod presigned;
mod refusals;
mod round_trip;
mod test_suite;

use std::time::{Duration, SystemTime};

use alluvium_sigv4::{CheckError, Credentials, Expected, Presented, RequestRef, SigningKeyCache, check};
use http::Request;

/// 2015-08-30T12:36:00Z, the time of AWS's published examples.
pub(crate) fn example_time() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_mins(24_015_636)
}

/// The access key of AWS's published examples.
pub(crate) fn example_credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned())
}

/// Parses and checks the signature of a request, as a server for `service` does at `now`.
pub(crate) fn verify(
    request: &Request<Vec<u8>>,
    credentials: &Credentials,
    service: &str,
    now: SystemTime,
) -> Result<(), CheckError> {
    let view = RequestRef {
        method: request.method(),
        uri: request.uri(),
        headers: request.headers(),
        body: request.body(),
    };
    let presented = Presented::parse(&view).expect("the request carries a whole signature");
    assert_eq!(presented.access_key_id(), credentials.access_key_id);
    assert_eq!(presented.session_token(), credentials.session_token.as_deref());
    let expected = Expected::new(service, now);
    let keys = SigningKeyCache::default();
    let first = check(&presented, &credentials.secret_access_key, &view, &expected, &keys);
    let second = check(&presented, &credentials.secret_access_key, &view, &expected, &keys);
    assert_eq!(first, second, "a kept signing key gives the same answer as a fresh one");
    first
}
