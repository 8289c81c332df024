//! The definition file as a tree whose every value knows its line and column.
//!
//! What must stay true: size, nesting and alias expansion of the file are bounded before anything is built from it; a number is
//! kept as it was written, so that `version: 1.0` stays `1.0`.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::{ImportProblem, Place};
use crate::json::{self, Json};
use crate::limits::{DEFINITION_BYTES_MAX, DEFINITION_DEPTH_MAX};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    /// Where its text begins and how long it is, in bytes; only known for what a number may be made of.
    written: Option<(usize, usize)>,
    pub(super) value: NodeValue,
}

#[derive(Debug, Clone)]
pub(super) enum NodeValue {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    List(Vec<Node>),
    Map(IndexMap<String, Member>),
}

/// A member of a map: where its key stands, and its value.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) key_place: Place,
    pub(super) node: Node,
}

/// Reads YAML, or JSON, which is YAML.
pub(super) fn read(text: &str) -> Result<Node, (Place, ImportProblem)> {
    if text.len() > DEFINITION_BYTES_MAX {
        let problem = ImportProblem::TooLarge { bytes: text.len(), limit: DEFINITION_BYTES_MAX };
        return Err((Place::default(), problem));
    }
    let options = serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        budget: serde_saphyr::budget! { max_depth: DEFINITION_DEPTH_MAX, max_documents: 1 },
    };
    let read = serde_saphyr::from_str_with_options::<Node>(text, options);
    let mut root = read.map_err(|error| {
        let place = error.location().map_or(Place::default(), place_of);
        (place, ImportProblem::Syntax(first_line(&error.without_snippet().to_string())))
    })?;
    root.keep_numbers_as_written(text);
    Ok(root)
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

fn place_of(location: Location) -> Place {
    Place { line: location.line(), column: location.column() }
}

impl Node {
    /// What kind of value it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "empty",
            NodeValue::Bool(_) => "true or false",
            NodeValue::Number(_) => "a number",
            NodeValue::String(_) => "a text",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a map",
        }
    }

    /// The value as JSON. A number that JSON cannot write, such as `0x10`, stays as a text.
    pub(super) fn to_json(&self) -> Json {
        match &self.value {
            NodeValue::Null => Json::Null,
            NodeValue::Bool(value) => Json::Bool(*value),
            NodeValue::Number(text) => json::parse(text).unwrap_or_else(|_| Json::String(text.clone())),
            NodeValue::String(text) => Json::String(text.clone()),
            NodeValue::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            NodeValue::Map(members) => Json::Object(
                members.iter().map(|(key, member)| (key.clone(), member.node.to_json())).collect(),
            ),
        }
    }

    fn keep_numbers_as_written(&mut self, text: &str) {
        match &mut self.value {
            NodeValue::Number(number) => {
                let written = self.written.and_then(|(start, length)| text.get(start..start + length));
                // What stands there can also be an alias of the number.
                if let Some(written) = written.filter(|written| written.parse::<f64>().is_ok()) {
                    written.clone_into(number);
                }
            }
            NodeValue::List(items) => items.iter_mut().for_each(|item| item.keep_numbers_as_written(text)),
            NodeValue::Map(members) => {
                members.values_mut().for_each(|member| member.node.keep_numbers_as_written(text));
            }
            NodeValue::Null | NodeValue::Bool(_) | NodeValue::String(_) => {}
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<NodeValue>::deserialize(deserializer)?;
        let span = spanned.referenced.span();
        let start = span.byte_offset().and_then(|offset| usize::try_from(offset).ok());
        let length = span.byte_len().and_then(|length| usize::try_from(length).ok());
        Ok(Self { place: place_of(spanned.referenced), written: start.zip(length), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for NodeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = NodeValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<NodeValue, E> {
        Ok(NodeValue::Null)
    }

    fn visit_none<E>(self) -> Result<NodeValue, E> {
        Ok(NodeValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<NodeValue, D::Error> {
        NodeValue::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<NodeValue, E> {
        Ok(NodeValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<NodeValue, E> {
        Ok(NodeValue::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<NodeValue, E> {
        Ok(NodeValue::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<NodeValue, E> {
        Ok(NodeValue::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<NodeValue, E> {
        Ok(NodeValue::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<NodeValue, E> {
        Ok(NodeValue::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<NodeValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(NodeValue::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<NodeValue, A::Error> {
        let mut members = IndexMap::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let node = access.next_value()?;
            members.insert(key.value, Member { key_place: place_of(key.referenced), node });
        }
        Ok(NodeValue::Map(members))
    }
}
