//! The functions that may end a path: `$.records.length()` and the like, as Jayway has them.
//!
//! What must stay true: a function over a value of another kind finds nothing, it does not fail. Numbers among the arguments of
//! `min`, `max`, `avg`, `stddev` and `sum` count as items do.

use super::JsonPath;
use crate::json::Json;

/// A function with its arguments.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: Name,
    pub(super) arguments: Vec<Argument>,
}

/// An argument: JSON, or a path that starts at the document.
#[derive(Debug, Clone)]
pub(super) enum Argument {
    Literal(Json),
    Path(JsonPath),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Length,
    Min,
    Max,
    Average,
    StandardDeviation,
    Sum,
    Keys,
    Concat,
    Append,
    First,
    Last,
    Index,
}

impl Name {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Self::Length,
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" => Self::Average,
            "stddev" => Self::StandardDeviation,
            "sum" => Self::Sum,
            "keys" => Self::Keys,
            "concat" => Self::Concat,
            "append" => Self::Append,
            "first" => Self::First,
            "last" => Self::Last,
            "index" => Self::Index,
            _ => return None,
        })
    }

    /// What the function gives for a value and for what its arguments stand for.
    pub(super) fn of(self, value: &Json, arguments: Vec<Json>) -> Option<Json> {
        match self {
            Self::Length => match arguments.first().unwrap_or(value) {
                Json::Array(items) => Some(count(items.len())),
                Json::Object(members) => Some(count(members.len())),
                Json::String(text) => Some(count(text.encode_utf16().count())),
                _ => None,
            },
            Self::Keys => match value {
                Json::Object(members) => {
                    Some(Json::Array(members.keys().map(|key| Json::String(key.clone())).collect()))
                }
                _ => None,
            },
            Self::First => array(value)?.first().cloned(),
            Self::Last => array(value)?.last().cloned(),
            Self::Index => {
                let [Json::Int(place)] = arguments.as_slice() else { return None };
                let items = array(value)?;
                let place =
                    if *place < 0 { place.checked_add(i64::try_from(items.len()).ok()?)? } else { *place };
                items.get(usize::try_from(place).ok()?).cloned()
            }
            Self::Concat => Some(Json::String(concatenated(value, &arguments))),
            Self::Append => {
                let mut items = array(value)?.to_vec();
                items.extend(arguments);
                Some(Json::Array(items))
            }
            Self::Min | Self::Max | Self::Average | Self::StandardDeviation | Self::Sum => {
                let numbers = numbers(value, &arguments)?;
                self.of_numbers(&numbers).map(Json::Double)
            }
        }
    }

    /// The aggregate of at least one number.
    fn of_numbers(self, numbers: &[f64]) -> Option<f64> {
        let sum = || numbers.iter().sum::<f64>();
        let length = numbers.len() as f64;
        match self {
            Self::Min => numbers.iter().copied().reduce(f64::min),
            Self::Max => numbers.iter().copied().reduce(f64::max),
            Self::Sum => Some(sum()),
            Self::Average => Some(sum() / length),
            Self::StandardDeviation => {
                let squares = numbers.iter().map(|number| number * number).sum::<f64>();
                Some((squares / length - sum() * sum() / length / length).sqrt())
            }
            _ => None,
        }
    }
}

/// The texts among the items and the arguments, one after the other.
fn concatenated(value: &Json, arguments: &[Json]) -> String {
    let items = array(value).unwrap_or_default();
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Array(_) | Json::Object(_) | Json::Null => String::new(),
        other => other.to_string(),
    };
    let of_items = items.iter().filter(|item| matches!(item, Json::String(_))).map(text);
    of_items.chain(flattened(arguments).map(text)).collect()
}

/// The arguments, and of those that are arrays the items.
fn flattened(arguments: &[Json]) -> impl Iterator<Item = &Json> {
    arguments.iter().flat_map(|argument| match argument {
        Json::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    })
}

fn count(value: usize) -> Json {
    Json::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn array(value: &Json) -> Option<&[Json]> {
    if let Json::Array(items) = value { Some(items) } else { None }
}

/// The numbers of an array and of the arguments, `None` when there are none.
fn numbers(value: &Json, arguments: &[Json]) -> Option<Vec<f64>> {
    let items = array(value).unwrap_or_default();
    let numbers: Vec<f64> = items.iter().chain(flattened(arguments)).filter_map(Json::as_f64).collect();
    (!numbers.is_empty()).then_some(numbers)
}
