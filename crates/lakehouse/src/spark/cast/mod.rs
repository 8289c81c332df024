//! `cast` and `try_cast`.
//!
//! `cast` is Spark's with ANSI off: what cannot be cast is null, a number too large wraps around (from a whole number) or
//! stops at the end of the range (from a float). `try_cast` has ANSI's rules and null for what they refuse, so `'12.9'` as
//! INT is 12 to the one and null to the other. <https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html>
//!
//! What must stay true: [`can_cast`] says beforehand whether a pair of types will do; for such a pair no value fails.

mod from_number;
mod from_text;
mod to_text;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, ListArray, TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Date32Type, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::error::ArrowError;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Which rules a cast follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `cast` with ANSI off.
    Cast,
    /// `try_cast`.
    TryCast,
}

/// Whether there is a cast between two types.
pub(crate) fn can_cast(from: &DataType, to: &DataType) -> bool {
    use DataType::{Binary, Boolean, Date32, List, Null, Timestamp, Utf8};
    match (from, to) {
        _ if from == to => true,
        (Null, _) => true,
        (Utf8, to) => is_number(to) || matches!(to, Boolean | Timestamp(..) | Date32 | Binary),
        (List(item), List(to)) => can_cast(item.data_type(), to.data_type()),
        (List(item), Utf8) => can_cast(item.data_type(), &Utf8),
        (from, Utf8) => is_number(from) || matches!(from, Boolean | Timestamp(..) | Date32 | Binary),
        (from, to) if is_number(from) => is_number(to) || matches!(to, Boolean | Timestamp(..)),
        (Boolean, to) => is_number(to),
        (Timestamp(..), to) => is_number(to) || *to == Date32,
        (Date32, Timestamp(..)) => true,
        _ => false,
    }
}

/// Every value of `array` as the type `to`; call only where [`can_cast`] holds.
pub(crate) fn cast(array: &ArrayRef, to: &DataType, mode: Mode) -> Result<ArrayRef, ArrowError> {
    let from = array.data_type();
    Ok(match (from, to) {
        _ if from == to => Arc::clone(array),
        (DataType::Null, _) => new_null_array(to, array.len()),
        (DataType::List(_), DataType::List(item)) => {
            let list = array.as_list::<i32>();
            let items = cast(list.values(), item.data_type(), mode)?;
            let nulls = list.nulls().cloned();
            Arc::new(ListArray::try_new(Arc::clone(item), list.offsets().clone(), items, nulls)?)
        }
        (DataType::Utf8, _) => from_text::cast(array.as_string(), to, mode)?,
        (_, DataType::Utf8) => Arc::new(to_text::cast(array)?),
        (DataType::Timestamp(..), DataType::Date32) => {
            let days = |micros: i64| micros.div_euclid(MICROS_PER_DAY) as i32;
            Arc::new(array.as_primitive::<TimestampMicrosecondType>().unary::<_, Date32Type>(days))
                as ArrayRef
        }
        (DataType::Date32, DataType::Timestamp(TimeUnit::Microsecond, _)) => {
            let micros = |days: i32| i64::from(days).checked_mul(MICROS_PER_DAY);
            let instants: TimestampMicrosecondArray =
                array.as_primitive::<Date32Type>().unary_opt::<_, TimestampMicrosecondType>(micros);
            Arc::new(instants.with_timezone("UTC"))
        }
        _ => from_number::cast(array, to, mode)?,
    })
}

/// Whether arithmetic is possible on the type.
pub(crate) fn is_number(data_type: &DataType) -> bool {
    is_integer(data_type)
        || matches!(data_type, DataType::Float32 | DataType::Float64 | DataType::Decimal128(..))
}

/// Whether the type is a whole number.
pub(crate) fn is_integer(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64)
}

fn unsupported<T>(from: &DataType, to: &DataType) -> Result<T, ArrowError> {
    Err(ArrowError::CastError(format!("no cast from {from} to {to}")))
}
