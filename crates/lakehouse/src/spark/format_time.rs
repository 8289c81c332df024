//! Instants to text by a pattern: `date_format`, `from_unixtime`.
//!
//! What must stay true: the session's zone is UTC, and names are English ones.

#![expect(clippy::cast_sign_loss, reason = "months, quarters and weekdays are counted from 0 or 1")]

use std::fmt::Write as _;

use super::calendar::{MICROS_PER_DAY, day_of_year, weekday};
use super::date::civil_from_days;
use super::pattern::{DatePattern, MONTHS, Piece};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Reads a pattern for writing; the error names the letter that is not known.
pub(crate) fn parse(pattern: &str) -> Result<DatePattern, String> {
    DatePattern::of_letters(pattern, |letter, count| {
        let most = match letter {
            'y' => 6,
            'M' | 'L' | 'E' | 'Q' | 'q' | 'z' => 4,
            'd' | 'H' | 'h' | 'K' | 'k' | 'm' | 's' | 'V' => 2,
            'D' | 'G' | 'X' | 'x' | 'Z' => 3,
            'S' => 9,
            'a' | 'F' | 'O' => 1,
            _ => {
                return Err(format!(
                    "the letter {letter} is not supported; there are G y M L d E D F Q q H h K k m s S a X x Z z V O"
                ));
            }
        };
        if count > most { Err(format!("{letter} may stand {most} times at most")) } else { Ok(()) }
    })
}

/// An instant by a pattern that [`parse`] took.
pub(crate) fn write(pattern: &DatePattern, micros: i64) -> String {
    let mut out = String::new();
    for piece in &pattern.0 {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Field(letter, count) => field(*letter, *count, micros, &mut out),
        }
    }
    out
}

fn field(letter: char, count: usize, micros: i64, out: &mut String) {
    let days = micros.div_euclid(MICROS_PER_DAY);
    let (year, month, day) = civil_from_days(days);
    let in_day = micros.rem_euclid(MICROS_PER_DAY);
    let seconds = in_day / 1_000_000;
    let hour = seconds / 3600;
    let (number, width) = match letter {
        'y' if count == 2 => (year.rem_euclid(100), 2),
        'y' => (if year > 0 { year } else { 1 - year }, count),
        'M' | 'L' if count >= 3 => return out.push_str(name(MONTHS[(month - 1) as usize], count)),
        'M' | 'L' => (month, count),
        'd' => (day, count),
        'D' => (day_of_year(days), count),
        'F' => ((day - 1) % 7 + 1, count),
        'E' => return out.push_str(name(DAYS[weekday(days) as usize], count)),
        'Q' | 'q' if count >= 3 => {
            let quarter = (month - 1) / 3;
            return out.push_str(if count == 3 {
                ["Q1", "Q2", "Q3", "Q4"][quarter as usize]
            } else {
                ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"][quarter as usize]
            });
        }
        'Q' | 'q' => ((month - 1) / 3 + 1, count),
        'H' => (hour, count),
        'k' => (if hour == 0 { 24 } else { hour }, count),
        'K' => (hour % 12, count),
        'h' => (if hour % 12 == 0 { 12 } else { hour % 12 }, count),
        'm' => (seconds / 60 % 60, count),
        's' => (seconds % 60, count),
        'S' => {
            let fraction = format!("{:06}000", in_day % 1_000_000);
            return out.push_str(&fraction[..count]);
        }
        _ => {
            return out.push_str(match (letter, count) {
                ('a', _) if hour < 12 => "AM",
                ('a', _) => "PM",
                ('G', _) if year > 0 => "AD",
                ('G', _) => "BC",
                ('X', _) => "Z",
                ('x', 1) => "+00",
                ('x', 2) | ('Z', _) => "+0000",
                ('x', _) => "+00:00",
                ('O', _) => "GMT",
                ('z', 4) => "Coordinated Universal Time",
                _ => "UTC",
            });
        }
    };
    // A year with more digits than the pattern has letters carries a plus.
    if letter == 'y' && width >= 4 && number > 9_999 {
        out.push('+');
    }
    // Writing into a String cannot fail.
    let _ = write!(out, "{number:0width$}");
}

/// Three letters, or all of them where the letter stands four times.
fn name(name: &str, count: usize) -> &str {
    if count == 4 { name } else { &name[..3] }
}
