//! Casts to STRING.
//!
//! What must stay true: numbers are printed as Java prints them, instants in UTC, lists as `[a, null]`.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::arrow::error::ArrowError;

use crate::spark::{date, decimal, number, timestamp};

pub(super) fn cast(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    let rows = array.len();
    Ok(match array.data_type() {
        DataType::Boolean => {
            let bits = array.as_boolean();
            write(
                rows,
                |row| bits.is_null(row),
                |row, out| out.push_str(if bits.value(row) { "true" } else { "false" }),
            )
        }
        DataType::Float64 => {
            let numbers = array.as_primitive::<Float64Type>();
            write(rows, |row| numbers.is_null(row), |row, out| number::write_double(numbers.value(row), out))
        }
        DataType::Float32 => {
            let numbers = array.as_primitive::<Float32Type>();
            write(rows, |row| numbers.is_null(row), |row, out| number::write_float(numbers.value(row), out))
        }
        DataType::Decimal128(_, scale) => {
            let numbers = array.as_primitive::<Decimal128Type>();
            write(
                rows,
                |row| numbers.is_null(row),
                |row, out| decimal::write(numbers.value(row), *scale, out),
            )
        }
        DataType::Timestamp(..) => {
            let instants = array.as_primitive::<TimestampMicrosecondType>();
            write(rows, |row| instants.is_null(row), |row, out| timestamp::write(instants.value(row), out))
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>();
            write(rows, |row| days.is_null(row), |row, out| date::write(i64::from(days.value(row)), out))
        }
        DataType::Binary => {
            let bytes = array.as_binary::<i32>();
            let text = |row, out: &mut String| out.push_str(&String::from_utf8_lossy(bytes.value(row)));
            write(rows, |row| bytes.is_null(row), text)
        }
        DataType::List(_) => lists(array)?,
        _ => {
            let whole = datafusion::arrow::compute::cast(array, &DataType::Int64)?;
            let numbers = whole.as_primitive::<Int64Type>();
            write(rows, |row| numbers.is_null(row), |row, out| out.push_str(&numbers.value(row).to_string()))
        }
    })
}

fn lists(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    let lists = array.as_list::<i32>();
    let mut shown = Vec::with_capacity(lists.len());
    for list in lists.iter() {
        shown.push(match list {
            None => None,
            Some(items) => {
                let items = super::cast(&items, &DataType::Utf8, super::Mode::Cast)?;
                let items: Vec<&str> =
                    items.as_string::<i32>().iter().map(|item| item.unwrap_or("null")).collect();
                Some(format!("[{}]", items.join(", ")))
            }
        });
    }
    Ok(shown.into_iter().collect())
}

fn write(rows: usize, is_null: impl Fn(usize) -> bool, text: impl Fn(usize, &mut String)) -> StringArray {
    let mut builder = StringBuilder::with_capacity(rows, rows * 16);
    let mut out = String::new();
    for row in 0..rows {
        if is_null(row) {
            builder.append_null();
        } else {
            out.clear();
            text(row, &mut out);
            builder.append_value(&out);
        }
    }
    builder.finish()
}
