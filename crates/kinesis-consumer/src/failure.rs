//! What went wrong with one request, in the few kinds that a reader acts on differently, and trying again.
//!
//! What must stay true: throttling is waited out for ever, since it only says that others read too; anything else that may pass is
//! tried a bounded number of times.

use std::future::Future;
use std::time::Duration;

use aws_sdk_kinesis::config::http::HttpResponse;
use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};

use crate::ReadError;
use crate::limits::{ATTEMPTS_MAX, BACKOFF_FIRST, BACKOFF_MAX};

/// What went wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Too fast; later it will do.
    Throttled(String),
    /// The network, or the server's own fault; later it may do.
    Transient(String),
    /// Tried often enough.
    GaveUp(u32, String),
    /// The iterator is older than five minutes.
    ExpiredIterator,
    /// The stream or the shard is not there.
    NotFound(String),
    /// The position is not one that the shard has.
    InvalidArgument(String),
    /// Asking again would give the same.
    Refused(String),
}

impl Failure {
    /// Sorts an error of Amazon's client.
    pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let SdkError::ServiceError(service) = error else {
            let text = with_causes(error);
            return match error {
                SdkError::ConstructionFailure(_) => Self::Refused(text),
                _ => Self::Transient(text),
            };
        };
        let code = service.err().code().unwrap_or("no error code");
        let status = service.raw().status().as_u16();
        let text = match service.err().message() {
            Some(message) => format!("{code}: {message}"),
            None => format!("{code} (HTTP {status})"),
        };
        match code {
            "ProvisionedThroughputExceededException"
            | "LimitExceededException"
            | "KMSThrottlingException"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "ResourceInUseException" => Self::Throttled(text),
            "ExpiredIteratorException" => Self::ExpiredIterator,
            "ResourceNotFoundException" => Self::NotFound(text),
            "InvalidArgumentException" => Self::InvalidArgument(text),
            _ if status == 429 => Self::Throttled(text),
            _ if status >= 500 => Self::Transient(text),
            _ => Self::Refused(text),
        }
    }

    /// An answer that lacks what it must have.
    pub(crate) fn answer(missing: &str) -> Self {
        Self::Transient(format!("the answer has {missing}"))
    }

    /// The error of a failure that nothing can be done about.
    pub(crate) fn into_error(self, operation: &'static str, subject: &str) -> ReadError {
        let subject = subject.to_owned();
        match self {
            Self::GaveUp(attempts, reason) => ReadError::Unavailable { operation, subject, attempts, reason },
            Self::Throttled(reason)
            | Self::Transient(reason)
            | Self::NotFound(reason)
            | Self::InvalidArgument(reason)
            | Self::Refused(reason) => ReadError::Refused { operation, subject, reason },
            Self::ExpiredIterator => {
                ReadError::Refused { operation, subject, reason: "the iterator has expired".to_owned() }
            }
        }
    }
}

/// An error and its causes in one line, each said once.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// Sends a request until it succeeds or fails in a way that passes no more.
pub(crate) async fn retried<T, F>(
    operation: &'static str,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut waits = 0;
    let mut failures = 0;
    loop {
        let reason = match attempt().await {
            Err(Failure::Throttled(reason)) => reason,
            Err(Failure::Transient(reason)) => {
                failures += 1;
                if failures >= ATTEMPTS_MAX {
                    return Err(Failure::GaveUp(failures, reason));
                }
                if failures == 1 {
                    // Told once: without it a service that is gone looks like a reader that is idle.
                    tracing::warn!(
                        "{operation} failed ({reason}); trying again, {ATTEMPTS_MAX} times in all"
                    );
                }
                reason
            }
            other => return other,
        };
        let wait = backoff(waits);
        waits = waits.saturating_add(1);
        let wait_millis = wait.as_millis() as u64;
        tracing::debug!(operation, reason, wait_millis, "trying again");
        tokio::time::sleep(wait).await;
    }
}

/// The wait before another attempt: it doubles up to a limit, and a random half of it keeps many readers apart.
pub(crate) fn backoff(waits_before: u32) -> Duration {
    let whole = BACKOFF_FIRST.saturating_mul(1 << waits_before.min(16)).min(BACKOFF_MAX);
    whole.mul_f64(rand::random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_of_many_failures_is_told_and_throttling_is_not() {
        let log = Log::default();
        let to_log = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || to_log.clone()).finish();
        let _here = tracing::subscriber::set_default(subscriber);
        let mut attempts = 0;
        let result: Result<(), _> = retried("ListShards", || {
            attempts += 1;
            let failure = match attempts {
                1 => Failure::Throttled("slow down".to_owned()),
                _ => Failure::Transient("connection refused".to_owned()),
            };
            async { Err(failure) }
        })
        .await;
        assert!(result.is_err());
        let text = String::from_utf8(log.0.lock().expect("not poisoned").clone()).expect("UTF-8");
        let told: Vec<&str> = text.lines().filter(|line| line.contains("WARN")).collect();
        assert_eq!(told.len(), 1, "{text}");
        assert!(told[0].contains("ListShards failed (connection refused); trying again"), "{text}");
    }

    #[test]
    fn causes_are_told_in_one_line_without_repeating_themselves() {
        let refused = io::Error::other("connection refused");
        let error = io::Error::other(ReadFailed(io::Error::other(ReadFailed(refused))));
        assert_eq!(with_causes(&error), "reading failed: connection refused");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("reading failed")]
    struct ReadFailed(#[source] io::Error);

    #[test]
    fn waits_double_up_to_their_limit() {
        for (waits, longest_millis) in [(0, 100), (1, 200), (5, 3_200), (7, 10_000), (1_000, 10_000)] {
            let longest = Duration::from_millis(longest_millis);
            let wait = backoff(waits);
            assert!(wait <= longest && wait >= longest / 2, "{waits}: {wait:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_that_does_not_pass_is_given_up_and_throttling_is_not() {
        let mut attempts = 0;
        let result: Result<(), _> = retried("GetRecords", || {
            attempts += 1;
            let failure = if attempts <= 50 {
                Failure::Throttled("slow down".to_owned())
            } else {
                Failure::Transient("no answer".to_owned())
            };
            async { Err(failure) }
        })
        .await;
        assert_eq!(result, Err(Failure::GaveUp(ATTEMPTS_MAX, "no answer".to_owned())));
        assert_eq!(attempts, 50 + ATTEMPTS_MAX);
    }
}
