//! Days, weeks and months: adding, subtracting, cutting off.
//!
//! What must stay true: the session's zone is UTC; a month's last day stays within the month when months are added.

use super::date::{civil_from_days, days_from_civil};

pub(crate) const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The last day of the month of a day.
pub(crate) fn last_day(days: i64) -> i64 {
    let (year, month, _) = civil_from_days(days);
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(year, month, 1).map_or(days, |first| first - 1)
}

/// A day so many months on; where the month is shorter its last day.
pub(crate) fn add_months(days: i64, months: i64) -> Option<i64> {
    let (year, month, day) = civil_from_days(days);
    let count = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    let first = days_from_civil(year, month, 1)?;
    Some(first + day.min(last_day(first) - first + 1) - 1)
}

/// Months between two instants: whole when the days are the same or both the last of their months, else by months of 31 days.
pub(crate) fn months_between(end: i64, begin: i64, round: bool) -> f64 {
    let (end_days, begin_days) = (end.div_euclid(MICROS_PER_DAY), begin.div_euclid(MICROS_PER_DAY));
    let ((year, month, day), (from_year, from_month, from_day)) =
        (civil_from_days(end_days), civil_from_days(begin_days));
    let months = ((year - from_year) * 12 + month - from_month) as f64;
    if day == from_day || (end_days == last_day(end_days) && begin_days == last_day(begin_days)) {
        return months;
    }
    let second = |micros: i64| micros.rem_euclid(MICROS_PER_DAY) / 1_000_000;
    let seconds = (day - from_day) * 86_400 + second(end) - second(begin);
    let found = months + seconds as f64 / (31.0 * 86_400.0);
    if round { (found * 1e8).round() / 1e8 } else { found }
}

/// 0 is Monday.
pub(crate) fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

pub(crate) fn day_of_year(days: i64) -> i64 {
    let (year, ..) = civil_from_days(days);
    days - days_from_civil(year, 1, 1).unwrap_or(days) + 1
}

/// ISO 8601's year and week: the week belongs to the year that its Thursday is in.
pub(crate) fn iso_week(days: i64) -> (i64, i64) {
    let thursday = days - weekday(days) + 3;
    (civil_from_days(thursday).0, (day_of_year(thursday) - 1) / 7 + 1)
}

/// The next such weekday after a day: `Mo`, `MON`, `monday`.
pub(crate) fn next_day(days: i64, name: &str) -> Option<i64> {
    const NAMES: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let name = name.to_uppercase();
    let is_name = |known: &&str| **known == name || (matches!(name.len(), 2 | 3) && known.starts_with(&name));
    let wanted = NAMES.iter().position(is_name)?;
    let wanted = i64::try_from(wanted).ok()?;
    Some(days + (wanted - weekday(days) - 1).rem_euclid(7) + 1)
}

/// What an instant is cut to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    /// Microseconds that divide a day.
    Micros(i64),
}

impl Unit {
    /// A name as `date_trunc` takes it.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_uppercase().as_str() {
            "YEAR" | "YYYY" | "YY" => Self::Year,
            "QUARTER" => Self::Quarter,
            "MONTH" | "MM" | "MON" => Self::Month,
            "WEEK" => Self::Week,
            "DAY" | "DD" => Self::Micros(MICROS_PER_DAY),
            "HOUR" => Self::Micros(3_600_000_000),
            "MINUTE" => Self::Micros(60_000_000),
            "SECOND" => Self::Micros(1_000_000),
            "MILLISECOND" => Self::Micros(1_000),
            "MICROSECOND" => Self::Micros(1),
            _ => return None,
        })
    }

    /// The beginning of the unit that a day is in.
    pub(crate) fn of_days(self, days: i64) -> Option<i64> {
        let (year, month, _) = civil_from_days(days);
        match self {
            Self::Year => days_from_civil(year, 1, 1),
            Self::Quarter => days_from_civil(year, (month - 1) / 3 * 3 + 1, 1),
            Self::Month => days_from_civil(year, month, 1),
            Self::Week => Some(days - weekday(days)),
            Self::Micros(_) => Some(days),
        }
    }

    /// The beginning of the unit that an instant is in.
    pub(crate) fn of_micros(self, micros: i64) -> Option<i64> {
        match self {
            Self::Micros(unit) => micros.checked_sub(micros.rem_euclid(unit)),
            _ => self.of_days(micros.div_euclid(MICROS_PER_DAY))?.checked_mul(MICROS_PER_DAY),
        }
    }
}
