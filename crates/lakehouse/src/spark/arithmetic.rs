//! Division, where Spark and Arrow differ: nothing divides by zero, the result is null.
//!
//! What must stay true: `/` is on doubles (the planner casts), `%` keeps the sign of the dividend, `div` cuts to a BIGINT.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all functions over columns share one signature, and some can fail"
)]

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::arrow::error::ArrowError;

/// `left / right` of two columns of doubles.
pub(crate) fn divide(arguments: &[ArrayRef], _rows: usize) -> Result<ArrayRef, ArrowError> {
    Ok(doubles(arguments, |left, right| (right != 0.0).then(|| left / right)))
}

/// `left % right` of two columns of doubles.
pub(crate) fn remainder_of_doubles(arguments: &[ArrayRef], _rows: usize) -> Result<ArrayRef, ArrowError> {
    Ok(doubles(arguments, |left, right| (right != 0.0).then(|| left % right)))
}

/// `left % right` of two columns of BIGINT.
pub(crate) fn remainder(arguments: &[ArrayRef], _rows: usize) -> Result<ArrayRef, ArrowError> {
    Ok(integers(arguments, |left, right| (right != 0).then(|| left.wrapping_rem(right))))
}

/// `left div right` of two columns of BIGINT.
pub(crate) fn whole_quotient(arguments: &[ArrayRef], _rows: usize) -> Result<ArrayRef, ArrowError> {
    Ok(integers(arguments, |left, right| (right != 0).then(|| left.wrapping_div(right))))
}

fn doubles(arguments: &[ArrayRef], f: impl Fn(f64, f64) -> Option<f64>) -> ArrayRef {
    let (left, right) =
        (arguments[0].as_primitive::<Float64Type>(), arguments[1].as_primitive::<Float64Type>());
    let pairs = left.iter().zip(right.iter());
    Arc::new(pairs.map(|(left, right)| f(left?, right?)).collect::<Float64Array>())
}

fn integers(arguments: &[ArrayRef], f: impl Fn(i64, i64) -> Option<i64>) -> ArrayRef {
    let (left, right) = (arguments[0].as_primitive::<Int64Type>(), arguments[1].as_primitive::<Int64Type>());
    let pairs = left.iter().zip(right.iter());
    Arc::new(pairs.map(|(left, right)| f(left?, right?)).collect::<Int64Array>())
}
