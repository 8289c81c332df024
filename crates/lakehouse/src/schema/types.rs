//! Spark's types and the Arrow type that each becomes.
//!
//! What must stay true: a timestamp is an instant in microseconds UTC, because Delta's plain `timestamp` is one and a
//! timestamp without zone would force readers to protocol 3.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType as ArrowType, Field as ArrowField, Fields, TimeUnit};

/// The columns of a record's data, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schema {
    /// At least one; no two names are equal.
    pub(crate) fields: Vec<Field>,
}

/// A column, or a member of a STRUCT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// The key in the JSON object; case matters.
    pub(crate) name: String,
    /// Its type.
    pub(crate) data_type: DataType,
    /// What `COMMENT '..'` says.
    pub(crate) comment: Option<String>,
}

/// A type that a value in JSON can be read as.
///
/// NOT NULL is accepted and has no effect, as in Spark's `from_json`: data from outside may always lack a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DataType {
    /// Takes any JSON value.
    String,
    /// 8 bits, signed.
    TinyInt,
    /// 16 bits, signed.
    SmallInt,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    BigInt,
    /// 32 bits, IEEE 754.
    Float,
    /// 64 bits, IEEE 754.
    Double,
    /// Exact decimal: `precision` digits in all (1 to 38), `scale` of them after the point (0 to precision).
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: i8,
    },
    /// JSON's `true` and `false` only.
    Boolean,
    /// An instant, in microseconds, UTC.
    Timestamp,
    /// A day.
    Date,
    /// Base64 in JSON.
    Binary,
    /// A list; its items may be null.
    Array(Box<Self>),
    /// Named members.
    Struct(Vec<Field>),
    /// Keys are STRING; values may be null.
    Map(Box<Self>),
}

impl DataType {
    /// The Arrow type that holds it.
    pub(crate) fn to_arrow(&self) -> ArrowType {
        match self {
            Self::String => ArrowType::Utf8,
            Self::TinyInt => ArrowType::Int8,
            Self::SmallInt => ArrowType::Int16,
            Self::Int => ArrowType::Int32,
            Self::BigInt => ArrowType::Int64,
            Self::Float => ArrowType::Float32,
            Self::Double => ArrowType::Float64,
            Self::Decimal { precision, scale } => ArrowType::Decimal128(*precision, *scale),
            Self::Boolean => ArrowType::Boolean,
            Self::Timestamp => timestamp_type(),
            Self::Date => ArrowType::Date32,
            Self::Binary => ArrowType::Binary,
            Self::Array(item) => ArrowType::List(Arc::new(item_field(item))),
            Self::Struct(fields) => ArrowType::Struct(fields.iter().map(Field::to_arrow).collect::<Fields>()),
            Self::Map(value) => ArrowType::Map(Arc::new(entries_field(value)), false),
        }
    }
}

impl Field {
    /// The Arrow field; always nullable, the comment as metadata `comment` (where delta-rs keeps it).
    pub(crate) fn to_arrow(&self) -> ArrowField {
        let field = ArrowField::new(&self.name, self.data_type.to_arrow(), true);
        match &self.comment {
            Some(comment) => field.with_metadata([("comment".to_owned(), comment.clone())].into()),
            None => field,
        }
    }
}

/// The Arrow type of every timestamp here: microseconds, UTC.
pub(crate) fn timestamp_type() -> ArrowType {
    ArrowType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The field of a list's items, named as delta-rs names it.
pub(crate) fn item_field(item: &DataType) -> ArrowField {
    ArrowField::new("element", item.to_arrow(), true)
}

/// The field of a map's entries, named as delta-rs names it.
pub(crate) fn entries_field(value: &DataType) -> ArrowField {
    let key = ArrowField::new("key", ArrowType::Utf8, false);
    let value = ArrowField::new("value", value.to_arrow(), true);
    ArrowField::new("key_value", ArrowType::Struct(vec![key, value].into()), false)
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("STRING"),
            Self::TinyInt => f.write_str("TINYINT"),
            Self::SmallInt => f.write_str("SMALLINT"),
            Self::Int => f.write_str("INT"),
            Self::BigInt => f.write_str("BIGINT"),
            Self::Float => f.write_str("FLOAT"),
            Self::Double => f.write_str("DOUBLE"),
            Self::Decimal { precision, scale } => write!(f, "DECIMAL({precision},{scale})"),
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Timestamp => f.write_str("TIMESTAMP"),
            Self::Date => f.write_str("DATE"),
            Self::Binary => f.write_str("BINARY"),
            Self::Array(item) => write!(f, "ARRAY<{item}>"),
            Self::Struct(fields) => {
                let members: Vec<String> = fields.iter().map(ToString::to_string).collect();
                write!(f, "STRUCT<{}>", members.join(", "))
            }
            Self::Map(value) => write!(f, "MAP<STRING, {value}>"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if plain {
            write!(f, "{}: {}", self.name, self.data_type)
        } else {
            write!(f, "`{}`: {}", self.name.replace('`', "``"), self.data_type)
        }
    }
}
