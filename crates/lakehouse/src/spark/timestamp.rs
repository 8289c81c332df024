//! Text to instants as Spark's `cast(.. as timestamp)` and one-argument `to_timestamp` read it, session zone UTC.
//!
//! `yyyy[-M[-d]]`, then a blank or `T`, then `H[:m[:s[.fraction]]]`, then a zone (only after the seconds). Years have four to
//! six digits; a fraction is cut, not rounded, to microseconds. What must stay true: words in place of
//! a time (`now`, `today`, `epoch`) are null, as in Spark for the values of a column; a time without a date is null too, which
//! Spark takes for today's, so that the same record always gives the same row.

use std::fmt::Write as _;

use super::date::{self, days_from_civil, trim};
use super::zone::Zone;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// The zone of a text that names none.
const SESSION_ZONE: Zone = Zone::Offset(0);

/// A day and a time of day, before a zone says when that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) micros: i64,
}

impl LocalTime {
    /// Microseconds since 1970 as a clock in UTC counts them; `None` when there is no such day or time.
    pub(crate) fn to_micros(self) -> Option<i64> {
        let days = days_from_civil(self.year, self.month, self.day)?;
        let in_day =
            (0..24).contains(&self.hour) && (0..60).contains(&self.minute) && (0..60).contains(&self.second);
        if !in_day {
            return None;
        }
        let seconds = (self.hour * 60 + self.minute) * 60 + self.second;
        // The last day that fits ends after the last microsecond that does, so the sum is checked as a whole.
        let micros = i128::from(days) * i128::from(MICROS_PER_DAY)
            + i128::from(seconds * MICROS_PER_SECOND + self.micros);
        i64::try_from(micros).ok()
    }
}

/// Microseconds since 1970-01-01T00:00:00Z of a text, or `None` when it is no timestamp.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let trimmed = trim(text);
    let (negative, unsigned) = match trimmed.as_bytes().first()? {
        b'-' => (true, &trimmed[1..]),
        b'+' => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let mut reader = Reader { rest: unsigned };
    let mut local = LocalTime { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, micros: 0 };
    local.year = reader.number(4, 6)?;
    let mut zone = SESSION_ZONE;
    if reader.take("-") {
        local.month = reader.number(1, 2)?;
        if reader.take("-") {
            local.day = reader.number(1, 2)?;
            if reader.take(" ") || reader.take("T") {
                zone = time_of_day(&mut reader, &mut local)?;
            }
        }
    }
    if !reader.rest.is_empty() {
        return None;
    }
    if negative {
        local.year = -local.year;
    }
    zone.to_utc(local.to_micros()?)
}

/// `H[:m[:s[.fraction][zone]]]`; all that follows the seconds is the zone.
fn time_of_day(reader: &mut Reader<'_>, local: &mut LocalTime) -> Option<Zone> {
    local.hour = reader.number(1, 2)?;
    if !reader.take(":") {
        return Some(SESSION_ZONE);
    }
    local.minute = reader.number(1, 2)?;
    if !reader.take(":") {
        return Some(SESSION_ZONE);
    }
    local.second = reader.number(1, 2)?;
    if reader.take(".") {
        local.micros = micros_of_fraction(reader.digits());
    }
    if reader.rest.is_empty() {
        return Some(SESSION_ZONE);
    }
    let zone = Zone::parse(trim(reader.rest));
    reader.rest = "";
    zone
}

/// The digits after a point as microseconds; further digits are cut off.
pub(crate) fn micros_of_fraction(digits: &str) -> i64 {
    digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(6)
        .fold(0, |micros, digit| micros * 10 + i64::from(digit - b'0'))
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn digits(&mut self) -> &'a str {
        let end = self.rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn number(&mut self, min: usize, max: usize) -> Option<i64> {
        let digits = self.digits();
        (min..=max).contains(&digits.len()).then(|| digits.parse().ok())?
    }

    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// Appends an instant as Spark's `cast(.. as string)` does: `2019-01-04 02:30:10.5`, no fraction when it is zero.
pub(crate) fn write(micros: i64, out: &mut String) {
    let (seconds, fraction) = write_to_seconds(micros, ' ', out);
    // Writing into a String cannot fail.
    let _ = write!(out, "{seconds:02}");
    if fraction != 0 {
        let digits = format!("{fraction:06}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

/// Appends an instant as `2019-01-04T02:30:10.500000Z`.
pub(crate) fn write_iso(micros: i64, out: &mut String) {
    let (seconds, fraction) = write_to_seconds(micros, 'T', out);
    // Writing into a String cannot fail.
    let _ = write!(out, "{seconds:02}.{fraction:06}Z");
}

fn write_to_seconds(micros: i64, between: char, out: &mut String) -> (i64, i64) {
    date::write(micros.div_euclid(MICROS_PER_DAY), out);
    let in_day = micros.rem_euclid(MICROS_PER_DAY);
    let seconds = in_day / MICROS_PER_SECOND;
    let _ = write!(out, "{between}{:02}:{:02}:", seconds / 3600, seconds / 60 % 60);
    (seconds % 60, in_day % MICROS_PER_SECOND)
}

#[cfg(test)]
mod tests;
