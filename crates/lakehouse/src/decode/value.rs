//! One JSON value to one typed value, by the rules of Spark's `from_json`.
//!
//! What must stay true: no value is bent to fit. An INT takes only a JSON integer in its range, a BOOLEAN only `true` and
//! `false`; what does not fit is `None`, which makes that field null and no other.

use std::borrow::Cow;

use super::scan::{Kind, Scanner, Value};
use super::text::unescape;
use crate::definition::DecodeOptions;
use crate::schema::DataType;
use crate::spark::pattern::DatePattern;
use crate::spark::{date, decimal, timestamp};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// What of a pipeline's options bears on single values.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// The strings `"NaN"`, `"Infinity"` and the like are numbers.
    non_numeric_numbers: bool,
    timestamp_format: Option<DatePattern>,
    date_format: Option<DatePattern>,
}

impl Reading {
    pub(super) fn new(options: &DecodeOptions) -> Self {
        let pattern = |format: &Option<crate::definition::DateFormat>| {
            format.as_ref().map(|format| format.pattern.clone())
        };
        Self {
            non_numeric_numbers: options.json.allow_non_numeric_numbers,
            timestamp_format: pattern(&options.timestamp_format),
            date_format: pattern(&options.date_format),
        }
    }
}

/// Whether a column of this type can take the value: it does for null, and for an object as STRUCT whatever is inside.
pub(super) fn fits(data_type: &DataType, value: Value<'_>, reading: &Reading) -> bool {
    if value.kind == Kind::Null {
        return true;
    }
    match data_type {
        DataType::String => true,
        DataType::TinyInt => tiny_int(value).is_some(),
        DataType::SmallInt => integer::<i16>(value).is_some(),
        DataType::Int => integer::<i32>(value).is_some(),
        DataType::BigInt => integer::<i64>(value).is_some(),
        DataType::Float => float(value, reading).is_some(),
        DataType::Double => double(value, reading).is_some(),
        DataType::Decimal { precision, scale } => decimal(value, *precision, *scale).is_some(),
        DataType::Boolean => boolean(value).is_some(),
        DataType::Timestamp => timestamp(value, reading).is_some(),
        DataType::Date => date(value, reading).is_some(),
        DataType::Binary => binary(value).is_some(),
        DataType::Struct(_) => value.kind == Kind::Object,
        DataType::Array(item) => {
            value.kind == Kind::Array && items(value).iter().all(|&value| fits(item, value, reading))
        }
        DataType::Map(of) => {
            value.kind == Kind::Object && members(value).iter().all(|&(_, value)| fits(of, value, reading))
        }
    }
}

/// The items of an array that the scanner has been through.
pub(super) fn items(value: Value<'_>) -> Vec<Value<'_>> {
    let mut scanner = Scanner::again(value.text);
    let mut items = Vec::new();
    if scanner.begin_array() {
        while let Ok(Some(item)) = scanner.next_item(items.is_empty()) {
            items.push(item);
        }
    }
    items
}

/// The members of an object that the scanner has been through.
pub(super) fn members(value: Value<'_>) -> Vec<(Cow<'_, str>, Value<'_>)> {
    let mut scanner = Scanner::again(value.text);
    let mut members = Vec::new();
    if scanner.begin_object() {
        while let Ok(Some(key)) = scanner.next_key(members.is_empty()) {
            let Ok(value) = scanner.value(1) else { break };
            members.push((unescape(key.text), value));
        }
    }
    members
}

/// The text of a JSON string, and of nothing else.
fn string(value: Value<'_>) -> Option<Cow<'_, str>> {
    matches!(value.kind, Kind::PlainString | Kind::EscapedString).then(|| unescape(value.text))
}

pub(super) fn integer<T: std::str::FromStr>(value: Value<'_>) -> Option<T> {
    (value.kind == Kind::Integer).then(|| value.text.parse().ok())?
}

/// Jackson reads a byte from -128 to 255 and keeps its lowest eight bits.
pub(super) fn tiny_int(value: Value<'_>) -> Option<i8> {
    match integer::<i16>(value)? {
        byte @ -128..=255 => Some(byte.to_le_bytes()[0].cast_signed()),
        _ => None,
    }
}

pub(super) fn double(value: Value<'_>, reading: &Reading) -> Option<f64> {
    match value.kind {
        Kind::Integer if value.text == "-0" => Some(0.0),
        Kind::Integer | Kind::Float => value.text.parse().ok(),
        Kind::NotANumber => Some(f64::NAN),
        Kind::Infinity => Some(f64::INFINITY),
        Kind::NegativeInfinity => Some(f64::NEG_INFINITY),
        _ if !reading.non_numeric_numbers => None,
        _ => match string(value)?.as_ref() {
            "NaN" => Some(f64::NAN),
            "Infinity" | "+Infinity" | "+INF" => Some(f64::INFINITY),
            "-Infinity" | "-INF" => Some(f64::NEG_INFINITY),
            _ => None,
        },
    }
}

pub(super) fn float(value: Value<'_>, reading: &Reading) -> Option<f32> {
    match value.kind {
        Kind::Integer | Kind::Float if value.text != "-0" => value.text.parse().ok(),
        _ => double(value, reading).map(|number| number as f32),
    }
}

pub(super) fn decimal(value: Value<'_>, precision: u8, scale: i8) -> Option<i128> {
    match value.kind {
        Kind::Integer | Kind::Float => decimal::parse(value.text, precision, scale),
        _ => decimal::parse(&string(value)?.replace(',', ""), precision, scale),
    }
}

pub(super) fn boolean(value: Value<'_>) -> Option<bool> {
    match value.kind {
        Kind::True => Some(true),
        Kind::False => Some(false),
        _ => None,
    }
}

/// Microseconds since 1970; a JSON integer counts seconds.
pub(super) fn timestamp(value: Value<'_>, reading: &Reading) -> Option<i64> {
    match (value.kind, &reading.timestamp_format) {
        (Kind::Integer, _) => integer::<i64>(value)?.checked_mul(1_000_000),
        (_, Some(pattern)) => pattern.read(&string(value)?),
        (_, None) => timestamp::parse(&string(value)?),
    }
}

/// Days since 1970.
pub(super) fn date(value: Value<'_>, reading: &Reading) -> Option<i32> {
    let text = string(value)?;
    match &reading.date_format {
        None => date::parse(&text),
        Some(pattern) => i32::try_from(pattern.read(&text)?.div_euclid(MICROS_PER_DAY)).ok(),
    }
}

/// The bytes that a string of base64 stands for; blanks are passed over, padding is needed.
pub(super) fn binary(value: Value<'_>) -> Option<Vec<u8>> {
    let text: String = string(value)?.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    base64_simd::STANDARD.decode_to_vec(text).ok()
}
