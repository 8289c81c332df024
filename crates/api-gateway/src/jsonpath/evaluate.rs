//! Evaluating a path: one pass over the steps, each turning the values found so far into the next ones.
//!
//! What must stay true: every value looked at is counted against `limits::JSONPATH_VISITS_MAX`, so no path and no payload, however
//! they multiply, holds a thread for long.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::function::{Argument, Function};
use super::{JsonPath, JsonPathError, Step};
use crate::json::Json;
use crate::limits::JSONPATH_VISITS_MAX;

type Found<'a> = Vec<Cow<'a, Json>>;

pub(super) fn evaluate<'a>(
    path: &JsonPath,
    start: &'a Json,
    root: &'a Json,
) -> Result<Option<Cow<'a, Json>>, JsonPathError> {
    Visits { left: JSONPATH_VISITS_MAX, path: &path.text }.evaluate(path, start, root)
}

/// How many values may still be looked at.
pub(super) struct Visits<'p> {
    left: usize,
    path: &'p str,
}

impl Visits<'_> {
    pub(super) fn evaluate<'a>(
        &mut self,
        path: &JsonPath,
        start: &'a Json,
        root: &'a Json,
    ) -> Result<Option<Cow<'a, Json>>, JsonPathError> {
        let mut found: Found<'a> = vec![Cow::Borrowed(start)];
        let mut is_definite = true;
        let mut steps = path.steps.iter().peekable();
        while let Some(step) = steps.next() {
            if let Step::Function(function) = step {
                let whole = if is_definite { found.pop() } else { Some(Cow::Owned(array_of(found))) };
                let arguments = self.arguments(function, root)?;
                let result = whole.and_then(|value| function.name.of(&value, arguments));
                found = result.map(Cow::Owned).into_iter().collect();
                is_definite = true;
                continue;
            }
            is_definite =
                is_definite && JsonPath { text: String::new(), steps: vec![step.clone()] }.is_definite();
            let is_scanned_filter = matches!((step, steps.peek()), (Step::Scan, Some(Step::Filter(_))));
            let mut next = Vec::new();
            for value in found {
                self.step(step, value, root, &mut next)?;
            }
            found = next;
            if let (true, Some(Step::Filter(predicate))) = (is_scanned_filter, steps.peek()) {
                found = self.matching_objects(predicate, found, root)?;
                steps.next();
            }
        }
        if is_definite { Ok(found.pop()) } else { Ok(Some(Cow::Owned(array_of(found)))) }
    }

    /// What a function's arguments stand for; a path that finds nothing stands for nothing.
    fn arguments(&mut self, function: &Function, root: &Json) -> Result<Vec<Json>, JsonPathError> {
        let mut values = Vec::with_capacity(function.arguments.len());
        for argument in &function.arguments {
            match argument {
                Argument::Literal(value) => values.push(value.clone()),
                Argument::Path(path) => {
                    self.visit(1)?;
                    values.extend(self.evaluate(path, root, root)?.map(Cow::into_owned));
                }
            }
        }
        Ok(values)
    }

    /// After `..` a filter tests every object once, whether it is a member or an item.
    fn matching_objects<'a>(
        &mut self,
        predicate: &super::filter::Predicate,
        found: Found<'a>,
        root: &Json,
    ) -> Result<Found<'a>, JsonPathError> {
        let mut matching = Vec::new();
        for value in found {
            if matches!(*value, Json::Object(_)) && predicate.accepts(&value, root, self)? {
                matching.push(value);
            }
        }
        Ok(matching)
    }

    fn step<'a>(
        &mut self,
        step: &Step,
        value: Cow<'a, Json>,
        root: &Json,
        next: &mut Found<'a>,
    ) -> Result<(), JsonPathError> {
        self.visit(1)?;
        match step {
            Step::Properties(names) => next.extend(properties(value, names)),
            Step::Wildcard => {
                let children = children(value);
                self.visit(children.len())?;
                next.extend(children);
            }
            Step::Indexes(indexes) => {
                if let Json::Array(items) = &*value {
                    let at = indexes.iter().filter_map(|&index| position(index, items.len()));
                    let picked: Vec<usize> = at.collect();
                    next.extend(items_at(value, &picked));
                }
            }
            Step::Slice(from, to) => {
                if let Json::Array(items) = &*value {
                    let from = from.map_or(0, |from| clamped(from, items.len()));
                    let to = to.map_or(items.len(), |to| clamped(to, items.len()));
                    let picked: Vec<usize> = (from..to).collect();
                    self.visit(picked.len())?;
                    next.extend(items_at(value, &picked));
                }
            }
            Step::Filter(predicate) => self.filter(predicate, value, root, next)?,
            Step::Scan => self.scan(value, next)?,
            Step::Function(_) => {}
        }
        Ok(())
    }

    /// A filter tests the items of an array, and an object as a whole.
    fn filter<'a>(
        &mut self,
        predicate: &super::filter::Predicate,
        value: Cow<'a, Json>,
        root: &Json,
        next: &mut Found<'a>,
    ) -> Result<(), JsonPathError> {
        match &*value {
            Json::Array(_) => {
                for item in children(value) {
                    self.visit(1)?;
                    if predicate.accepts(&item, root, self)? {
                        next.push(item);
                    }
                }
            }
            Json::Object(_) if predicate.accepts(&value, root, self)? => next.push(value),
            _ => {}
        }
        Ok(())
    }

    /// The value and all arrays and objects below it, parents first. Values in the tree stay borrowed.
    fn scan<'a>(&mut self, value: Cow<'a, Json>, next: &mut Found<'a>) -> Result<(), JsonPathError> {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            self.visit(1)?;
            let below = children(value.clone());
            self.visit(below.len())?;
            open.extend(
                below.into_iter().rev().filter(|child| matches!(**child, Json::Array(_) | Json::Object(_))),
            );
            next.push(value);
        }
        Ok(())
    }

    fn visit(&mut self, count: usize) -> Result<(), JsonPathError> {
        self.left = self.left.checked_sub(count).ok_or_else(|| JsonPathError::TooManyVisits {
            path: self.path.to_owned(),
            limit: JSONPATH_VISITS_MAX,
        })?;
        Ok(())
    }
}

fn array_of(found: Found<'_>) -> Json {
    Json::Array(found.into_iter().map(Cow::into_owned).collect())
}

/// One name gives its value; several give an object of those that are there.
fn properties<'a>(value: Cow<'a, Json>, names: &[String]) -> Option<Cow<'a, Json>> {
    if let [name] = names {
        return match value {
            Cow::Borrowed(Json::Object(members)) => members.get(name).map(Cow::Borrowed),
            Cow::Owned(Json::Object(mut members)) => members.swap_remove(name).map(Cow::Owned),
            _ => None,
        };
    }
    let Json::Object(members) = &*value else { return None };
    let picked: IndexMap<String, Json> = names
        .iter()
        .filter_map(|name| members.get_key_value(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Some(Cow::Owned(Json::Object(picked)))
}

fn children(value: Cow<'_, Json>) -> Found<'_> {
    match value {
        Cow::Borrowed(Json::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Json::Object(members)) => members.values().map(Cow::Borrowed).collect(),
        Cow::Owned(Json::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
        Cow::Owned(Json::Object(members)) => members.into_values().map(Cow::Owned).collect(),
        _ => Vec::new(),
    }
}

fn items_at<'a>(value: Cow<'a, Json>, picked: &[usize]) -> Found<'a> {
    match value {
        Cow::Borrowed(Json::Array(items)) => {
            picked.iter().filter_map(|&at| items.get(at)).map(Cow::Borrowed).collect()
        }
        Cow::Owned(Json::Array(items)) => {
            picked.iter().filter_map(|&at| items.get(at).cloned()).map(Cow::Owned).collect()
        }
        _ => Vec::new(),
    }
}

fn position(index: i64, length: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add_unsigned(length as u64)? } else { index };
    usize::try_from(at).ok().filter(|&at| at < length)
}

fn clamped(index: i64, length: usize) -> usize {
    let at = if index < 0 { index.saturating_add_unsigned(length as u64) } else { index };
    usize::try_from(at).unwrap_or(0).min(length)
}
