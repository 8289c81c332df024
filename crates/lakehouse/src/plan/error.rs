//! What is wrong with a SQL text, and where.
//!
//! What must stay true: line and column are from 1; where the parser does not know them they are the beginning.

use datafusion::sql::sqlparser::ast::{Expr, Ident, Spanned};
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use crate::clean::PrepareError;

#[derive(Debug)]
pub(super) struct SqlError {
    line: u64,
    column: u64,
    message: String,
}

pub(super) type Result<T> = std::result::Result<T, SqlError>;

impl SqlError {
    pub(super) fn at(span: Span, message: impl Into<String>) -> Self {
        Self::at_location(span.start, message)
    }

    pub(super) fn at_location(at: Location, message: impl Into<String>) -> Self {
        Self { line: at.line.max(1), column: at.column.max(1), message: message.into() }
    }

    pub(super) fn on<T>(expr: &Expr, message: impl Into<String>) -> Result<T> {
        Err(Self::at(expr.span(), message))
    }

    pub(super) fn on_name<T>(name: &Ident, message: impl Into<String>) -> Result<T> {
        Err(Self::at(name.span, message))
    }

    /// sqlparser says where only at the end of its text: `.. at Line: 3, Column: 14`.
    pub(super) fn of_parser(error: &ParserError) -> Self {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
            ParserError::RecursionLimitExceeded => "the statement is nested too deep",
        };
        let placed = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some((message, line.parse().ok()?, column.parse().ok()?))
        });
        let (message, line, column) = placed.unwrap_or((text, 1, 1));
        let mut characters = message.chars();
        let lower = characters.next().map(|c| c.to_ascii_lowercase().to_string() + characters.as_str());
        Self { line, column, message: lower.unwrap_or_default() }
    }

    pub(super) fn into_prepare_error(self, file: &str) -> PrepareError {
        PrepareError::Sql {
            file: file.to_owned(),
            line: self.line,
            column: self.column,
            message: self.message,
        }
    }
}

/// `; did you mean ..?` when one of the names is near.
pub(super) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let lower = name.to_lowercase();
    let length = name.chars().count();
    let distance_max = (1 + length / 4).min(length.saturating_sub(1));
    let near = known
        .into_iter()
        .map(|other| (strsim::damerau_levenshtein(&lower, &other.to_lowercase()), other))
        .filter(|(distance, _)| *distance <= distance_max)
        .min_by_key(|(distance, _)| *distance);
    near.map_or(String::new(), |(_, other)| format!("; did you mean `{other}`?"))
}
