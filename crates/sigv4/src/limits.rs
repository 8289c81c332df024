//! The limits of this crate, with their units and where they come from.

use std::time::Duration;

/// How far a signature's time may lie from the server's, either way
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>).
pub const CLOCK_SKEW_MAX: Duration = Duration::from_mins(15);

/// The longest life of a presigned request, seven days
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html>).
pub const PRESIGNED_EXPIRES_MAX: Duration = Duration::from_hours(7 * 24);

/// How many signing keys [`crate::SigningKeyCache`] holds, about 300 bytes each: days times regions times
/// services that one access key signs for. Past that it starts anew.
pub(crate) const SIGNING_KEYS_MAX: usize = 256;

/// How many characters of a foreign header an error message repeats.
pub(crate) const ECHOED_CHARS_MAX: usize = 512;
