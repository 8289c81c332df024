//! Which type two or more values take together, by Spark's rules with ANSI off.
//!
//! What must stay true: `None` means that Spark would refuse too, or that we do not follow it there; then the query is
//! refused. <https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html#type-promotion-and-precedence>

use datafusion::arrow::datatypes::{DataType, Field};

use crate::schema::timestamp_type;
use crate::spark::cast::{is_integer, is_number};

/// The one type of several values in one column: CASE, COALESCE, IF, ARRAY, IN. A string takes all plain values in.
pub(super) fn wider(left: &DataType, right: &DataType) -> Option<DataType> {
    use DataType::{Boolean, Date32, Null, Timestamp, Utf8};
    match (left, right) {
        _ if left == right => Some(left.clone()),
        (Null, other) | (other, Null) => Some(other.clone()),
        _ if is_number(left) && is_number(right) => wider_number(left, right),
        (Utf8, other) | (other, Utf8) => {
            (is_number(other) || matches!(other, Boolean | Date32 | Timestamp(..))).then_some(Utf8)
        }
        (Date32, Timestamp(..)) | (Timestamp(..), Date32) => Some(timestamp_type()),
        (DataType::List(left), DataType::List(right)) => {
            let item = wider(left.data_type(), right.data_type())?;
            Some(DataType::List(std::sync::Arc::new(Field::new("element", item, true))))
        }
        _ => None,
    }
}

/// The type in which two values are compared. A string is read as what it is compared with.
pub(super) fn comparable(left: &DataType, right: &DataType) -> Option<DataType> {
    use DataType::{Boolean, Date32, Decimal128, Float64, Timestamp, Utf8};
    match (left, right) {
        (Utf8, Utf8) => Some(Utf8),
        (Utf8, Decimal128(..)) | (Decimal128(..), Utf8) => Some(Float64),
        (Utf8, other @ (Boolean | Date32 | Timestamp(..)))
        | (other @ (Boolean | Date32 | Timestamp(..)), Utf8) => Some(other.clone()),
        (Utf8, other) | (other, Utf8) if is_number(other) => Some(other.clone()),
        _ => wider(left, right),
    }
}

/// The wider of two types of number.
pub(super) fn wider_number(left: &DataType, right: &DataType) -> Option<DataType> {
    use DataType::{Decimal128, Float32, Float64};
    match (left, right) {
        (Float64, _) | (_, Float64) | (Float32, Decimal128(..)) | (Decimal128(..), Float32) => Some(Float64),
        (Float32, _) | (_, Float32) => Some(Float32),
        (Decimal128(..), _) | (_, Decimal128(..)) => {
            let ((precision_left, scale_left), (precision_right, scale_right)) =
                (digits(left)?, digits(right)?);
            let scale = scale_left.max(scale_right);
            let whole = (precision_left - scale_left).max(precision_right - scale_right);
            decimal(whole + scale, scale)
        }
        _ => Some(if rank(left)? >= rank(right)? { left.clone() } else { right.clone() }),
    }
}

/// Precision and scale of a number that is exact: an INT has 10 digits, a BIGINT 20.
pub(super) fn digits(data_type: &DataType) -> Option<(i16, i16)> {
    match data_type {
        DataType::Decimal128(precision, scale) => Some((i16::from(*precision), i16::from(*scale))),
        DataType::Int8 => Some((3, 0)),
        DataType::Int16 => Some((5, 0)),
        DataType::Int32 => Some((10, 0)),
        DataType::Int64 => Some((20, 0)),
        _ => None,
    }
}

/// DECIMAL(precision, scale), if there is one.
pub(super) fn decimal(precision: i16, scale: i16) -> Option<DataType> {
    let (precision, scale) = (u8::try_from(precision).ok()?, i8::try_from(scale).ok()?);
    (precision <= 38).then_some(DataType::Decimal128(precision, scale))
}

/// What Spark calls a type.
pub(super) fn name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "VOID".to_owned(),
        DataType::Utf8 => "STRING".to_owned(),
        DataType::Int8 => "TINYINT".to_owned(),
        DataType::Int16 => "SMALLINT".to_owned(),
        DataType::Int32 => "INT".to_owned(),
        DataType::Int64 => "BIGINT".to_owned(),
        DataType::Float32 => "FLOAT".to_owned(),
        DataType::Float64 => "DOUBLE".to_owned(),
        DataType::Decimal128(precision, scale) => format!("DECIMAL({precision},{scale})"),
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Timestamp(..) => "TIMESTAMP".to_owned(),
        DataType::Date32 => "DATE".to_owned(),
        DataType::Binary => "BINARY".to_owned(),
        DataType::List(item) => format!("ARRAY<{}>", name(item.data_type())),
        DataType::Struct(_) => "STRUCT".to_owned(),
        DataType::Map(..) => "MAP".to_owned(),
        other => other.to_string(),
    }
}

/// Whether the type, or one inside it, is that of a bare NULL.
pub(super) fn is_void(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::List(item) => is_void(item.data_type()),
        _ => false,
    }
}

fn rank(data_type: &DataType) -> Option<u8> {
    is_integer(data_type).then(|| data_type.primitive_width().map_or(0, |width| width as u8))
}
