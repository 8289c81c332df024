//! JSON Schema draft 4, as models are written in it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>
//!
//! A schema is compiled once, with all that its references reach ([`Schema::compile`]), and then checks payloads
//! ([`Schema::check`]). `format` checks nothing, as on AWS. What must stay true: nothing is fetched from anywhere; compiling and
//! checking end within the limits of `limits.rs`, whatever the schema refers to, itself included.

mod check;
mod compile;
mod equality;

use indexmap::IndexMap;
use regex::Regex;

use crate::json::Json;
use crate::model::Model;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Schema {
    nodes: Vec<Node>,
    root: usize,
}

/// Why a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("model '{model}': {reason}")]
pub(crate) struct SchemaError {
    pub(crate) model: String,
    pub(crate) reason: String,
}

/// A check that ran out of limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("checking the payload against its model needs more than {limit} {unit}")]
pub(crate) struct CheckLimit {
    limit: usize,
    unit: &'static str,
}

impl Schema {
    /// Compiles the model `name` with the models that it refers to.
    pub(crate) fn compile(name: &str, models: &IndexMap<String, Model>) -> Result<Self, SchemaError> {
        compile::compile(name, models)
    }

    /// What is wrong with `payload`, in the words of AWS's validator; empty when nothing is.
    pub(crate) fn check(&self, payload: &Json) -> Result<Vec<String>, CheckLimit> {
        check::check(self, payload)
    }
}

/// One schema. A keyword that is not there allows everything.
#[derive(Debug, Default)]
struct Node {
    reference: Option<usize>,
    types: Vec<Type>,
    enumeration: Option<Vec<Json>>,
    minimum: Option<Bound>,
    maximum: Option<Bound>,
    multiple_of: Option<f64>,
    lengths: Range,
    pattern: Option<(String, Regex)>,
    items: Items,
    additional_items: Additional,
    item_counts: Range,
    has_unique_items: bool,
    properties: IndexMap<String, usize>,
    pattern_properties: Vec<(Regex, usize)>,
    additional_properties: Additional,
    required: Vec<String>,
    property_counts: Range,
    dependencies: Vec<(String, Dependency)>,
    all_of: Vec<usize>,
    any_of: Vec<usize>,
    one_of: Vec<usize>,
    not: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Array,
    Boolean,
    Integer,
    Null,
    Number,
    Object,
    String,
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    value: f64,
    is_exclusive: bool,
}

/// How many there may be.
#[derive(Debug, Clone, Copy, Default)]
struct Range {
    min: Option<usize>,
    max: Option<usize>,
}

#[derive(Debug, Default)]
enum Items {
    #[default]
    Any,
    /// Each like this.
    All(usize),
    /// One after the other like these.
    Each(Vec<usize>),
}

/// What is not named otherwise.
#[derive(Debug, Default)]
enum Additional {
    #[default]
    Allowed,
    Refused,
    Like(usize),
}

/// What must be there when a property is.
#[derive(Debug)]
enum Dependency {
    Properties(Vec<String>),
    Schema(usize),
}

impl Type {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Array, "array"),
        (Self::Boolean, "boolean"),
        (Self::Integer, "integer"),
        (Self::Null, "null"),
        (Self::Number, "number"),
        (Self::Object, "object"),
        (Self::String, "string"),
    ];

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Boolean,
            Json::Int(_) | Json::BigInt(_) => Self::Integer,
            Json::Double(_) | Json::Decimal(_) => Self::Number,
            Json::String(_) => Self::String,
            Json::Array(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }
}

#[cfg(test)]
mod tests;
