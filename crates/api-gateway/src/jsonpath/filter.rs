//! Filters, `[?(..)]`: what they are made of and when a value passes.
//!
//! What must stay true: comparing values that cannot be compared is false, never an error. The rules are those of Jayway's
//! `EvaluatorFactory`: a number and a text are equal when one reads as the other, and a path that finds nothing differs from
//! everything and is in no list.

use std::borrow::Cow;
use std::cmp::Ordering;

use regex::Regex;

use super::evaluate::Visits;
use super::{JsonPath, JsonPathError};
use crate::json::Json;

#[derive(Debug, Clone)]
pub(super) enum Predicate {
    Any(Vec<Predicate>),
    All(Vec<Predicate>),
    Not(Box<Predicate>),
    /// `@.x`: the path finds something, be it null.
    Exists(JsonPath, Root),
    Compare(Operand, Relation, Operand),
    Matches(Operand, Regex),
}

#[derive(Debug, Clone)]
pub(super) enum Operand {
    Path(JsonPath, Root),
    Literal(Json),
}

/// Where a path inside a filter starts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Root {
    Document,
    Current,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    /// `===`: equal and of one kind.
    Same,
    NotSame,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    All,
    SubsetOf,
    AnyOf,
    NoneOf,
    Contains,
    Size,
    Empty,
}

impl Predicate {
    pub(super) fn accepts(
        &self,
        current: &Json,
        root: &Json,
        visits: &mut Visits<'_>,
    ) -> Result<bool, JsonPathError> {
        match self {
            Self::Any(parts) => {
                for part in parts {
                    if part.accepts(current, root, visits)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::All(parts) => {
                for part in parts {
                    if !part.accepts(current, root, visits)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Not(part) => Ok(!part.accepts(current, root, visits)?),
            Self::Exists(path, from) => Ok(find(path, *from, current, root, visits)?.is_some()),
            Self::Compare(left, relation, right) => {
                let left = left.value(current, root, visits)?;
                let right = right.value(current, root, visits)?;
                Ok(relation.holds(left.as_ref(), right.as_ref()))
            }
            Self::Matches(operand, pattern) => {
                let value = operand.value(current, root, visits)?;
                Ok(match &value {
                    Some(Json::Array(items)) => {
                        items.iter().any(|item| pattern.is_match(&matched_text(Some(item))))
                    }
                    value => pattern.is_match(&matched_text(value.as_ref())),
                })
            }
        }
    }
}

impl Operand {
    fn value(
        &self,
        current: &Json,
        root: &Json,
        visits: &mut Visits<'_>,
    ) -> Result<Option<Json>, JsonPathError> {
        match self {
            Self::Literal(value) => Ok(Some(value.clone())),
            Self::Path(path, from) => find(path, *from, current, root, visits),
        }
    }
}

fn find(
    path: &JsonPath,
    from: Root,
    current: &Json,
    root: &Json,
    visits: &mut Visits<'_>,
) -> Result<Option<Json>, JsonPathError> {
    let start = match from {
        Root::Document => root,
        Root::Current => current,
    };
    Ok(visits.evaluate(path, start, root)?.map(Cow::into_owned))
}

impl Relation {
    fn holds(self, left: Option<&Json>, right: Option<&Json>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            let is_in_no_list = self == Self::NotIn && right.is_some();
            return matches!(self, Self::NotEqual | Self::NotSame) || is_in_no_list;
        };
        match self {
            Self::Equal => equal(left, right),
            Self::NotEqual => !equal(left, right),
            Self::Same => is_of_one_kind(left, right) && equal(left, right),
            Self::NotSame => !(is_of_one_kind(left, right) && equal(left, right)),
            Self::Less => order(left, right) == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order(left, right) == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
            Self::In => contains(right, left),
            Self::NotIn => !contains(right, left),
            Self::All => match left {
                Json::Array(_) => items(right).is_some_and(|all| all.iter().all(|item| contains(left, item))),
                left => matches!(left, Json::Object(_)),
            },
            Self::SubsetOf => items(left).is_some_and(|items| items.iter().all(|item| contains(right, item))),
            Self::AnyOf => items(left).is_some_and(|items| items.iter().any(|item| contains(right, item))),
            Self::NoneOf => items(left).is_some_and(|items| !items.iter().any(|item| contains(right, item))),
            Self::Contains => match (left, right) {
                (Json::String(text), Json::String(part)) => text.contains(part.as_str()),
                _ => contains(left, right),
            },
            Self::Size => size(left).is_some_and(|size| right.as_f64() == Some(size as f64)),
            Self::Empty => is_empty(left).is_some_and(|is_empty| Json::Bool(is_empty) == *right),
        }
    }
}

/// The text that a pattern is matched against; nothing and what has no text are the empty one.
fn matched_text(value: Option<&Json>) -> Cow<'_, str> {
    match value {
        Some(Json::String(text)) => Cow::Borrowed(text),
        None | Some(Json::Null | Json::Array(_) | Json::Object(_)) => Cow::Borrowed(""),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

fn equal(left: &Json, right: &Json) -> bool {
    match (left, right, left.as_f64(), right.as_f64()) {
        (_, _, Some(left), Some(right)) => left.total_cmp(&right) == Ordering::Equal,
        (Json::String(left), number, _, Some(_)) => *left == number.to_string(),
        (_, Json::String(right), Some(left), _) => is_decimal(right) && right.parse() == Ok(left),
        _ => left == right,
    }
}

/// Whether a text is a number in Java's notation: no blanks, no `inf`, no `NaN`.
fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
}

fn is_of_one_kind(left: &Json, right: &Json) -> bool {
    (left.as_f64().is_some() && right.as_f64().is_some())
        || std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// A number and a text are ordered as texts.
fn order(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
        (Json::String(left), right) if right.as_f64().is_some() => Some(left.cmp(&right.to_string())),
        (left, Json::String(right)) if left.as_f64().is_some() => Some(left.to_string().cmp(right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn items(value: &Json) -> Option<&[Json]> {
    if let Json::Array(items) = value { Some(items) } else { None }
}

fn contains(list: &Json, value: &Json) -> bool {
    items(list).is_some_and(|items| items.iter().any(|item| equal(value, item)))
}

/// Of a text in UTF-16 units; objects have none.
fn size(value: &Json) -> Option<usize> {
    match value {
        Json::Array(items) => Some(items.len()),
        Json::String(text) => Some(text.encode_utf16().count()),
        _ => None,
    }
}

fn is_empty(value: &Json) -> Option<bool> {
    match value {
        Json::Array(items) => Some(items.is_empty()),
        Json::String(text) => Some(text.is_empty()),
        Json::Object(members) => Some(members.is_empty()),
        _ => None,
    }
}
