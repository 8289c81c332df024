//! What the model says that an exception has to tell about a value.

use ciborium::Value;

use crate::body::{number, text};
use crate::departures::{BOUNDS, SHOWN_PATTERNS, SHOWN_WORDS};
use crate::samples::{Place, element};
use crate::service_model::{ServiceModel, Shape};

/// The whole text about one value at one place; `None` when it violates nothing.
pub(crate) fn told(model: &ServiceModel, place: &Place, value: &Value) -> Option<String> {
    let violated = violated(model, &place.shape, value);
    if violated.is_empty() {
        return None;
    }
    let plural = if violated.len() == 1 { "" } else { "s" };
    let at = &place.told;
    let texts: Vec<String> = violated
        .iter()
        .map(|constraint| {
            format!("Value '{}' at '{at}' failed to satisfy constraint: {constraint}", shown(value))
        })
        .collect();
    Some(format!(
        "ValidationException: {} validation error{plural} detected: {}",
        violated.len(),
        texts.join("; ")
    ))
}

/// The text about a member that is not there.
pub(crate) fn told_missing(path: &str) -> String {
    format!(
        "ValidationException: 1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must \
         not be null"
    )
}

fn violated(model: &ServiceModel, name: &str, value: &Value) -> Vec<String> {
    let shape = model.shape(name);
    match shape.kind.as_str() {
        "string" => [
            word(name, shape, text(value)),
            pattern(model, name, shape, text(value)),
            length(shape, text(value).len()),
        ]
        .concat(),
        "integer" => bounds(name, shape, number(value)),
        "blob" => length(shape, value.as_bytes().expect("bytes").len()),
        "list" => {
            let list = value.as_array().expect("a list");
            let (name, own) = (element(shape), length(shape, list.len()));
            let bad = |value: &Value| !violated(model, name, value).is_empty();
            if model.shape(name).kind == "string" && list.iter().any(bad) {
                [own, vec![format!("Member must satisfy constraint: [{}]", all(name, model.shape(name)))]]
                    .concat()
            } else {
                own
            }
        }
        "map" => {
            let map = value.as_map().expect("a map");
            let mut told = length(shape, map.len());
            let parts = [("Map keys", &shape.key, true), ("Map value", &shape.value, false)];
            for (what, part, is_key) in parts {
                let name = &part.as_ref().expect("a map has shapes").shape;
                let bad = |(key, value): &(Value, Value)| {
                    !violated(model, name, if is_key { key } else { value }).is_empty()
                };
                if map.iter().any(bad) {
                    told.push(format!("{what} must satisfy constraint: [{}]", all(name, model.shape(name))));
                }
            }
            told
        }
        _ => Vec::new(),
    }
}

fn word(name: &str, shape: &Shape, text: &str) -> Vec<String> {
    match &shape.words {
        Some(words) if !words.iter().any(|word| word == text) => vec![enumeration(name, words)],
        _ => Vec::new(),
    }
}

fn enumeration(name: &str, words: &[String]) -> String {
    let recorded = SHOWN_WORDS.iter().find(|(shape, _)| *shape == name);
    let shown = recorded.map_or_else(|| words.join(", "), |(_, words)| (*words).to_owned());
    format!("Member must satisfy enum value set: [{shown}]")
}

fn pattern(model: &ServiceModel, name: &str, shape: &Shape, text: &str) -> Vec<String> {
    let Some(pattern) = &shape.pattern else { return Vec::new() };
    if model.matches(pattern, text) {
        return Vec::new();
    }
    vec![format!("Member must satisfy regular expression pattern: {}", shown_pattern(name, pattern))]
}

fn shown_pattern<'a>(name: &str, pattern: &'a str) -> &'a str {
    SHOWN_PATTERNS.iter().find(|(shape, _)| *shape == name).map_or(pattern, |(_, shown)| shown)
}

fn length(shape: &Shape, length: usize) -> Vec<String> {
    let length = i64::try_from(length).expect("63 bits");
    match (shape.min, shape.max) {
        (Some(min), _) if length < min => {
            vec![format!("Member must have length greater than or equal to {min}")]
        }
        (_, Some(max)) if length > max => {
            vec![format!("Member must have length less than or equal to {max}")]
        }
        _ => Vec::new(),
    }
}

/// The constraints of an element, told of the list or map around it.
fn all(name: &str, shape: &Shape) -> String {
    if let Some(words) = &shape.words {
        return enumeration(name, words);
    }
    let (min, max) = (shape.min.expect("a bound"), shape.max.expect("a bound"));
    format!(
        "Member must have length less than or equal to {max}, Member must have length greater than or equal to {min}"
    )
}

fn bounds(name: &str, shape: &Shape, number: i64) -> Vec<String> {
    let known = BOUNDS.iter().find(|(shape, ..)| *shape == name);
    let (min, max) = known.map_or((shape.min, shape.max), |(_, min, max)| (Some(*min), Some(*max)));
    match (min, max) {
        (Some(min), _) if number < min => {
            vec![format!("Member must have value greater than or equal to {min}")]
        }
        (_, Some(max)) if number > max => vec![format!("Member must have value less than or equal to {max}")],
        _ => Vec::new(),
    }
}

/// How the exception shows a value, without the quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(_) => number(value).to_string(),
        Value::Bytes(bytes) => {
            format!("java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.len())
        }
        Value::Array(list) => {
            let elements: Vec<String> = list.iter().map(shown).collect();
            format!("[{}]", elements.join(", "))
        }
        // A map shows its entries, a structure in a list what Java's objects show.
        Value::Map(map) if map.iter().all(|(_, value)| value.is_text()) => {
            let entries: Vec<String> =
                map.iter().map(|(key, value)| format!("{}={}", text(key), text(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Map(_) => "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310".to_owned(),
        other => panic!("no exception shows {other:?}"),
    }
}
