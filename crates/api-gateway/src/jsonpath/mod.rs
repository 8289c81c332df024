//! JSONPath in Jayway's dialect, which is what `$input.path`, `$input.json` and body mappings speak.
//!
//! A path without `*`, `..`, slices, filters or several indexes is definite: it names one value or none. Any other path
//! gives an array of what it found, empty when it found nothing. What must stay true: parsing and evaluating end within the
//! limits of `limits.rs`, and an evaluation changes nothing.
//!
//! Behaviour follows <https://github.com/json-path/JsonPath>.

mod evaluate;
mod filter;
mod filter_parse;
mod function;
mod parse;

use std::borrow::Cow;

use crate::json::Json;

/// Why a JSONPath cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonPathError {
    #[error("JSONPath '{path}' is wrong at character {column}: {message}")]
    Syntax { path: String, column: usize, message: String },
    #[error("JSONPath '{path}' visited more than {limit} values")]
    TooManyVisits { path: String, limit: usize },
}

/// A parsed path.
#[derive(Debug, Clone)]
pub(crate) struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    /// `.name`, `['name']`, or several names, which make an object of those that are there.
    Properties(Vec<String>),
    /// `.*` or `[*]`.
    Wildcard,
    /// `[1]` or `[0,2]`; a negative index counts from the end.
    Indexes(Vec<i64>),
    /// `[from:to]`, either side open.
    Slice(Option<i64>, Option<i64>),
    /// `[?(..)]`.
    Filter(filter::Predicate),
    /// `..`: this value and everything below it.
    Scan,
    /// `.length()` and the like.
    Function(function::Function),
}

impl JsonPath {
    /// Parses `text`; a path without `$` in front starts at the root as well.
    pub(crate) fn parse(text: &str) -> Result<Self, JsonPathError> {
        parse::parse(text)
    }

    /// The value that the path names in `root`; `None` when a definite path finds nothing.
    pub(crate) fn evaluate<'a>(&self, root: &'a Json) -> Result<Option<Cow<'a, Json>>, JsonPathError> {
        evaluate::evaluate(self, root, root)
    }

    /// Whether the path names at most one value.
    fn is_definite(&self) -> bool {
        !self.steps.iter().any(|step| match step {
            Step::Wildcard | Step::Slice(..) | Step::Filter(_) | Step::Scan => true,
            Step::Indexes(indexes) => indexes.len() > 1,
            Step::Properties(_) | Step::Function(_) => false,
        })
    }
}

#[cfg(test)]
mod tests;
