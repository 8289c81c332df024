//! Days of the proleptic Gregorian calendar: to and from text.
//!
//! What must stay true: a day is counted from 1970-01-01, years before 1 are allowed and signed, and text is read as
//! Spark's `cast(.. as date)` reads it: `yyyy[-m[-d]]`, where after a whole date a blank or `T` ends what is looked at.

use std::fmt::Write as _;

/// Days since 1970-01-01 of a text, or `None` when it is no date.
pub(crate) fn parse(text: &str) -> Option<i32> {
    let trimmed = trim(text);
    let (negative, unsigned) = match trimmed.as_bytes().first()? {
        b'-' => (true, &trimmed[1..]),
        b'+' => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let mut parts = unsigned.splitn(3, '-');
    let year = digits(parts.next()?, 4, 7)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 1, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part.split([' ', 'T']).next()?, 1, 2))?;
    days_from_civil(if negative { -year } else { year }, month, day).and_then(|days| i32::try_from(days).ok())
}

/// Days since 1970-01-01 of a day, or `None` when the calendar has none such.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of one: Howard Hinnant's `days_from_civil`.
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Year, month and day of a count of days since 1970-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Appends `yyyy-MM-dd`; years above 9999 carry a plus, as Java prints them.
pub(crate) fn write(days: i64, out: &mut String) {
    let (year, month, day) = civil_from_days(days);
    // Writing into a String cannot fail.
    let _ = match year {
        0..=9999 => write!(out, "{year:04}"),
        _ => write!(out, "{}{:04}", if year < 0 { '-' } else { '+' }, year.abs()),
    };
    let _ = write!(out, "-{month:02}-{day:02}");
}

/// The text without the blanks and controls around it that Spark passes over (ASCII only; a no-break space stays).
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ' || c == '\u{7f}')
}

/// A number of `min` to `max` digits and nothing else.
fn digits(text: &str, min: usize, max: usize) -> Option<i64> {
    let fits = (min..=max).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
