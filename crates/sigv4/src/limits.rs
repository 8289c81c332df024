//! The limits of this crate, with their units and where they come from.

use std::time::Duration;

/// How far a signature's time may lie from the server's, either way, at services that say nothing else: their answer is
/// `Signature expired: .. (.. - 5 min.)`
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>).
const CLOCK_SKEW_MAX: Duration = Duration::from_mins(5);

/// The same at IAM, STS and S3: `(.. - 15 min.)`.
const CLOCK_SKEW_LONG_MAX: Duration = Duration::from_mins(15);

/// How far a signature's time may lie from the server's, either way, at the service of this signing name.
pub fn clock_skew_max(service: &str) -> Duration {
    match service {
        "iam" | "sts" | "s3" => CLOCK_SKEW_LONG_MAX,
        _ => CLOCK_SKEW_MAX,
    }
}

/// The longest life of a presigned request, seven days
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html>).
pub const PRESIGNED_EXPIRES_MAX: Duration = Duration::from_hours(7 * 24);

/// How many signing keys [`crate::SigningKeyCache`] holds, about 300 bytes each: days times regions times
/// services that one access key signs for. Past that it starts anew.
pub(crate) const SIGNING_KEYS_MAX: usize = 256;

/// How many characters of a foreign header an error message repeats.
pub(crate) const ECHOED_CHARS_MAX: usize = 512;
