//! What can be wrong with a query.

use crate::table::TableError;

/// Why a query gave no result.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The text is not SQL.
    #[error("the query does not parse: {message}")]
    Parse {
        /// The parser's words, with line and column.
        message: String,
    },
    /// The text holds no statement or several.
    #[error("one statement at a time: there are {found}")]
    StatementCount {
        /// How many there are.
        found: usize,
    },
    /// The statement would change something.
    #[error("{found} is refused: tables are only read here, with SELECT, WITH, SHOW, DESCRIBE or EXPLAIN")]
    ReadOnly {
        /// The statement's first word.
        found: String,
    },
    /// The query names a table that is not there.
    #[error("there is no table {name:?}{hint}")]
    UnknownTable {
        /// The name as given.
        name: String,
        /// `; did you mean "x"? the tables are ..`
        hint: String,
    },
    /// The directory of the tables cannot be read.
    #[error("the tables cannot be listed: {source}")]
    List {
        /// Names the path.
        source: std::io::Error,
    },
    /// A table cannot be opened.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Planning or running the query failed.
    #[error("the query failed: {message}")]
    Run {
        /// DataFusion's words.
        message: String,
    },
    /// The result cannot be written out.
    #[error("the result cannot be written: {message}")]
    Write {
        /// What the writer said.
        message: String,
    },
}

impl From<datafusion::error::DataFusionError> for QueryError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::Run { message: error.strip_backtrace() }
    }
}
