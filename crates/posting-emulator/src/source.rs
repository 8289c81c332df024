//! The database that posts are taken from, opened for reading only.
//!
//! A row is asked for by its row number, counted from 0 in the order of the table's keys. What must stay true: the source
//! is never written to, and its URL, which may hold a password, never reaches an error.

mod json;

use std::str::FromStr;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Row};
use thiserror::Error;

use crate::credentials::DatabaseCredentials;
use crate::feed::Feed;

/// An open source database. Cheap to clone; clones share its connections.
#[derive(Debug, Clone)]
pub struct Source {
    pool: SqlitePool,
    tables: Arc<[Table]>,
}

/// One row on its way to a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// The key column's value, as text.
    pub partition_key: String,
    /// The columns in the table's order.
    pub data: Map<String, Value>,
}

/// Why the source cannot be opened or read.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A database that this version does not speak to.
    #[error(
        "not yet: MySQL and PostgreSQL sources come later; for now give URL: sqlite://FILE in db_creds.yaml \
         (alluvium seed-db makes such a file)"
    )]
    NotYet,
    /// A URL of no database that we know. The URL is not shown, it may hold a password.
    #[error("the URL of the source database does not begin with sqlite://")]
    UnknownUrl,
    /// The database cannot be opened.
    #[error("cannot open the source database {file}: {source}")]
    Open {
        /// The SQLite file.
        file: String,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// A table is missing or cannot be read.
    #[error("cannot read table {table} of the source database: {source}")]
    Table {
        /// The table.
        table: String,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// A table has no rows to post.
    #[error("table {table} of the source database is empty")]
    Empty {
        /// The table.
        table: String,
    },
    /// The column that gives the partition key is not there, or is null.
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
    /// A value cannot be read as what SQLite says it is, such as text that is not UTF-8.
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
}

#[derive(Debug)]
struct Table {
    feed: Feed,
    rows: u64,
    select: Arc<str>,
    /// Added to a row number to get what `select` asks for.
    first: i64,
}

impl Source {
    /// Opens the database and counts the rows of each feed's table.
    pub async fn open(credentials: &DatabaseCredentials, feeds: Vec<Feed>) -> Result<Self, SourceError> {
        let options = match credentials {
            DatabaseCredentials::Url(url) => sqlite_options(url)?,
            DatabaseCredentials::Server { .. } => return Err(SourceError::NotYet),
        };
        let file = options.get_filename().display().to_string();
        let connections = u32::try_from(feeds.len()).unwrap_or(u32::MAX).max(1);
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .connect_with(options)
            .await
            .map_err(|source| SourceError::Open { file, source })?;
        let mut tables = Vec::with_capacity(feeds.len());
        for feed in feeds {
            let name = feed.table.clone();
            match open_table(&pool, feed).await {
                Ok(table) if table.rows == 0 => return Err(SourceError::Empty { table: name }),
                Ok(table) => tables.push(table),
                Err(source) => return Err(SourceError::Table { table: name, source }),
            }
        }
        Ok(Self { pool, tables: tables.into() })
    }

    /// What is posted where, in the order in which it was given to [`Source::open`].
    pub fn feeds(&self) -> impl ExactSizeIterator<Item = &Feed> {
        self.tables.iter().map(|table| &table.feed)
    }

    /// How many posts there are to choose from: the rows of the smallest table.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).min().unwrap_or(0)
    }

    /// Row number `row_number` (from 0, below [`Source::rows`]) of the table of feed number `feed`.
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub async fn row(&self, feed: usize, row_number: u64) -> Result<SourceRow, SourceError> {
        let table = &self.tables[feed];
        let name = || table.feed.table.clone();
        let asked = i64::try_from(row_number).unwrap_or(i64::MAX).saturating_add(table.first);
        let row = sqlx::query(AssertSqlSafe(table.select.clone()))
            .bind(asked)
            .fetch_optional(&self.pool)
            .await
            .map_err(|source| SourceError::Table { table: name(), source })?
            .ok_or_else(|| SourceError::RowGone { table: name(), row_number })?;
        let data = json::object(&row).map_err(|(column, source)| SourceError::Column {
            table: name(),
            row_number,
            column,
            source,
        })?;
        let key = data.get(&table.feed.key_column).and_then(json::key_text);
        let partition_key = key.ok_or_else(|| SourceError::NoKey {
            table: name(),
            row_number,
            column: table.feed.key_column.clone(),
        })?;
        Ok(SourceRow { partition_key, data })
    }

    /// Closes the connections. Dropping the last clone does so too, later.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn sqlite_options(url: &SecretString) -> Result<SqliteConnectOptions, SourceError> {
    let url = url.expose_secret();
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase()).unwrap_or_default();
    match scheme.as_str() {
        "sqlite" => {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(|source| SourceError::Open { file: "named by the URL".to_owned(), source })?;
            Ok(options.read_only(true).create_if_missing(false))
        }
        "mysql" | "mariadb" | "postgres" | "postgresql" => Err(SourceError::NotYet),
        _ => Err(SourceError::UnknownUrl),
    }
}

/// Row numbers without gaps are looked up by key; for any other table the rows before are stepped over, which takes time
/// in proportion to the row number.
async fn open_table(pool: &SqlitePool, feed: Feed) -> Result<Table, sqlx::Error> {
    let name = quoted(&feed.table);
    let row_ids = sqlx::query(AssertSqlSafe(format!("SELECT count(*), min(rowid), max(rowid) FROM {name}")));
    let (rows, first, last) = match row_ids.fetch_one(pool).await {
        Ok(row) => range(&row)?,
        // A view or a table without row ids.
        Err(sqlx::Error::Database(_)) => {
            let count = sqlx::query(AssertSqlSafe(format!("SELECT count(*) FROM {name}")));
            (count.fetch_one(pool).await?.try_get(0)?, 0, -1)
        }
        Err(other) => return Err(other),
    };
    let is_dense = last.checked_sub(first).and_then(|span| span.checked_add(1)) == Some(rows);
    let (clause, first) = if is_dense { ("WHERE rowid = ?1", first) } else { ("LIMIT 1 OFFSET ?1", 0) };
    Ok(Table {
        feed,
        rows: u64::try_from(rows).unwrap_or(0),
        select: format!("SELECT * FROM {name} {clause}").into(),
        first,
    })
}

fn range(row: &SqliteRow) -> Result<(i64, i64, i64), sqlx::Error> {
    let first: Option<i64> = row.try_get(1)?;
    let last: Option<i64> = row.try_get(2)?;
    Ok((row.try_get(0)?, first.unwrap_or(0), last.unwrap_or(-1)))
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
