//! The time of a signature, in the forms that appear on the wire.

use std::fmt;
use std::time::{Duration, SystemTime};

use time::format_description::well_known::Rfc2822;
use time::{Date, Month, OffsetDateTime};

/// The days from the beginning of Julian day numbers to 1970-01-01.
const EPOCH_JULIAN_DAY: i64 = 2_440_588;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// 9999-12-31T23:59:59Z, the last second that the format can show.
const LAST_SECOND: i64 = 253_402_300_799;
/// 0000-01-01T00:00:00Z, the first.
const FIRST_SECOND: i64 = -62_167_219_200;

/// A whole second of UTC from year 0 to 9999, shown as `20150830T123600Z` (ISO 8601 basic format).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp {
    /// Since 1970-01-01T00:00:00Z.
    unix_seconds: i64,
}

impl Timestamp {
    /// The second that contains `time`; times that the format cannot show become the epoch.
    pub(crate) fn from_system(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).ok();
        let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
        Self { unix_seconds: seconds.filter(|seconds| *seconds <= LAST_SECOND).unwrap_or(0) }
    }

    /// Reads `20150830T123600Z`; `None` for anything else.
    pub(crate) fn parse_basic(text: &str) -> Option<Self> {
        let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
        if bytes[8] != b'T' || bytes[15] != b'Z' {
            return None;
        }
        let month = Month::try_from(number(&bytes[4..6])? as u8).ok()?;
        let date =
            Date::from_calendar_date(i32::from(number(&bytes[..4])?), month, number(&bytes[6..8])? as u8)
                .ok()?;
        let (hour, minute, second) =
            (number(&bytes[9..11])?, number(&bytes[11..13])?, number(&bytes[13..15])?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = i64::from(date.to_julian_day()) - EPOCH_JULIAN_DAY;
        let second_of_day = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        Some(Self { unix_seconds: days * SECONDS_PER_DAY + second_of_day })
    }

    /// Reads a `Date` header: the basic format, or HTTP's own `Sun, 30 Aug 2015 12:36:00 GMT`.
    pub(crate) fn parse_header(text: &str) -> Option<Self> {
        Self::parse_basic(text).or_else(|| {
            let unix_seconds = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
            (FIRST_SECOND..=LAST_SECOND).contains(&unix_seconds).then_some(Self { unix_seconds })
        })
    }

    /// The characters of the basic format.
    pub(crate) fn basic(self) -> Basic {
        let mut basic = *b"00000000T000000Z";
        let utc =
            OffsetDateTime::from_unix_timestamp(self.unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (hour, minute, second) = utc.to_hms();
        // Four digits are enough: only years from 0 to 9999 get in.
        fill(&mut basic[..4], utc.year().unsigned_abs());
        let (month, day) = (u8::from(utc.month()), utc.day());
        for (start, number) in [(4, month), (6, day), (9, hour), (11, minute), (13, second)] {
            fill(&mut basic[start..start + 2], u32::from(number));
        }
        Basic(basic)
    }

    /// This time moved forward; the last time there is when that goes past the end.
    pub(crate) fn plus(self, by: Duration) -> Self {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        Self { unix_seconds: self.unix_seconds.saturating_add(seconds).min(LAST_SECOND) }
    }

    /// This time moved back; the first time there is when that goes past the beginning.
    pub(crate) fn minus(self, by: Duration) -> Self {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        Self { unix_seconds: self.unix_seconds.saturating_sub(seconds).max(FIRST_SECOND) }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.basic().as_str())
    }
}

/// A time in the basic format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Basic([u8; 16]);

impl Basic {
    /// All of it, as `20150830T123600Z`.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }

    /// The day, as `20150830`.
    pub(crate) fn date(&self) -> &str {
        &self.as_str()[..8]
    }
}

/// Fills all of `digits`, leading zeros included.
fn fill(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Up to four decimal digits.
fn number(digits: &[u8]) -> Option<u16> {
    digits
        .iter()
        .try_fold(0_u16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_date_are_read_and_shown_in_the_basic_form() {
        for text in ["20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 2015 14:36:00 +0200"] {
            let timestamp = Timestamp::parse_header(text).expect(text);
            assert_eq!(timestamp.to_string(), "20150830T123600Z");
            assert_eq!(timestamp.basic().date(), "20150830");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "20150830",
            "20151330T123600Z",
            "20150230T123600Z",
            "20150830T243600Z",
            "20150830T126000Z",
            "20150830T123660Z",
            "20150830t123600Z",
            "2015083éT123600Z",
        ] {
            assert_eq!(Timestamp::parse_header(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_first_and_the_last_second_and_leap_days_read_back() {
        for text in ["00000101T000000Z", "19700101T000000Z", "20240229T235959Z", "99991231T235959Z"] {
            let timestamp = Timestamp::parse_basic(text).expect(text);
            assert_eq!(timestamp.to_string(), text);
            assert!(timestamp.minus(Duration::MAX) <= timestamp);
            assert!(timestamp.plus(Duration::MAX) >= timestamp);
        }
    }

    #[test]
    fn the_system_time_is_shown_to_the_second() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_440_938_160_999);
        assert_eq!(Timestamp::from_system(time).to_string(), "20150830T123600Z");
        let after_the_end = SystemTime::UNIX_EPOCH + Duration::from_mins(5_000_000_000);
        assert_eq!(Timestamp::from_system(after_the_end).to_string(), "19700101T000000Z");
    }
}
