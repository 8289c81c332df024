//! Parts of instants: year, month, day, hour, minute, second.
//!
//! What must stay true: the session's zone is UTC, so an instant has one calendar.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int32Array};
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::arrow::error::ArrowError;

use super::date::civil_from_days;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Which part of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Year,
    Quarter,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The part of each instant in a column of timestamps.
pub(crate) fn part(part: Part) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let instants = columns[0].as_primitive::<TimestampMicrosecondType>();
        let parts: Int32Array = instants.iter().map(|micros| Some(of(part, micros?))).collect();
        Ok(Arc::new(parts))
    }
}

fn of(part: Part, micros: i64) -> i32 {
    let (year, month, day) = civil_from_days(micros.div_euclid(MICROS_PER_DAY));
    let seconds = micros.rem_euclid(MICROS_PER_DAY) / 1_000_000;
    let value = match part {
        Part::Year => year,
        Part::Quarter => (month - 1) / 3 + 1,
        Part::Month => month,
        Part::Day => day,
        Part::Hour => seconds / 3600,
        Part::Minute => seconds / 60 % 60,
        Part::Second => seconds % 60,
    };
    value as i32
}
