//! The functions that may end a path: `$.records.length()` and the like.
//!
//! What must stay true: a function over a value of another kind finds nothing, it does not fail.

use crate::json::Json;

#[derive(Debug, Clone, Copy)]
pub(super) enum Function {
    Length,
    Min,
    Max,
    Average,
    Sum,
    Keys,
    First,
    Last,
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Self::Length,
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" => Self::Average,
            "sum" => Self::Sum,
            "keys" => Self::Keys,
            "first" => Self::First,
            "last" => Self::Last,
            _ => return None,
        })
    }

    pub(super) fn of(self, value: &Json) -> Option<Json> {
        match self {
            Self::Length => match value {
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
            Self::Min => numbers(value)?.into_iter().reduce(f64::min).map(Json::Double),
            Self::Max => numbers(value)?.into_iter().reduce(f64::max).map(Json::Double),
            Self::Sum => Some(Json::Double(numbers(value)?.iter().sum())),
            Self::Average => {
                let numbers = numbers(value)?;
                Some(Json::Double(numbers.iter().sum::<f64>() / numbers.len() as f64))
            }
        }
    }
}

fn count(value: usize) -> Json {
    Json::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn array(value: &Json) -> Option<&[Json]> {
    if let Json::Array(items) = value { Some(items) } else { None }
}

/// The numbers of an array, `None` when there are none.
fn numbers(value: &Json) -> Option<Vec<f64>> {
    let numbers: Vec<f64> = array(value)?.iter().filter_map(Json::as_f64).collect();
    (!numbers.is_empty()).then_some(numbers)
}
