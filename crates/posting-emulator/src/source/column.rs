//! A column of a table on a database server, and how its values become JSON.
//!
//! The server writes most values as text itself, in its own best form; what a form means here is decided once per
//! column and not per value. docs/sources.md has the table of types.

use serde_json::Value;

use super::moment::moment;

/// Digits that every reader of JSON numbers keeps: those of a double.
pub(super) const DECIMAL_DIGITS_MAX: i64 = 15;

/// One column as it is selected.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// What stands for it in the SELECT.
    pub(super) expression: String,
    /// What arrives.
    pub(super) form: Form,
    /// Whether it holds whole numbers, so that rows can be looked up by it.
    pub(super) is_integer: bool,
}

/// How a value arrives, and with that what it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Text that is sent as it stands.
    Text,
    /// Text of a number; what is none, such as NaN, is sent as text.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A moment, sent as [`moment`] writes it.
    Moment,
    /// Text of a JSON value.
    Json,
    /// Bytes, sent in base64.
    Bytes,
    /// A number of 32 bits, not as text.
    Float32,
    /// A number of 64 bits, not as text.
    Float64,
}

impl Form {
    /// The JSON of a value that arrived as text.
    pub(super) fn of_text(self, text: String) -> Value {
        match self {
            Self::Number => number(&text).unwrap_or(Value::String(text)),
            Self::Boolean => Value::Bool(text == "true"),
            Self::Moment => Value::String(moment(&text).unwrap_or(text)),
            Self::Json => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            Self::Text | Self::Bytes | Self::Float32 | Self::Float64 => Value::String(text),
        }
    }
}

fn number(text: &str) -> Option<Value> {
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(integer.into());
    }
    let float: f64 = text.parse().ok()?;
    // `Value::from` gives null for what JSON has no number for.
    float.is_finite().then(|| Value::from(float))
}

/// A double as JSON: a number, or the text of what JSON has no number for, as Spark reads it.
pub(super) fn float(value: f64) -> Value {
    match value {
        _ if value.is_finite() => Value::from(value),
        _ if value.is_nan() => Value::from("NaN"),
        _ if value > 0.0 => Value::from("Infinity"),
        _ => Value::from("-Infinity"),
    }
}

/// A single as JSON: the shortest decimal that is that single, not the double's many digits.
pub(super) fn float32(value: f32) -> Value {
    if value.is_finite() { number(&value.to_string()).unwrap_or(Value::Null) } else { float(value.into()) }
}

/// A value as the text of a partition key; an object, an array and null are none.
pub(super) fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_what_is_none_stays_text() {
        let check = |text: &str, sent: &str| {
            assert_eq!(Form::Number.of_text(text.to_owned()).to_string(), sent, "{text}");
        };
        check("-9223372036854775808", "-9223372036854775808");
        check("18446744073709551615", "18446744073709551615");
        check("12.50", "12.5");
        check("1e-7", "1e-7");
        check("NaN", "\"NaN\"");
        check("-Infinity", "\"-Infinity\"");
        assert_eq!(float32(0.1).to_string(), "0.1");
        assert_eq!(float32(f32::NAN).to_string(), "\"NaN\"");
        assert_eq!(float(f64::INFINITY).to_string(), "\"Infinity\"");
    }
}
