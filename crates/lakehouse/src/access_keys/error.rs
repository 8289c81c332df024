//! What can be wrong with the table of access keys.

use crate::table::TableError;

/// Why there is no access key. No variant holds a value of the table.
#[derive(Debug, thiserror::Error)]
pub enum AccessKeyError {
    /// There is no such table.
    #[error(
        "credentials table {table}: there is no Delta table here; it needs the columns user_name, access_key_id and secret_access_key"
    )]
    NoTable {
        /// Address of the table.
        table: String,
    },
    /// The table has not the columns.
    #[error("credentials table {table}: there is no column {snake_case:?} or {words:?}")]
    NoColumn {
        /// Address of the table.
        table: String,
        /// The column's name as Alluvium writes it.
        snake_case: &'static str,
        /// The column's name as the AWS console shows it.
        words: &'static str,
    },
    /// A column is no text.
    #[error("credentials table {table}: column {column:?} is {found}, not a string")]
    NotText {
        /// Address of the table.
        table: String,
        /// Name of the column.
        column: String,
        /// Its type.
        found: String,
    },
    /// No row is this user's.
    #[error("credentials table {table}: no row has user name {user_name:?} (of {rows} rows)")]
    NoRow {
        /// Address of the table.
        table: String,
        /// The user asked for.
        user_name: String,
        /// How many rows there are.
        rows: usize,
    },
    /// Several rows are this user's.
    #[error(
        "credentials table {table}: {rows} rows have user name {user_name:?}, and which one counts is not said"
    )]
    SeveralRows {
        /// Address of the table.
        table: String,
        /// The user asked for.
        user_name: String,
        /// How many rows are this user's.
        rows: usize,
    },
    /// The user's row has an empty or missing value.
    #[error("credentials table {table}: the row of user {user_name:?} has no value in column {column:?}")]
    Empty {
        /// Address of the table.
        table: String,
        /// The user asked for.
        user_name: String,
        /// Name of the column.
        column: String,
    },
    /// The table has more rows than any account has access keys.
    #[error("credentials table {table}: more than {rows_max} rows, so it is hardly a table of access keys")]
    TooLarge {
        /// Address of the table.
        table: String,
        /// Most rows.
        rows_max: usize,
    },
    /// The table cannot be opened, read or written.
    #[error("credentials {0}")]
    Table(#[from] TableError),
}
