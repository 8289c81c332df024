//! Functions written for one row and run over columns.
//!
//! What must stay true: a missing argument (null, or not given) is `None`, and `?` on it makes the result null, which is what
//! most of Spark's functions do; the planner has settled the columns' types.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray, Date32Array, Decimal128Array, Float64Array,
    Int32Array, Int64Array, StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use datafusion::arrow::error::ArrowError;

use crate::limits::{COLUMN_BYTES_MAX, TEXT_MADE_BYTES_MAX};

/// One row of the arguments.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    columns: &'a [ArrayRef],
    row: usize,
}

impl<'a> Row<'a> {
    /// The column of an argument, if it was given and is not null in this row.
    fn column(self, at: usize) -> Option<&'a ArrayRef> {
        self.columns.get(at).filter(|column| column.is_valid(self.row))
    }

    fn primitive<T: ArrowPrimitiveType>(self, at: usize) -> Option<T::Native> {
        Some(self.column(at)?.as_primitive::<T>().value(self.row))
    }

    pub(crate) fn text(self, at: usize) -> Option<&'a str> {
        Some(self.column(at)?.as_string::<i32>().value(self.row))
    }

    pub(crate) fn bytes(self, at: usize) -> Option<&'a [u8]> {
        Some(self.column(at)?.as_binary::<i32>().value(self.row))
    }

    pub(crate) fn boolean(self, at: usize) -> Option<bool> {
        Some(self.column(at)?.as_boolean().value(self.row))
    }

    pub(crate) fn int(self, at: usize) -> Option<i32> {
        self.primitive::<Int32Type>(at)
    }

    pub(crate) fn long(self, at: usize) -> Option<i64> {
        self.primitive::<Int64Type>(at)
    }

    pub(crate) fn double(self, at: usize) -> Option<f64> {
        self.primitive::<Float64Type>(at)
    }

    pub(crate) fn unscaled(self, at: usize) -> Option<i128> {
        self.primitive::<Decimal128Type>(at)
    }

    /// Days since 1970.
    pub(crate) fn days(self, at: usize) -> Option<i64> {
        self.primitive::<Date32Type>(at).map(i64::from)
    }

    /// Microseconds since 1970 in UTC.
    pub(crate) fn micros(self, at: usize) -> Option<i64> {
        self.primitive::<TimestampMicrosecondType>(at)
    }

    /// Whether the argument was given, null or not.
    pub(crate) fn is_given(self, at: usize) -> bool {
        at < self.columns.len()
    }
}

fn all(columns: &[ArrayRef], rows: usize) -> impl Iterator<Item = Row<'_>> {
    (0..rows).map(move |row| Row { columns, row })
}

/// A function that makes strings.
pub(crate) fn texts(
    f: impl Fn(Row<'_>) -> Option<String> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let mut builder = StringBuilder::with_capacity(rows, rows * 16);
        for row in all(columns, rows) {
            let text = f(row);
            let made = builder.values_slice().len() + text.as_ref().map_or(0, String::len);
            if made > COLUMN_BYTES_MAX {
                return Err(too_large("a column", COLUMN_BYTES_MAX));
            }
            builder.append_option(text);
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// What makes a string, and how many bytes it has at most.
type Made<'a> = (usize, Box<dyn FnOnce() -> String + 'a>);

/// A function whose strings may be of any length: it says how long before it makes one.
pub(crate) fn made_texts(
    f: impl for<'a> Fn(Row<'a>) -> Option<Made<'a>> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        if all(columns, rows).filter_map(&f).any(|(bytes, _)| bytes > TEXT_MADE_BYTES_MAX) {
            return Err(too_large("a text", TEXT_MADE_BYTES_MAX));
        }
        texts(|row| f(row).map(|(_, make)| make()))(columns, rows)
    }
}

fn too_large(what: &str, bytes_max: usize) -> ArrowError {
    ArrowError::ComputeError(format!("{what} of more than {bytes_max} bytes"))
}

/// A function that makes INTs and may fail.
pub(crate) fn try_ints(
    f: impl Fn(Row<'_>) -> Result<Option<i32>, ArrowError> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| Ok(Arc::new(all(columns, rows).map(&f).collect::<Result<Int32Array, _>>()?))
}

/// A function that makes bytes.
pub(crate) fn binaries(
    f: impl Fn(Row<'_>) -> Option<Vec<u8>> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let mut builder = BinaryBuilder::with_capacity(rows, rows * 16);
        all(columns, rows).for_each(|row| builder.append_option(f(row)));
        Ok(Arc::new(builder.finish()))
    }
}

/// A function that makes INTs.
pub(crate) fn ints(
    f: impl Fn(Row<'_>) -> Option<i32> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| Ok(Arc::new(all(columns, rows).map(&f).collect::<Int32Array>()))
}

/// A function that makes BIGINTs.
pub(crate) fn longs(
    f: impl Fn(Row<'_>) -> Option<i64> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| Ok(Arc::new(all(columns, rows).map(&f).collect::<Int64Array>()))
}

/// A function that makes DOUBLEs.
pub(crate) fn doubles(
    f: impl Fn(Row<'_>) -> Option<f64> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| Ok(Arc::new(all(columns, rows).map(&f).collect::<Float64Array>()))
}

/// A function that makes DECIMALs, unscaled.
pub(crate) fn decimals(
    precision: u8,
    scale: i8,
    f: impl Fn(Row<'_>) -> Option<i128> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let unscaled: Decimal128Array = all(columns, rows).map(&f).collect();
        Ok(Arc::new(unscaled.with_precision_and_scale(precision, scale)?))
    }
}

/// A function that makes BOOLEANs.
pub(crate) fn booleans(
    f: impl Fn(Row<'_>) -> Option<bool> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| Ok(Arc::new(all(columns, rows).map(&f).collect::<BooleanArray>()))
}

/// A function that makes DATEs, in days since 1970.
pub(crate) fn dates(
    f: impl Fn(Row<'_>) -> Option<i64> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let days = all(columns, rows).map(|row| i32::try_from(f(row)?).ok());
        Ok(Arc::new(days.collect::<Date32Array>()))
    }
}

/// A function that makes TIMESTAMPs, in microseconds since 1970.
pub(crate) fn instants(
    f: impl Fn(Row<'_>) -> Option<i64> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let instants: TimestampMicrosecondArray = all(columns, rows).map(&f).collect();
        Ok(Arc::new(instants.with_timezone("UTC")))
    }
}
