//! Casts from STRING.
//!
//! What must stay true: blanks and controls around a value are passed over (ASCII only: a no-break space makes a number no
//! number); digits are ASCII digits.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    PrimitiveArray, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
};
use datafusion::arrow::error::ArrowError;

use super::{Mode, unsupported};
use crate::spark::date::trim;
use crate::spark::{date, decimal, timestamp};

pub(super) fn cast(texts: &StringArray, to: &DataType, mode: Mode) -> Result<ArrayRef, ArrowError> {
    Ok(match to {
        DataType::Int8 => Arc::new(integers::<Int8Type>(texts, mode)),
        DataType::Int16 => Arc::new(integers::<Int16Type>(texts, mode)),
        DataType::Int32 => Arc::new(integers::<Int32Type>(texts, mode)),
        DataType::Int64 => Arc::new(integers::<Int64Type>(texts, mode)),
        DataType::Float64 => Arc::new(each(texts, double).collect::<Float64Array>()),
        DataType::Float32 => Arc::new(each(texts, float).collect::<Float32Array>()),
        DataType::Decimal128(precision, scale) => {
            let decimals: Decimal128Array =
                each(texts, |text| decimal::parse(trim(text), *precision, *scale)).collect();
            Arc::new(decimals.with_precision_and_scale(*precision, *scale)?)
        }
        DataType::Boolean => Arc::new(each(texts, boolean).collect::<BooleanArray>()),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let instants: TimestampMicrosecondArray = each(texts, timestamp::parse).collect();
            Arc::new(instants.with_timezone("UTC"))
        }
        DataType::Date32 => Arc::new(each(texts, date::parse).collect::<Date32Array>()),
        DataType::Binary => {
            Arc::new(texts.iter().map(|text| text.map(str::as_bytes)).collect::<BinaryArray>())
        }
        _ => return unsupported(&DataType::Utf8, to),
    })
}

fn each<'a, T>(
    texts: &'a StringArray,
    parse: impl Fn(&str) -> Option<T> + 'a,
) -> impl Iterator<Item = Option<T>> + 'a {
    texts.iter().map(move |text| text.and_then(&parse))
}

fn integers<T: ArrowPrimitiveType<Native: TryFrom<i64>>>(
    texts: &StringArray,
    mode: Mode,
) -> PrimitiveArray<T> {
    each(texts, |text| T::Native::try_from(integer(text, mode)?).ok()).collect()
}

/// A whole number; `cast` cuts a fraction off, whose digits may be missing on either side of the point.
fn integer(text: &str, mode: Mode) -> Option<i64> {
    let text = trim(text);
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some(_) if mode == Mode::TryCast => return None,
        Some((whole, fraction)) => (whole, fraction),
        None if unsigned.is_empty() => return None,
        None => (unsigned, ""),
    };
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Counted downwards, for the range has one number more below zero.
    let mut negated: i64 = 0;
    for digit in whole.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        negated = negated.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))?;
    }
    if negative { Some(negated) } else { negated.checked_neg() }
}

/// Java's `Double.parseDouble` (but for hexadecimal) and the words for what is no number.
fn double(text: &str) -> Option<f64> {
    number(text, str::parse, f64::NAN, f64::INFINITY)
}

fn float(text: &str) -> Option<f32> {
    number(text, str::parse, f32::NAN, f32::INFINITY)
}

fn number<T: std::ops::Neg<Output = T>, E>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
    nan: T,
    infinity: T,
) -> Option<T> {
    let text = trim(text);
    let unsuffixed = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    if unsuffixed.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
        return parse(unsuffixed).ok();
    }
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(nan),
        "inf" | "+inf" | "infinity" | "+infinity" => Some(infinity),
        "-inf" | "-infinity" => Some(-infinity),
        _ => None,
    }
}

fn boolean(text: &str) -> Option<bool> {
    match trim(text).to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "0" => Some(false),
        _ => None,
    }
}
