//! The ids and times that every answer carries.
//!
//! What must stay true: ids are random and say nothing about the request.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::macros::format_description;

/// The ids of one request.
#[derive(Debug, Clone)]
pub(crate) struct RequestIds {
    /// `x-amzn-RequestId`, a UUID.
    pub(crate) request: String,
    /// `x-amz-apigw-id`, sixteen characters of Base64.
    pub(crate) extended: String,
    /// `X-Amzn-Trace-Id`, `Root=1-<time>-<random>`.
    pub(crate) trace: String,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        // One generator a thread, seeded by the system, where a draw of the system itself is a call of the kernel.
        let bytes: [u8; 27] = rand::random();
        let (own, extended) = bytes.split_at(16);
        let request = uuid::Builder::from_random_bytes(own.try_into().expect("16 of the bytes")).into_uuid();
        let random = request.simple().to_string();
        Self {
            extended: base64_simd::STANDARD.encode_to_string(extended),
            trace: format!("Root=1-{}-{}", &random[..8], &random[8..]),
            request: request.hyphenated().to_string(),
        }
    }
}

/// `10/Oct/2020:13:55:36 +0000`, the time of the Common Log Format, in UTC.
pub(crate) fn common_log_time(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let format = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}

/// `Thu Jun 08 12:13:14 UTC 2017`, as Java prints a date, in UTC.
pub(crate) fn java_date(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let format = format_description!(
        "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]"
    );
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_request_time_is_in_common_log_format() {
        let time = UNIX_EPOCH + Duration::from_secs(1_602_338_136);
        assert_eq!(common_log_time(time), "10/Oct/2020:13:55:36 +0000");
    }

    #[test]
    fn log_lines_have_javas_dates() {
        assert_eq!(
            java_date(UNIX_EPOCH + Duration::from_secs(1_496_923_994)),
            "Thu Jun 08 12:13:14 UTC 2017"
        );
    }

    #[test]
    fn ids_have_their_shapes() {
        let ids = RequestIds::new();
        assert_eq!((ids.request.len(), ids.extended.len(), ids.trace.len()), (36, 16, 40));
        assert!(ids.extended.ends_with('='), "{}", ids.extended);
    }
}
