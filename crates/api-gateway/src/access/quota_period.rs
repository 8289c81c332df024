//! Which days a quota counts together.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html>
//!
//! What must stay true: days are those of UTC; every day is in exactly one period, and periods follow each other without a gap.

use std::time::Duration;

use time::{Date, Month};

use crate::model::{QuotaPeriod, QuotaSettings};

/// A day, counted from 1970-01-01 in UTC.
pub(crate) type Day = i64;

const SECONDS_PER_DAY: u64 = 86_400;

/// The day of 1970-01-01 in the calendar of the crate `time`.
const EPOCH_JULIAN_DAY: i64 = 2_440_588;

/// The day of a time since 1970-01-01T00:00:00Z.
pub(crate) fn day_of(since_epoch: Duration) -> Day {
    i64::try_from(since_epoch.as_secs() / SECONDS_PER_DAY).unwrap_or(i64::MAX)
}

/// `2024-02-29`; `None` beyond the calendar.
pub(crate) fn date_text(day: Day) -> Option<String> {
    let date = date_of(day)?;
    Some(format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

/// The day that `2024-02-29` names; `None` when it names none.
pub(crate) fn day_of_text(text: &str) -> Option<Day> {
    let digits = |range: std::ops::Range<usize>| -> Option<u16> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let well_formed = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    well_formed.then(|| i64::from(date.to_julian_day()) - EPOCH_JULIAN_DAY)
}

/// The first day of the period that holds `day`. A quota without a period counts each day by itself.
pub(crate) fn first_day(quota: &QuotaSettings, day: Day) -> Day {
    match quota.period {
        None | Some(QuotaPeriod::Day) => day,
        // 1970-01-01 was a Thursday, the fifth day of a week that begins on Sunday.
        Some(QuotaPeriod::Week) => day - (day + 4 - quota.offset).rem_euclid(7),
        Some(QuotaPeriod::Month) => first_day_of_month(quota.offset, day),
    }
}

/// `offset` 0 is the first of the month; it is at most 27, so every month has that day.
fn first_day_of_month(offset: i64, day: Day) -> Day {
    let Some(date) = date_of(day) else { return day };
    let day_of_month = i64::from(date.day());
    let begin = offset + 1;
    if day_of_month >= begin {
        return day - (day_of_month - begin);
    }
    let days_before = i64::from(date.month().previous().length(match date.month() {
        Month::January => date.year() - 1,
        _ => date.year(),
    }));
    day - day_of_month - (days_before - begin)
}

fn date_of(day: Day) -> Option<Date> {
    let julian = day.checked_add(EPOCH_JULIAN_DAY)?;
    Date::from_julian_day(i32::try_from(julian).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(period: QuotaPeriod, offset: i64, day: &str, expected: &str) {
        let quota = QuotaSettings { limit: 1, offset, period: Some(period) };
        let day = day_of_text(day).expect("a day");
        assert_eq!(date_text(first_day(&quota, day)).as_deref(), Some(expected), "{period:?} {offset} {day}");
    }

    #[test]
    fn periods_begin_where_their_offset_says() {
        check(QuotaPeriod::Day, 0, "2023-11-14", "2023-11-14");
        // 2023-11-12 was a Sunday.
        check(QuotaPeriod::Week, 0, "2023-11-12", "2023-11-12");
        check(QuotaPeriod::Week, 0, "2023-11-18", "2023-11-12");
        check(QuotaPeriod::Week, 1, "2023-11-12", "2023-11-06");
        check(QuotaPeriod::Week, 6, "2023-11-17", "2023-11-11");
        check(QuotaPeriod::Month, 0, "2024-02-29", "2024-02-01");
        check(QuotaPeriod::Month, 27, "2024-02-29", "2024-02-28");
        check(QuotaPeriod::Month, 27, "2024-03-01", "2024-02-28");
        check(QuotaPeriod::Month, 14, "2024-01-03", "2023-12-15");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "2023-02-29", "2023-1-1", "2023/01/01", "20230101", "2023-01-0é", "+023-01-01"] {
            assert_eq!(day_of_text(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_period_holds_its_first_day_and_no_other_begins_in_between(day in 0_i64..60_000, offset in 0_i64..28) {
            for (period, offset) in [(QuotaPeriod::Week, offset % 7), (QuotaPeriod::Month, offset)] {
                let quota = QuotaSettings { limit: 1, offset, period: Some(period) };
                let first = first_day(&quota, day);
                prop_assert!(first <= day && day - first < 31);
                for between in first..=day {
                    prop_assert_eq!(first_day(&quota, between), first);
                }
                prop_assert_ne!(first_day(&quota, first - 1), first);
            }
        }

        #[test]
        fn days_are_written_and_read(day in -10_000_i64..100_000) {
            prop_assume!(day >= -719_528);
            prop_assert_eq!(day_of_text(&date_text(day).expect("a date")), Some(day));
        }
    }
}
