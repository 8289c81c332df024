//! A pipeline's SQL, made into expressions once: one SELECT over `stream`, row by row.
//!
//! sqlparser reads the text, this module gives it Spark's meaning and DataFusion evaluates it. The translation is our own
//! rather than DataFusion's SQL planner, because types, casts and names differ from Spark's in ways that cannot be set right
//! afterwards, and because every refusal then has its line and column. What must stay true: what is not understood is
//! refused, never guessed; no plan needs more than one row at a time.

mod blank;
mod column;
mod dialect;
mod error;
mod expression;
mod functions;
mod interval;
mod literal;
mod operator;
mod query;
mod types;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::logical_expr::Expr;

use crate::clean::PrepareError;
use crate::definition::SourceText;

/// One SELECT: a filter, then the columns that it makes.
#[derive(Debug)]
pub(crate) struct Selection {
    /// Rows for which this is true go on.
    pub(crate) filter: Option<Expr>,
    /// The columns, over those of the selection before.
    pub(crate) columns: Vec<Expr>,
    /// Names and types of the columns.
    pub(crate) schema: SchemaRef,
}

/// The selections that the SQL stands for, innermost first. An error names the file, line and column.
pub(crate) fn plan(sql: &SourceText, stream: &SchemaRef) -> Result<Vec<Selection>, PrepareError> {
    query::selections(&sql.text, stream).map_err(|error| error.into_prepare_error(&sql.file))
}

#[cfg(test)]
mod tests;
