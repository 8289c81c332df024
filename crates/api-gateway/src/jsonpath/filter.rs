//! Filters, `[?(..)]`: what they are made of and when a value passes.
//!
//! What must stay true: comparing values of different kinds is false, never an error.

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
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
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
                Ok(match value {
                    Some(Json::String(text)) => pattern.is_match(&text),
                    Some(other @ (Json::Int(_) | Json::Double(_) | Json::Bool(_))) => {
                        pattern.is_match(&other.to_string())
                    }
                    _ => false,
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
    Ok(visits.evaluate(path, start, root)?.map(std::borrow::Cow::into_owned))
}

impl Relation {
    fn holds(self, left: Option<&Json>, right: Option<&Json>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            return self == Self::NotEqual && left.is_some() != right.is_some();
        };
        match self {
            Self::Equal => equal(left, right),
            Self::NotEqual => !equal(left, right),
            Self::Less => order(left, right) == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order(left, right) == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
            Self::In => contains(right, left),
            Self::NotIn => !contains(right, left),
            Self::SubsetOf => items(left).is_some_and(|items| items.iter().all(|item| contains(right, item))),
            Self::AnyOf => items(left).is_some_and(|items| items.iter().any(|item| contains(right, item))),
            Self::NoneOf => items(left).is_some_and(|items| !items.iter().any(|item| contains(right, item))),
            Self::Contains => match (left, right) {
                (Json::String(text), Json::String(part)) => text.contains(part.as_str()),
                _ => contains(left, right),
            },
            Self::Size => size(left).is_some_and(|size| right.as_f64() == Some(size as f64)),
            Self::Empty => size(left).is_some_and(|size| Json::Bool(size == 0) == *right),
        }
    }
}

fn equal(left: &Json, right: &Json) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right) == Ordering::Equal,
        _ => left == right,
    }
}

fn order(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn items(value: &Json) -> Option<&[Json]> {
    if let Json::Array(items) = value { Some(items) } else { None }
}

fn contains(list: &Json, value: &Json) -> bool {
    items(list).is_some_and(|items| items.iter().any(|item| equal(item, value)))
}

fn size(value: &Json) -> Option<usize> {
    match value {
        Json::Array(items) => Some(items.len()),
        Json::String(text) => Some(text.chars().count()),
        Json::Object(members) => Some(members.len()),
        _ => None,
    }
}
