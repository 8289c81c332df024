//! JSON inside a column: what `from_json` and `get_json_object` make of a text.
//!
//! What must stay true: the rules are those by which records are decoded; a text that is no JSON is null (of a STRUCT, a struct
//! of nulls), never an error.

use std::borrow::Cow;

use datafusion::arrow::array::{Array, ArrayRef, StringArray};
use datafusion::arrow::error::ArrowError;

use super::builder::Column;
use super::scan::{Kind, Scanner, Value};
use super::value::Reading;
use super::{text, value};
use crate::definition::{DecodeOptions, JsonOptions};
use crate::schema::DataType;

/// `from_json`: a column of `data_type` out of texts; of the options the formats of times and dates count.
pub(crate) fn from_json(
    texts: &StringArray,
    data_type: &DataType,
    options: &DecodeOptions,
) -> Result<ArrayRef, ArrowError> {
    let reading = Reading::new(options);
    let mut column = Column::new(data_type, texts.len());
    let nothing = Value { kind: Kind::Object, text: "{}" };
    for text in texts {
        let root = text.filter(|text| !text.trim().is_empty()).map(root);
        if let (Some(Some(Value { kind: Kind::Object, text })), DataType::Array(item)) = (root, data_type)
            && matches!(**item, DataType::Struct(_))
        {
            // An object where a list of them is expected is a list of one.
            let list = format!("[{text}]");
            column.append(Some(Value { kind: Kind::Array, text: &list }), &reading);
            continue;
        }
        let cell = match (root, data_type) {
            (None, _) => None,
            (Some(Some(root)), DataType::Struct(_)) if root.kind == Kind::Object => Some(root),
            // What is no object makes a struct of nulls.
            (Some(_), DataType::Struct(_)) => Some(nothing),
            (Some(root), _) => root.filter(|root| value::fits(data_type, *root, &reading)),
        };
        column.append(cell, &reading);
    }
    column.finish()
}

fn root(text: &str) -> Option<Value<'_>> {
    Scanner::new(text, JsonOptions::default()).value(0).ok()
}

/// A path as `get_json_object` takes it: `$.a.b[0]['c'][*]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonPath(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Item(usize),
    Every,
}

impl JsonPath {
    /// `None` for a text that is no path; Spark then gives null for every record.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let mut rest = path.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let step;
            if let Some(quoted) = rest.strip_prefix("['") {
                let (name, after) = quoted.split_once("']")?;
                (step, rest) = (Step::Member(name.to_owned()), after);
            } else if let Some(bracketed) = rest.strip_prefix('[') {
                let (index, after) = bracketed.split_once(']')?;
                let found = if index == "*" { Step::Every } else { Step::Item(index.parse().ok()?) };
                (step, rest) = (found, after);
            } else {
                let named = rest.strip_prefix('.')?;
                let end = named.find(['.', '[']).unwrap_or(named.len());
                let (name, after) = named.split_at(end);
                if name.is_empty() || name == "*" {
                    return None;
                }
                (step, rest) = (Step::Member(name.to_owned()), after);
            }
            steps.push(step);
        }
        Some(Self(steps))
    }

    /// What the path leads to in a text of JSON: a string as it is, anything else as JSON.
    pub(crate) fn find(&self, text: &str) -> Option<String> {
        let root = root(text)?;
        let Some(until) = self.0.iter().position(|step| *step == Step::Every) else {
            return one(root, &self.0).map(|found| match found.kind {
                Kind::PlainString | Kind::EscapedString => text::unescape(found.text).into_owned(),
                _ => json(found),
            });
        };
        let list = one(root, &self.0[..until]).filter(|found| found.kind == Kind::Array)?;
        let found: Vec<String> =
            value::items(list).into_iter().filter_map(|item| inside(item, &self.0[until + 1..])).collect();
        match found.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(format!("[{}]", several.join(","))),
        }
    }
}

/// The value at the end of steps without `[*]`. A member that is null is none, an item that is null is one.
fn one<'a>(from: Value<'a>, steps: &[Step]) -> Option<Value<'a>> {
    let Some((step, rest)) = steps.split_first() else { return Some(from) };
    match step {
        Step::Member(name) if from.kind == Kind::Object => value::members(from)
            .into_iter()
            .filter(|(key, value)| key == name && value.kind != Kind::Null)
            .find_map(|(_, value)| one(value, rest)),
        Step::Item(at) if from.kind == Kind::Array => one(*value::items(from).get(*at)?, rest),
        _ => None,
    }
}

/// The value at the end of steps as JSON; of a further `[*]` a list, with one item too.
fn inside(from: Value<'_>, steps: &[Step]) -> Option<String> {
    let Some(until) = steps.iter().position(|step| *step == Step::Every) else {
        return one(from, steps).map(json);
    };
    let list = one(from, &steps[..until]).filter(|found| found.kind == Kind::Array)?;
    let items = value::items(list).into_iter().filter_map(|item| inside(item, &steps[until + 1..]));
    Some(format!("[{}]", items.collect::<Vec<_>>().join(",")))
}

fn json(value: Value<'_>) -> String {
    match value.kind {
        Kind::PlainString | Kind::EscapedString => {
            let text: Cow<'_, str> = text::unescape(value.text);
            serde_json::Value::from(text.as_ref()).to_string()
        }
        Kind::Null => "null".to_owned(),
        _ => text::as_string(value).into_owned(),
    }
}

/// How many items an array of JSON has; `None` for anything else.
pub(crate) fn array_length(text: &str) -> Option<i32> {
    let root = root(text).filter(|root| root.kind == Kind::Array)?;
    i32::try_from(value::items(root).len()).ok()
}
