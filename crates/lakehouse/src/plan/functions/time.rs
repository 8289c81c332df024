//! Functions of dates and instants.

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::Spanned;

use super::super::error::{Result, SqlError};
use super::super::expression::Typed;
use super::super::interval::part_of_name;
use super::Call;
use crate::schema::timestamp_type;
use crate::spark::calendar::{self, MICROS_PER_DAY, Unit};
use crate::spark::cast::Mode;
use crate::spark::date_parts::{self, Part};
use crate::spark::pattern::DatePattern;
use crate::spark::rows::{dates, doubles, instants, ints, longs, texts};
use crate::spark::zone::Zone;
use crate::spark::{date, format_time, pattern};

pub(super) const NAMES: &[&str] = &[
    "add_months",
    "date",
    "date_add",
    "date_diff",
    "date_format",
    "date_part",
    "datepart",
    "date_from_unix_date",
    "date_sub",
    "date_trunc",
    "datediff",
    "day",
    "dayname",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "from_unixtime",
    "from_utc_timestamp",
    "hour",
    "last_day",
    "make_date",
    "minute",
    "month",
    "monthname",
    "months_between",
    "next_day",
    "quarter",
    "second",
    "timestamp",
    "timestamp_micros",
    "timestamp_millis",
    "timestamp_seconds",
    "to_date",
    "to_timestamp",
    "to_unix_timestamp",
    "to_utc_timestamp",
    "trunc",
    "try_to_timestamp",
    "unix_date",
    "unix_micros",
    "unix_millis",
    "unix_seconds",
    "unix_timestamp",
    "weekday",
    "weekofyear",
    "year",
];

/// What `date_part` can ask for.
const PARTS: [&str; 9] =
    ["year", "quarter", "month", "weekofyear", "day", "dayofweek", "dayofyear", "hour", "minute"];

const DATE: DataType = DataType::Date32;
const INT: DataType = DataType::Int32;
const LONG: DataType = DataType::Int64;
const TEXT: DataType = DataType::Utf8;

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    if let Some(part) = part_of(call.name) {
        return call.of_types(&[timestamp_type()], 1, INT, date_parts::part(part));
    }
    match call.name {
        "to_timestamp" | "try_to_timestamp" => to_timestamp(call),
        "to_date" => {
            call.count(1..=2)?;
            if call.arguments.len() == 1 {
                return call.typed(0)?.cast(&DATE, Mode::Cast, call.arguments[0]);
            }
            to_timestamp(call)?.cast(&DATE, Mode::Cast, call.source)
        }
        "date" | "timestamp" => {
            call.count(1..=1)?;
            let to = if call.name == "date" { DATE } else { timestamp_type() };
            call.typed(0)?.cast(&to, Mode::Cast, call.arguments[0])
        }
        "date_format" => {
            let (pattern, label) = written_pattern(call, Some(1))?;
            let columns = vec![call.as_type(0, &timestamp_type())?];
            Ok(call.call(
                &label,
                TEXT,
                columns,
                texts(move |row| Some(format_time::write(&pattern, row.micros(0)?))),
            ))
        }
        "from_unixtime" => {
            let (pattern, label) = written_pattern(call, (call.arguments.len() > 1).then_some(1))?;
            let columns = vec![call.as_type(0, &LONG)?];
            Ok(call.call(
                &label,
                TEXT,
                columns,
                texts(move |row| Some(format_time::write(&pattern, row.long(0)?.checked_mul(1_000_000)?))),
            ))
        }
        "unix_timestamp" | "to_unix_timestamp" => unix_timestamp(call),
        "from_utc_timestamp" | "to_utc_timestamp" => in_zone(call),
        "date_trunc" | "trunc" => truncated(call),
        "date_part" | "datepart" => {
            call.count(2..=2)?;
            let part = part_of_name(&call.constant_text(0, "a part")?);
            if !PARTS.contains(&part.as_str()) {
                let parts = PARTS.join(", ");
                return SqlError::on(
                    call.arguments[0],
                    format!("there is no part {part} here; there are {parts}"),
                );
            }
            super::named(call.scope, &part, &call.arguments[1..], call.source)
        }
        _ => days(call),
    }
}

fn part_of(name: &str) -> Option<Part> {
    Some(match name {
        "year" => Part::Year,
        "quarter" => Part::Quarter,
        "month" => Part::Month,
        "day" | "dayofmonth" => Part::Day,
        "hour" => Part::Hour,
        "minute" => Part::Minute,
        "second" => Part::Second,
        _ => return None,
    })
}

fn to_timestamp(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=2)?;
    if call.arguments.len() == 1 {
        return call.typed(0)?.cast(&timestamp_type(), Mode::Cast, call.arguments[0]);
    }
    let (parsed, label) = read_pattern(call)?;
    let columns = vec![call.as_type(0, &TEXT)?];
    Ok(call.call(&label, timestamp_type(), columns, pattern::read(parsed)))
}

/// The pattern to read by, which is the second argument, and its text.
fn read_pattern(call: &Call<'_>) -> Result<(DatePattern, String)> {
    let text = call.constant_text(1, "a pattern")?;
    let parsed =
        DatePattern::parse(&text).map_err(|message| SqlError::at(call.arguments[1].span(), message))?;
    Ok((parsed, text))
}

/// The pattern to write by, at an argument if it is given, and its text.
fn written_pattern(call: &Call<'_>, at: Option<usize>) -> Result<(DatePattern, String)> {
    let Some(at) = at else {
        call.count(1..=1)?;
        let usual = "yyyy-MM-dd HH:mm:ss";
        let parsed =
            format_time::parse(usual).map_err(|message| SqlError::at(call.source.span(), message))?;
        return Ok((parsed, usual.to_owned()));
    };
    call.count(2..=2)?;
    let text = call.constant_text(at, "a pattern")?;
    let parsed =
        format_time::parse(&text).map_err(|message| SqlError::at(call.arguments[at].span(), message))?;
    Ok((parsed, text))
}

/// Seconds since 1970 of an instant, or of a text by a pattern.
fn unix_timestamp(call: &Call<'_>) -> Result<Typed> {
    if call.arguments.is_empty() {
        let message = "without an argument is the time of now, another one at a replay; give it a column";
        return SqlError::on(call.source, format!("{} {message}", call.name));
    }
    call.count(1..=2)?;
    let seconds = || longs(|row| Some(row.micros(0)?.div_euclid(1_000_000)));
    if call.typed(0)?.of != TEXT {
        return Ok(call.call("", LONG, vec![call.as_type(0, &timestamp_type())?], seconds()));
    }
    let (parsed, label) = if call.arguments.len() > 1 {
        read_pattern(call)?
    } else {
        let usual = "yyyy-MM-dd HH:mm:ss";
        (
            DatePattern::parse(usual).map_err(|message| SqlError::at(call.source.span(), message))?,
            usual.to_owned(),
        )
    };
    let columns = vec![call.as_type(0, &TEXT)?];
    Ok(call.call(
        &label,
        LONG,
        columns,
        longs(move |row| Some(parsed.read(row.text(0)?)?.div_euclid(1_000_000))),
    ))
}

fn in_zone(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let name = call.constant_text(1, "a time zone")?;
    let Some(zone) = Zone::parse(&name) else {
        return SqlError::on(call.arguments[1], format!("there is no time zone {name}"));
    };
    let columns = vec![call.as_type(0, &timestamp_type())?];
    let from_utc = call.name == "from_utc_timestamp";
    Ok(call.call(
        &name,
        timestamp_type(),
        columns,
        instants(move |row| {
            let micros = row.micros(0)?;
            if from_utc { zone.to_local(micros) } else { zone.to_utc(micros) }
        }),
    ))
}

/// `date_trunc(unit, instant)` and `trunc(date, unit)`; a unit that is none gives null.
fn truncated(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    if call.name == "date_trunc" {
        return call.of_types(
            &[TEXT, timestamp_type()],
            2,
            timestamp_type(),
            instants(|row| Unit::of_name(row.text(0)?)?.of_micros(row.micros(1)?)),
        );
    }
    call.of_types(
        &[DATE, TEXT],
        2,
        DATE,
        dates(|row| {
            let unit = Unit::of_name(row.text(1)?).filter(|unit| !matches!(unit, Unit::Micros(_)))?;
            unit.of_days(row.days(0)?)
        }),
    )
}

/// Functions of whole days, and of counts since 1970.
fn days(call: &Call<'_>) -> Result<Typed> {
    let instant = timestamp_type();
    match call.name {
        "date_add" => {
            call.of_types(&[DATE, INT], 2, DATE, dates(|row| Some(row.days(0)? + i64::from(row.int(1)?))))
        }
        "date_sub" => {
            call.of_types(&[DATE, INT], 2, DATE, dates(|row| Some(row.days(0)? - i64::from(row.int(1)?))))
        }
        "datediff" | "date_diff" => {
            call.of_types(&[DATE, DATE], 2, INT, ints(|row| i32::try_from(row.days(0)? - row.days(1)?).ok()))
        }
        "add_months" => call.of_types(
            &[DATE, INT],
            2,
            DATE,
            dates(|row| calendar::add_months(row.days(0)?, i64::from(row.int(1)?))),
        ),
        "months_between" => {
            let of = [instant.clone(), instant, DataType::Boolean];
            call.of_types(
                &of,
                2,
                DataType::Float64,
                doubles(|row| {
                    let round = if row.is_given(2) { row.boolean(2)? } else { true };
                    Some(calendar::months_between(row.micros(0)?, row.micros(1)?, round))
                }),
            )
        }
        "last_day" => call.of_types(&[DATE], 1, DATE, dates(|row| Some(calendar::last_day(row.days(0)?)))),
        "next_day" => {
            call.of_types(&[DATE, TEXT], 2, DATE, dates(|row| calendar::next_day(row.days(0)?, row.text(1)?)))
        }
        "dayofweek" => call.of_types(
            &[DATE],
            1,
            INT,
            ints(|row| Some(((calendar::weekday(row.days(0)?) + 1) % 7 + 1) as i32)),
        ),
        "weekday" => call.of_types(&[DATE], 1, INT, ints(|row| Some(calendar::weekday(row.days(0)?) as i32))),
        "dayofyear" => {
            call.of_types(&[DATE], 1, INT, ints(|row| Some(calendar::day_of_year(row.days(0)?) as i32)))
        }
        "weekofyear" => {
            call.of_types(&[DATE], 1, INT, ints(|row| Some(calendar::iso_week(row.days(0)?).1 as i32)))
        }
        "dayname" | "monthname" => {
            call.count(1..=1)?;
            let letters = if call.name == "dayname" { "EEE" } else { "MMM" };
            let pattern =
                format_time::parse(letters).map_err(|message| SqlError::at(call.source.span(), message))?;
            let columns = vec![call.as_type(0, &DATE)?];
            Ok(call.call(
                "",
                TEXT,
                columns,
                texts(move |row| Some(format_time::write(&pattern, row.days(0)? * MICROS_PER_DAY))),
            ))
        }
        _ => counts(call),
    }
}

/// Days and instants made of numbers, and numbers made of them.
fn counts(call: &Call<'_>) -> Result<Typed> {
    let instant = timestamp_type();
    match call.name {
        "make_date" => call.of_types(
            &[INT, INT, INT],
            3,
            DATE,
            dates(|row| {
                let (year, month, day) = (row.int(0)?, row.int(1)?, row.int(2)?);
                date::days_from_civil(i64::from(year), i64::from(month), i64::from(day))
            }),
        ),
        "date_from_unix_date" => call.of_types(&[INT], 1, DATE, dates(|row| row.int(0).map(i64::from))),
        "unix_date" => call.of_types(&[DATE], 1, INT, ints(|row| i32::try_from(row.days(0)?).ok())),
        "unix_seconds" => {
            call.of_types(&[instant], 1, LONG, longs(|row| Some(row.micros(0)?.div_euclid(1_000_000))))
        }
        "unix_millis" => {
            call.of_types(&[instant], 1, LONG, longs(|row| Some(row.micros(0)?.div_euclid(1_000))))
        }
        "unix_micros" => call.of_types(&[instant], 1, LONG, longs(|row| row.micros(0))),
        "timestamp_millis" => {
            call.of_types(&[LONG], 1, instant, instants(|row| row.long(0)?.checked_mul(1_000)))
        }
        "timestamp_micros" => call.of_types(&[LONG], 1, instant, instants(|row| row.long(0))),
        _ => {
            call.count(1..=1)?;
            call.typed(0)?.cast(&instant, Mode::Cast, call.arguments[0])
        }
    }
}
