//! The JSON value. Numbers are split the way Java's JSON libraries split them, because a template can print them.

use indexmap::IndexMap;

/// A JSON value with the order of its members and the kind of its numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// A longer integer, as its digits.
    BigInt(Box<str>),
    /// A fraction or exponent of at most 18 characters.
    Double(f64),
    /// A longer fraction, as its text.
    Decimal(Box<str>),
    String(String),
    Array(Vec<Json>),
    Object(IndexMap<String, Json>),
}

impl Json {
    /// The number as a double, for comparisons.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "filters compare the way doubles do")]
            Self::Int(value) => Some(*value as f64),
            Self::Double(value) => Some(*value),
            Self::BigInt(text) | Self::Decimal(text) => text.parse().ok(),
            _ => None,
        }
    }
}
