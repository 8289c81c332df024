//! The schema of a record's data, written as Spark DDL: `index INT, title STRING NOT NULL COMMENT 'shown'`.
//!
//! Parsing is pure and ends in a value that cannot be wrong: at least one column, no name twice, types nested no deeper
//! than [`SCHEMA_DEPTH_MAX`](crate::limits::SCHEMA_DEPTH_MAX). What must stay true: types are Spark's, as
//! <https://spark.apache.org/docs/latest/sql-ref-datatypes.html> names them, and each has exactly one Arrow type here.

mod parser;
mod token;
mod types;

pub(crate) use types::{DataType, Field, Schema, entries_field, item_field, timestamp_type};

use crate::clean::PrepareError;
use crate::definition::SourceText;

impl Schema {
    /// Reads Spark DDL. An error names the file, line and column and what would be right there.
    pub(crate) fn parse(ddl: &SourceText) -> Result<Self, PrepareError> {
        parser::parse(&ddl.text).map_err(|error| error.into_prepare_error(ddl))
    }
}

#[cfg(test)]
mod tests;
