//! Casts from numbers, booleans and timestamps to numbers, booleans and timestamps.
//!
//! What must stay true: `cast` keeps the low bits of a whole number that is too large and stops a float at the ends of the
//! range; `try_cast` gives null in both cases.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int64Array,
    PrimitiveArray, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::kernels::cast as arrow_cast;
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use datafusion::arrow::error::ArrowError;

use super::{Mode, unsupported};
use crate::spark::{decimal, number};

/// A column of numbers in the widest type of its family.
enum Numbers {
    /// Whole numbers; booleans as 1 and 0, timestamps as whole seconds.
    Whole(Int64Array),
    Floats(Float64Array),
    Decimals(Decimal128Array, i8),
}

/// One number of either family.
#[derive(Clone, Copy)]
enum Number {
    Whole(i64),
    Float(f64),
    Decimal(i128, i8),
}

pub(super) fn cast(array: &ArrayRef, to: &DataType, mode: Mode) -> Result<ArrayRef, ArrowError> {
    if let (DataType::Timestamp(..), DataType::Float64 | DataType::Float32) = (array.data_type(), to) {
        let seconds = array.as_primitive::<TimestampMicrosecondType>();
        let seconds: Float64Array = seconds.unary(|micros| micros as f64 / 1e6);
        return arrow_cast::cast(&seconds, to);
    }
    let numbers = Numbers::of(array)?;
    Ok(match to {
        DataType::Int8 => Arc::new(whole::<Int8Type>(&numbers, mode, |number| number as i32 as i8)),
        DataType::Int16 => Arc::new(whole::<Int16Type>(&numbers, mode, |number| number as i32 as i16)),
        DataType::Int32 => Arc::new(whole::<Int32Type>(&numbers, mode, |number| number as i32)),
        DataType::Int64 => Arc::new(whole::<Int64Type>(&numbers, mode, |number| number as i64)),
        DataType::Float64 => Arc::new(numbers.map(|n| Some(n.double())).collect::<Float64Array>()),
        DataType::Float32 => Arc::new(numbers.map(|n| Some(n.float())).collect::<Float32Array>()),
        DataType::Decimal128(precision, scale) => {
            let decimals: Decimal128Array = numbers.map(|n| n.decimal(*precision, *scale)).collect();
            Arc::new(decimals.with_precision_and_scale(*precision, *scale)?)
        }
        DataType::Boolean => Arc::new(numbers.map(|n| Some(n.double() != 0.0)).collect::<BooleanArray>()),
        DataType::Timestamp(..) => {
            let instants: TimestampMicrosecondArray = numbers.map(Number::micros).collect();
            Arc::new(instants.with_timezone("UTC"))
        }
        _ => return unsupported(array.data_type(), to),
    })
}

impl Numbers {
    fn of(array: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(match array.data_type() {
            DataType::Decimal128(_, scale) => {
                Self::Decimals(array.as_primitive::<Decimal128Type>().clone(), *scale)
            }
            DataType::Float64 => Self::Floats(array.as_primitive::<Float64Type>().clone()),
            DataType::Float32 => Self::Floats(array.as_primitive::<Float32Type>().unary(f64::from)),
            DataType::Boolean => {
                Self::Whole(array.as_boolean().iter().map(|bit| bit.map(i64::from)).collect())
            }
            DataType::Timestamp(..) => {
                let micros = array.as_primitive::<TimestampMicrosecondType>();
                Self::Whole(micros.unary(|micros| micros.div_euclid(1_000_000)))
            }
            _ => Self::Whole(arrow_cast::cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
        })
    }

    fn map<'a, T>(
        &'a self,
        f: impl Fn(Number) -> Option<T> + 'a,
    ) -> Box<dyn Iterator<Item = Option<T>> + 'a> {
        match self {
            Self::Whole(array) => Box::new(array.iter().map(move |number| f(Number::Whole(number?)))),
            Self::Floats(array) => Box::new(array.iter().map(move |number| f(Number::Float(number?)))),
            Self::Decimals(array, scale) => {
                Box::new(array.iter().map(move |number| f(Number::Decimal(number?, *scale))))
            }
        }
    }
}

/// A column of whole numbers; `narrow` is what Java does to a number that is too large.
fn whole<T: ArrowPrimitiveType<Native: TryFrom<i128>>>(
    numbers: &Numbers,
    mode: Mode,
    narrow: impl Fn(i128) -> T::Native + Copy,
) -> PrimitiveArray<T> {
    let wide = matches!(T::DATA_TYPE, DataType::Int64);
    let convert = move |number: Number| match (number, mode) {
        (Number::Float(float), Mode::Cast) if wide => Some(narrow(i128::from(float as i64))),
        (Number::Float(float), Mode::Cast) => Some(narrow(i128::from(float as i32))),
        (Number::Float(float), Mode::TryCast) if float.is_nan() => None,
        (Number::Float(float), Mode::TryCast) => T::Native::try_from(float as i128).ok(),
        (number, Mode::Cast) => Some(narrow(number.truncated())),
        (number, Mode::TryCast) => T::Native::try_from(number.truncated()).ok(),
    };
    numbers.map(convert).collect()
}

impl Number {
    fn truncated(self) -> i128 {
        match self {
            Self::Whole(number) => i128::from(number),
            Self::Float(number) => number as i128,
            Self::Decimal(unscaled, scale) => unscaled / 10_i128.pow(u32::from(scale.unsigned_abs())),
        }
    }

    fn text(self) -> String {
        let mut text = String::new();
        match self {
            Self::Whole(number) => text.push_str(&number.to_string()),
            Self::Float(float) => number::write_double(float, &mut text),
            Self::Decimal(unscaled, scale) => decimal::write(unscaled, scale, &mut text),
        }
        text
    }

    fn double(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Float(number) => number,
            Self::Decimal(..) => self.text().parse().unwrap_or(f64::NAN),
        }
    }

    fn float(self) -> f32 {
        match self {
            Self::Whole(number) => number as f32,
            Self::Float(number) => number as f32,
            Self::Decimal(..) => self.text().parse().unwrap_or(f32::NAN),
        }
    }

    fn decimal(self, precision: u8, scale: i8) -> Option<i128> {
        match self {
            Self::Whole(number) => decimal::rescale(i128::from(number), 0, scale),
            Self::Float(_) => return decimal::parse(&self.text(), precision, scale),
            Self::Decimal(unscaled, from) => decimal::rescale(unscaled, from, scale),
        }
        .and_then(|unscaled| decimal::in_range(unscaled, precision))
    }

    /// A number as seconds since 1970, in microseconds.
    fn micros(self) -> Option<i64> {
        match self {
            Self::Whole(seconds) => seconds.checked_mul(1_000_000),
            Self::Float(seconds) => seconds.is_finite().then_some((seconds * 1e6) as i64),
            Self::Decimal(unscaled, scale) => i64::try_from(decimal::rescale(unscaled, scale, 6)?).ok(),
        }
    }
}
