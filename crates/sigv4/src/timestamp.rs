//! The time of a signature, in the forms that appear on the wire.

use std::fmt;
use std::time::{Duration, SystemTime};

use time::format_description::well_known::Rfc2822;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// A whole second of UTC, shown as `20150830T123600Z` (ISO 8601 basic format).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The second that contains `time`; years outside 0 to 9999, which the format cannot show, become the epoch.
    pub(crate) fn from_system(time: SystemTime) -> Self {
        let utc = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_secs()).ok())
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        Self(utc.unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// Reads `20150830T123600Z`; `None` for anything else.
    pub(crate) fn parse_basic(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
            return None;
        }
        let month = Month::try_from(number(&bytes[4..6])? as u8).ok()?;
        let date =
            Date::from_calendar_date(i32::from(number(&bytes[..4])?), month, number(&bytes[6..8])? as u8);
        let (hour, minute, second) =
            (number(&bytes[9..11])?, number(&bytes[11..13])?, number(&bytes[13..15])?);
        let time = Time::from_hms(hour as u8, minute as u8, second as u8);
        Some(Self(PrimitiveDateTime::new(date.ok()?, time.ok()?).assume_utc()))
    }

    /// Reads a `Date` header: the basic format, or HTTP's own `Sun, 30 Aug 2015 12:36:00 GMT`.
    pub(crate) fn parse_header(text: &str) -> Option<Self> {
        Self::parse_basic(text).or_else(|| {
            let utc = OffsetDateTime::parse(text, &Rfc2822).ok()?.checked_to_offset(UtcOffset::UTC)?;
            (0..=9_999).contains(&utc.year()).then_some(Self(utc))
        })
    }

    /// The day, as `20150830`.
    pub(crate) fn date(self) -> String {
        text(&self.basic()[..8]).to_owned()
    }

    /// The characters of the basic format, without the machinery of `format!`: every request has them hashed.
    fn basic(self) -> [u8; 16] {
        let mut basic = *b"00000000T000000Z";
        let (hour, minute, second) = self.0.to_hms();
        // Four digits are enough: only years from 0 to 9999 get in.
        let year = self.0.year().unsigned_abs();
        fill(&mut basic[..4], year);
        let (month, day) = (u8::from(self.0.month()), self.0.day());
        for (start, number) in [(4, month), (6, day), (9, hour), (11, minute), (13, second)] {
            fill(&mut basic[start..start + 2], u32::from(number));
        }
        basic
    }

    /// This time moved forward; the last time there is when that goes past the end.
    pub(crate) fn plus(self, by: Duration) -> Self {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(time::Duration::seconds(seconds)))
    }

    /// This time moved back; the first time there is when that goes past the beginning.
    pub(crate) fn minus(self, by: Duration) -> Self {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(time::Duration::seconds(seconds)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(text(&self.basic()))
    }
}

/// Fills all of `digits`, leading zeros included.
fn fill(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn text(basic: &[u8]) -> &str {
    std::str::from_utf8(basic).expect("digits are ASCII")
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
            assert_eq!(timestamp.date(), "20150830");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in
            ["", "20150830", "20151330T123600Z", "20150830T253600Z", "20150830t123600Z", "2015083éT123600Z"]
        {
            assert_eq!(Timestamp::parse_header(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_system_time_is_shown_to_the_second() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_440_938_160_999);
        assert_eq!(Timestamp::from_system(time).to_string(), "20150830T123600Z");
    }
}
