//! Why the source cannot be opened or read. What must stay true: no error shows a password.

use thiserror::Error;

/// Why the source cannot be opened or read.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The SQLite file cannot be opened.
    #[error("cannot open the source database {file}: {source}")]
    Open {
        /// The SQLite file.
        file: String,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The database server cannot be reached, or does not let us in.
    #[error("cannot connect to {server}: {source}; {advice}")]
    Connect {
        /// Kind, host, port, user and database.
        server: String,
        /// What to do.
        advice: &'static str,
        /// What the server or the system said.
        source: sqlx::Error,
    },
    /// The database server does not answer.
    #[error(
        "{server} did not answer within {seconds} s; check HOST, PORT and DRIVER, and what stands between here and there"
    )]
    NoAnswer {
        /// Kind, host, port, user and database.
        server: String,
        /// How long was waited.
        seconds: u64,
    },
    /// There is no such table, or it is hidden from this user.
    #[error("there is no table {table} that this user may read in {server}")]
    NoTable {
        /// The table.
        table: String,
        /// Kind, host, port, user and database.
        server: String,
    },
    /// A column's type has no JSON form.
    #[error(
        "column {column} of table {table} has type {type_name}, which has no JSON form here; make a view that casts it \
         to text and name the view in place of the table"
    )]
    UnknownType {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The type, as the database names it.
        type_name: String,
    },
    /// The column that gives the partition key is not there.
    #[error("table {table} has no column {column}, which is to be its key; its columns are {columns}")]
    NoKeyColumn {
        /// The table.
        table: String,
        /// The column that was configured as key.
        column: String,
        /// The columns that there are.
        columns: String,
    },
    /// A table is missing or cannot be read.
    #[error("cannot read table {table} of the source database: {source}")]
    Table {
        /// The table.
        table: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A table has no rows to post.
    #[error("table {table} of the source database is empty")]
    Empty {
        /// The table.
        table: String,
    },
    /// The key of a row is null.
    #[error(
        "row {row_number} of table {table} has no value in column {column}, which is to be its partition key"
    )]
    NoKey {
        /// The table.
        table: String,
        /// Counted from 0.
        row_number: u64,
        /// The column that was configured as key.
        column: String,
    },
    /// A value cannot be read as what the database says it is, such as text that is not UTF-8.
    #[error("row {row_number} of table {table}, column {column}: {source}")]
    Column {
        /// The table.
        table: String,
        /// Counted from 0.
        row_number: u64,
        /// The column.
        column: String,
        /// What is wrong with it.
        source: sqlx::Error,
    },
    /// The table shrank since it was opened.
    #[error(
        "row {row_number} of table {table} is gone; the source database must not shrink while posts are taken from it"
    )]
    RowGone {
        /// The table.
        table: String,
        /// Counted from 0.
        row_number: u64,
    },
    /// A range of keys was asked for of a table that has no keys to count with.
    #[error(
        "table {table} cannot be read by key range: column {column} does not hold whole numbers, each once"
    )]
    NoKeyRange {
        /// The table.
        table: String,
        /// The column that was configured as key.
        column: String,
    },
    /// No row has a key in the range.
    #[error("table {table} has no row whose key {column} is from {first} to {last}")]
    EmptyKeyRange {
        /// The table.
        table: String,
        /// The column that was configured as key.
        column: String,
        /// The first key that was asked for.
        first: i64,
        /// The last key that was asked for.
        last: i64,
    },
}
