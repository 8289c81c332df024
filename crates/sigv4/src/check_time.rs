//! Is a signature of the present? One window for signatures in headers, the life that it states for a presigned one.
//!
//! What must stay true: a presigned request is good from its own time, give or take the clock's skew, to the end of its life, and
//! no life is longer than `limits::PRESIGNED_EXPIRES_MAX`.

use std::fmt;
use std::time::Duration;

use crate::check::{CheckError, Expected};
use crate::limits::PRESIGNED_EXPIRES_MAX;
use crate::presented::{Form, Presented};
use crate::timestamp::Timestamp;

/// A span of time as AWS's messages show it: `5 min.`, and what is no whole minutes as `90 sec.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds.is_multiple_of(60) {
            write!(formatter, "{} min.", seconds / 60)
        } else {
            write!(formatter, "{seconds} sec.")
        }
    }
}

pub(crate) fn check_time(
    presented: &Presented<'_>,
    signed_at: Timestamp,
    expected: &Expected<'_>,
) -> Result<(), CheckError> {
    let now = Timestamp::from_system(expected.now);
    let look_back = match &presented.form {
        Form::Query { expires: Some(expires) } => {
            let life = presigned_life(expires)?;
            // STS looks at the number and gives every presigned request the same time.
            if expected.service == "sts" { expected.skew } else { life }
        }
        Form::Header | Form::Query { expires: None } => expected.skew,
    };
    let earliest = now.minus(look_back);
    if signed_at < earliest {
        return Err(CheckError::Expired {
            signed: signed_at.to_string(),
            earliest: earliest.to_string(),
            now: now.to_string(),
            look_back: Span(look_back),
        });
    }
    let latest = now.plus(expected.skew);
    if signed_at > latest {
        return Err(CheckError::NotYetCurrent {
            signed: signed_at.to_string(),
            latest: latest.to_string(),
            now: now.to_string(),
            look_ahead: Span(expected.skew),
        });
    }
    Ok(())
}

/// The life that `X-Amz-Expires` states; the messages are S3's, other services' are not known.
fn presigned_life(expires: &str) -> Result<Duration, CheckError> {
    let digits = expires.strip_prefix('-').unwrap_or(expires);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CheckError::MalformedExpires("X-Amz-Expires should be a number"));
    }
    if digits.len() < expires.len() {
        return Err(CheckError::MalformedExpires("X-Amz-Expires must be non-negative"));
    }
    match digits.parse().map(Duration::from_secs) {
        Ok(Duration::ZERO) => Err(CheckError::MalformedExpires("X-Amz-Expires must be at least 1 second")),
        Ok(life) if life <= PRESIGNED_EXPIRES_MAX => Ok(life),
        _ => Err(CheckError::MalformedExpires(
            "X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than 604800 \
             seconds",
        )),
    }
}
