//! INTERVALs added to instants and days, and days added to days.
//!
//! What must stay true: an INTERVAL is a constant in the SQL; it is no value of its own here, only what a DATE or a TIMESTAMP is
//! moved by. Months and years keep the day of the month, or take its last day.

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::{self, BinaryOperator, DateTimeField, Value};

use super::error::{Result, SqlError};
use super::expression::Typed;
use super::types;
use crate::schema::timestamp_type;
use crate::spark::calendar::{MICROS_PER_DAY, add_months};
use crate::spark::cast::{Mode, is_integer};
use crate::spark::function;
use crate::spark::rows::{dates, instants};

/// How far: months, or microseconds.
#[derive(Debug, Clone, Copy)]
enum Distance {
    Months(i64),
    Micros(i64),
}

/// `instant + INTERVAL ..`, where `typed` is the side that is none.
pub(super) fn moved(
    typed: Typed,
    interval: &ast::Interval,
    op: &BinaryOperator,
    source: &ast::Expr,
) -> Result<Typed> {
    let distance = distance(interval, source)?;
    let sign = match op {
        BinaryOperator::Plus => 1,
        BinaryOperator::Minus => -1,
        other => {
            return SqlError::on(source, format!("{other} is no operator for an INTERVAL; write + or -"));
        }
    };
    let of = match (&typed.of, distance) {
        (DataType::Date32, Distance::Months(_)) => DataType::Date32,
        (DataType::Date32, Distance::Micros(micros)) if micros % MICROS_PER_DAY == 0 => DataType::Date32,
        (DataType::Date32 | DataType::Utf8 | DataType::Timestamp(..), _) => timestamp_type(),
        (other, _) => {
            let message =
                format!("an INTERVAL is added to a DATE or a TIMESTAMP, not to a {}", types::name(other));
            return SqlError::on(source, message);
        }
    };
    let label = format!("interval {sign} {distance:?}");
    let columns = vec![typed.cast(&of, Mode::Cast, source)?.expr];
    let expr = if of == DataType::Date32 {
        function::call(
            label,
            of.clone(),
            columns,
            dates(move |row| match distance {
                Distance::Months(months) => add_months(row.days(0)?, sign * months),
                Distance::Micros(micros) => Some(row.days(0)? + sign * (micros / MICROS_PER_DAY)),
            }),
        )
    } else {
        function::call(
            label,
            of.clone(),
            columns,
            instants(move |row| {
                let micros = row.micros(0)?;
                match distance {
                    Distance::Micros(distance) => micros.checked_add(sign * distance),
                    Distance::Months(months) => add_months(micros.div_euclid(MICROS_PER_DAY), sign * months)?
                        .checked_mul(MICROS_PER_DAY)?
                        .checked_add(micros.rem_euclid(MICROS_PER_DAY)),
                }
            }),
        )
    };
    Ok(Typed { expr, of })
}

/// `date + 1` and `date - 1`: days.
pub(super) fn days(date: Typed, count: Typed, op: &BinaryOperator, source: &ast::Expr) -> Result<Typed> {
    let sign = match op {
        BinaryOperator::Plus => 1,
        BinaryOperator::Minus => -1,
        _ => return SqlError::on(source, "to a DATE days are added or subtracted, nothing else"),
    };
    if !is_integer(&count.of) {
        let message =
            format!("a DATE and a {} have no sum; see datediff and INTERVAL", types::name(&count.of));
        return SqlError::on(source, message);
    }
    let columns = vec![date.expr, count.cast(&DataType::Int32, Mode::Cast, source)?.expr];
    let expr = function::call(
        format!("days {sign}"),
        DataType::Date32,
        columns,
        dates(move |row| Some(row.days(0)? + sign * i64::from(row.int(1)?))),
    );
    Ok(Typed { expr, of: DataType::Date32 })
}

fn distance(interval: &ast::Interval, source: &ast::Expr) -> Result<Distance> {
    let number = match interval.value.as_ref() {
        ast::Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(digits.clone()),
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        ast::Expr::UnaryOp { op: ast::UnaryOperator::Minus, expr } => Some(format!("-{expr}")),
        _ => None,
    };
    let expected = "write an INTERVAL as INTERVAL 3 DAYS, with one unit";
    let (Some(number), None) = (number, &interval.last_field) else { return SqlError::on(source, expected) };
    let (number, unit) = match (&interval.leading_field, number.trim().split_once(' ')) {
        (Some(unit), None) => (number.trim().to_owned(), unit.to_string()),
        (None, Some((number, unit))) => (number.to_owned(), unit.trim().to_owned()),
        _ => return SqlError::on(source, expected),
    };
    let Some(count) = number.parse::<i64>().ok().filter(|count| count.unsigned_abs() < 1_000_000_000) else {
        return SqlError::on(
            source,
            format!("an INTERVAL of '{number}' is not a whole number of less than ten digits"),
        );
    };
    unit_of(&unit, count)
        .map_or_else(|| SqlError::on(source, format!("there is no unit {unit}; {expected}")), Ok)
}

fn unit_of(unit: &str, count: i64) -> Option<Distance> {
    let unit = unit.to_ascii_uppercase();
    Some(match unit.strip_suffix('S').unwrap_or(&unit) {
        "YEAR" => Distance::Months(count * 12),
        "MONTH" => Distance::Months(count),
        "WEEK" => Distance::Micros(count * 7 * MICROS_PER_DAY),
        "DAY" => Distance::Micros(count * MICROS_PER_DAY),
        "HOUR" => Distance::Micros(count * 3_600_000_000),
        "MINUTE" => Distance::Micros(count * 60_000_000),
        "SECOND" => Distance::Micros(count * 1_000_000),
        "MILLISECOND" => Distance::Micros(count * 1_000),
        "MICROSECOND" => Distance::Micros(count),
        _ => return None,
    })
}

/// What `extract(field FROM ..)` is a function's name for.
pub(super) fn part_name(field: &DateTimeField) -> String {
    part_of_name(&field.to_string())
}

/// The function that a part's name, as `date_part` takes it, stands for.
pub(super) fn part_of_name(field: &str) -> String {
    let lower = field.to_ascii_lowercase();
    match lower.as_str() {
        "week" | "weeks" | "w" => "weekofyear",
        "doy" => "dayofyear",
        "dow" => "dayofweek",
        "years" | "y" => "year",
        "months" | "mon" => "month",
        "days" | "d" => "day",
        "hours" | "h" => "hour",
        "minutes" | "min" => "minute",
        "qtr" => "quarter",
        _ => return lower,
    }
    .to_owned()
}
