//! AWS Signature Version 4: sign requests, and verify requests that others signed.
//!
//! Verification has two stages, because the secret lies between them: [`Presented::parse`] reads what the caller claims (from
//! the `Authorization` header or from a presigned query), the caller's secret is looked up, and [`check`] computes the
//! signature again and compares. [`sign`] is the client's side of the same canonical request.
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.
//!
//! What must stay true: this crate is pure. It takes requests, secrets and the time, and returns values; it knows no clock, no
//! disk and no users. Signatures are compared in constant time and secrets cannot be printed.

mod canonical;
mod check;
mod check_time;
mod credentials;
mod hex;
mod key;
mod limits;
mod presented;
mod sign;
mod timestamp;

pub use canonical::RequestRef;
pub use check::{CheckError, Expected, check};
pub use check_time::Span;
pub use credentials::Credentials;
pub use key::SigningKeyCache;
pub use limits::{PRESIGNED_EXPIRES_MAX, clock_skew_max};
pub use presented::{Form, PresentError, Presented, Scope};
pub use sign::{SignError, SigningParams, sign};
