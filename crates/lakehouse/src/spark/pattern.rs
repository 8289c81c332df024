//! Date patterns as `to_timestamp(text, pattern)` takes them: `yyyy-MM-dd HH:mm:ss`, `dd/MM/yyyy`, `d MMM yyyy h:mm a`.
//!
//! The letters are Spark's: <https://spark.apache.org/docs/latest/sql-ref-datetime-pattern.html>. What must stay true: a
//! pattern is refused when it is prepared or means here what it means there; text that does not match it whole is null.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, TimestampMicrosecondArray};
use datafusion::arrow::error::ArrowError;

use super::timestamp::{LocalTime, micros_of_fraction};
use super::zone::Zone;

/// A pattern, parsed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatePattern(pub(super) Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// A letter and how often it stands there.
    Field(char, usize),
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl DatePattern {
    /// Reads a pattern; the error names the letter that is not known.
    pub(crate) fn parse(pattern: &str) -> Result<Self, String> {
        Self::of_letters(pattern, check_field)
    }

    /// The same for letters that pass another check.
    pub(super) fn of_letters(
        pattern: &str,
        check_field: impl Fn(char, usize) -> Result<(), String>,
    ) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut characters = pattern.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '\'' if characters.next_if_eq(&'\'').is_some() => push_literal(&mut pieces, '\''),
                '\'' => loop {
                    match characters.next() {
                        None => {
                            return Err(format!("the pattern '{pattern}' has a quote that is never closed"));
                        }
                        Some('\'') if characters.next_if_eq(&'\'').is_none() => break,
                        Some(c) => push_literal(&mut pieces, c),
                    }
                },
                _ if c.is_ascii_alphabetic() => {
                    let mut count = 1;
                    while characters.next_if_eq(&c).is_some() {
                        count += 1;
                    }
                    check_field(c, count)
                        .map_err(|why| format!("the pattern '{pattern}' cannot be used: {why}"))?;
                    pieces.push(Piece::Field(c, count));
                }
                '[' | ']' | '#' | '{' | '}' => {
                    return Err(format!(
                        "the pattern '{pattern}' cannot be used: '{c}' stands for itself only in quotes"
                    ));
                }
                _ => push_literal(&mut pieces, c),
            }
        }
        Ok(Self(pieces))
    }

    /// Microseconds since 1970 in UTC of a text, or `None` when it does not match or there is no such time.
    pub(crate) fn read(&self, text: &str) -> Option<i64> {
        let mut found = Found {
            local: LocalTime { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, micros: 0 },
            half_day_hour: None,
            afternoon: false,
            zone: None,
        };
        let mut rest = text;
        for (at, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Piece::Field(letter, count) => {
                    let digits_follow =
                        matches!(self.0.get(at + 1), Some(Piece::Field(next, _)) if is_numeric(*next));
                    rest = found.take(*letter, *count, digits_follow, rest)?;
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        found.micros()
    }
}

/// `to_timestamp` of a column of strings by a pattern.
pub(crate) fn read(
    pattern: DatePattern,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let texts = columns[0].as_string::<i32>().iter();
        let instants: TimestampMicrosecondArray = texts.map(|text| pattern.read(text?)).collect();
        Ok(Arc::new(instants.with_timezone("UTC")))
    }
}

fn push_literal(pieces: &mut Vec<Piece>, c: char) {
    match pieces.last_mut() {
        Some(Piece::Literal(text)) => text.push(c),
        _ => pieces.push(Piece::Literal(c.to_string())),
    }
}

fn is_numeric(letter: char) -> bool {
    "yuMdHhmsSkK".contains(letter)
}

fn check_field(letter: char, count: usize) -> Result<(), String> {
    let most = match letter {
        'y' | 'u' => 6,
        'M' | 'L' | 'z' | 'V' => 4,
        'd' | 'H' | 'h' | 'm' | 's' => 2,
        'S' => 9,
        'a' => 1,
        'X' | 'x' | 'Z' => 3,
        _ => {
            return Err(format!(
                "the letter {letter} is not supported; there are y M d H h m s S a X x Z z V"
            ));
        }
    };
    if count > most { Err(format!("{letter} may stand {most} times at most")) } else { Ok(()) }
}

struct Found {
    local: LocalTime,
    half_day_hour: Option<i64>,
    afternoon: bool,
    zone: Option<Zone>,
}

impl Found {
    /// Takes one field off the front of `text`.
    fn take<'a>(
        &mut self,
        letter: char,
        count: usize,
        digits_follow: bool,
        text: &'a str,
    ) -> Option<&'a str> {
        if matches!(letter, 'M' | 'L') && count >= 3 {
            return self.take_month_name(count, text);
        }
        if letter == 'a' {
            let (word, rest) = text.split_at_checked(2)?;
            self.afternoon = match word {
                "AM" => false,
                "PM" => true,
                _ => return None,
            };
            return Some(rest);
        }
        if "XxZzV".contains(letter) {
            let end = text.find(' ').unwrap_or(text.len());
            self.zone = Some(Zone::parse(&text[..end])?);
            return Some(&text[end..]);
        }
        let most = match letter {
            'y' | 'u' if count == 2 => 2,
            'y' | 'u' if digits_follow => count,
            'y' | 'u' => 6,
            'S' => count,
            _ => 2,
        };
        let present = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let least = if count == 1 { 1 } else { count };
        if present < least {
            return None;
        }
        let (digits, rest) = text.split_at(if digits_follow { present.min(count.max(1)) } else { present });
        let number: i64 = digits.parse().ok()?;
        match letter {
            'y' | 'u' if count == 2 => self.local.year = 2000 + number,
            'y' | 'u' => self.local.year = number,
            'M' | 'L' => self.local.month = number,
            'd' => self.local.day = number,
            'H' => self.local.hour = number,
            'h' => self.half_day_hour = Some(number),
            'm' => self.local.minute = number,
            's' => self.local.second = number,
            _ => self.local.micros = micros_of_fraction(digits),
        }
        Some(rest)
    }

    fn take_month_name<'a>(&mut self, count: usize, text: &'a str) -> Option<&'a str> {
        for (month, number) in MONTHS.iter().zip(1..) {
            let name = if count == 3 { &month[..3] } else { *month };
            if let Some(rest) = text.strip_prefix(name) {
                self.local.month = number;
                return Some(rest);
            }
        }
        None
    }

    fn micros(mut self) -> Option<i64> {
        if let Some(hour) = self.half_day_hour {
            if !(1..=12).contains(&hour) {
                return None;
            }
            self.local.hour = hour % 12 + if self.afternoon { 12 } else { 0 };
        }
        let micros = self.local.to_micros()?;
        self.zone.map_or(Some(micros), |zone| zone.to_utc(micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spark::timestamp::write_iso;

    fn check(text: &str, pattern: &str, expected: &str) {
        let got = match DatePattern::parse(pattern) {
            Err(error) => error,
            Ok(parsed) => parsed.read(text).map_or("null".to_owned(), |micros| {
                let mut out = String::new();
                write_iso(micros, &mut out);
                out
            }),
        };
        assert_eq!(got, expected, "of {text} by {pattern}");
    }

    #[test]
    fn patterns_read_what_spark_reads_by_them() {
        check("2019-01-04 02:30:10", "yyyy-MM-dd HH:mm:ss", "2019-01-04T02:30:10.000000Z");
        check("2019:01:04 02:30:10", "yyyy:MM:dd HH:mm:ss", "2019-01-04T02:30:10.000000Z");
        check("2019-01-04", "yyyy-MM-dd", "2019-01-04T00:00:00.000000Z");
        check("2019-01-04 02:30:10", "yyyy-MM-dd", "null");
        check("2019-1-4", "yyyy-MM-dd", "null");
        check("2019-1-4", "yyyy-M-d", "2019-01-04T00:00:00.000000Z");
        check("04/01/2019", "dd/MM/yyyy", "2019-01-04T00:00:00.000000Z");
        check("4 Jan 2019", "d MMM yyyy", "2019-01-04T00:00:00.000000Z");
        check("2019-01-04T02:30:10.123", "yyyy-MM-dd'T'HH:mm:ss.SSS", "2019-01-04T02:30:10.123000Z");
        check("2019-01-04 2:30 PM", "yyyy-MM-dd h:mm a", "2019-01-04T14:30:00.000000Z");
        check("2019-01-04 02:30:10 +0100", "yyyy-MM-dd HH:mm:ss Z", "2019-01-04T01:30:10.000000Z");
        check("2019-02-30", "yyyy-MM-dd", "null");
        check("2019-01-04 24:00:00", "yyyy-MM-dd HH:mm:ss", "null");
        check("20190104", "yyyyMMdd", "2019-01-04T00:00:00.000000Z");
    }

    #[test]
    fn a_pattern_that_is_none_is_refused_with_the_letter() {
        check(
            "x",
            "qqq",
            "the pattern 'qqq' cannot be used: the letter q is not supported; there are y M d H h m s S a X x Z z V",
        );
        check("x", "'T", "the pattern ''T' has a quote that is never closed");
    }
}
