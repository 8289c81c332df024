//! A request body before it has a wire format: blobs are bytes and points in time milliseconds under tag 1.

use base64_simd::STANDARD;
use ciborium::Value;
use serde_json::json;

/// A step from a value into it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// To a member of a structure.
    Member(String),
    /// To the only element of a list.
    Element,
}

/// The body in JSON.
pub(crate) fn json(value: &Value) -> Vec<u8> {
    json_value(value).to_string().into_bytes()
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => json!(value),
        Value::Integer(number) => json!(i64::try_from(*number).expect("64 bits")),
        Value::Float(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Bytes(bytes) => json!(STANDARD.encode_to_string(bytes)),
        Value::Tag(1, millis) => json!(number(millis) as f64 / 1_000.0),
        Value::Array(list) => list.iter().map(json_value).collect(),
        Value::Map(map) => {
            map.iter().map(|(name, value)| (text(name).to_owned(), json_value(value))).collect()
        }
        Value::Null => serde_json::Value::Null,
        other => panic!("no body has {other:?}"),
    }
}

/// The body in CBOR.
pub(crate) fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("a Vec takes every byte");
    bytes
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_text().expect("a string")
}

pub(crate) fn number(value: &Value) -> i64 {
    i64::try_from(value.as_integer().expect("an integer")).expect("64 bits")
}

/// The members of a structure.
pub(crate) fn members(value: &mut Value) -> &mut Vec<(Value, Value)> {
    value.as_map_mut().expect("a structure")
}

/// The body with another value at a place; `None` takes a member away.
pub(crate) fn with(body: &Value, steps: &[Step], replacement: Option<Value>) -> Value {
    let mut changed = body.clone();
    let mut target = &mut changed;
    let (last, way) = steps.split_last().expect("a place in the body");
    for step in way {
        target = match step {
            Step::Member(name) => {
                let member = members(target).iter_mut().find(|(present, _)| text(present) == name);
                &mut member.expect("a member").1
            }
            Step::Element => &mut target.as_array_mut().expect("a list")[0],
        };
    }
    match (last, replacement) {
        (Step::Member(name), replacement) => {
            members(target).retain(|(present, _)| text(present) != name);
            members(target).extend(replacement.map(|value| (Value::from(name.as_str()), value)));
        }
        (Step::Element, Some(value)) => target.as_array_mut().expect("a list")[0] = value,
        (Step::Element, None) => panic!("an element is not taken away"),
    }
    changed
}
