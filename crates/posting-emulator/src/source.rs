//! The database that posts are taken from, opened for reading only.
//!
//! A row is asked for by its row number, counted from 0 in the order of the table's keys. What must stay true: the source
//! is never written to, memory does not grow with its tables (but for the keys of a table with gaps in them, which are
//! bounded), and a server that restarts is waited for.

mod column;
mod database;
mod error;
mod moment;
mod mysql;
mod name;
mod postgresql;
mod sqlite;
mod table;

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::credentials::DatabaseCredentials;
use crate::feed::Feed;
use crate::limits::{LOOKUP_ROWS_MAX, QUERY_TIMEOUT, RECONNECT_MAX, SOURCE_CONNECTIONS_MAX};
use database::{Database, FetchError, Fetched, is_broken_connection, reconnect_pause};
use table::{Access, Table};

pub(crate) use database::{connected, server_text};
pub(crate) use mysql::options as mysql_options;
pub(crate) use name::{backticked, double_quoted};
pub(crate) use postgresql::options as postgresql_options;

pub use error::SourceError;

/// An open source database. Cheap to clone; clones share its connections.
#[derive(Debug, Clone)]
pub struct Source {
    database: Database,
    tables: Arc<Vec<Table>>,
}

/// One row on its way to a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// The key column's value, as text.
    pub partition_key: String,
    /// The columns in the table's order.
    pub data: Map<String, Value>,
}

/// What the numbers of rows are that are read in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// The key, which is a whole number from 0 on, plus 1.
    Keys,
    /// Their place in the order of the key, from 1.
    Rows,
}

impl Source {
    /// Opens the database and counts the rows of each feed's table.
    pub async fn open(credentials: &DatabaseCredentials, feeds: Vec<Feed>) -> Result<Self, SourceError> {
        let connections = u32::try_from(feeds.len()).unwrap_or(u32::MAX).clamp(1, SOURCE_CONNECTIONS_MAX);
        let database = Database::connect(credentials, connections).await?;
        let server = match credentials {
            DatabaseCredentials::Sqlite(_) => "the SQLite file".to_owned(),
            DatabaseCredentials::Server(server) => server_text(server),
        };
        let mut tables = Vec::with_capacity(feeds.len());
        for feed in feeds {
            let table = Table::open(&database, &server, feed).await?;
            if table.rows == 0 {
                return Err(SourceError::Empty { table: table.feed.table });
            }
            tables.push(table);
        }
        Ok(Self { database, tables: Arc::new(tables) })
    }

    /// Opens the database as [`Source::open`] does, for the rows alone whose keys are in `keys`.
    pub async fn open_keys(
        credentials: &DatabaseCredentials,
        feeds: Vec<Feed>,
        keys: RangeInclusive<i64>,
    ) -> Result<Self, SourceError> {
        let Self { database, tables } = Self::open(credentials, feeds).await?;
        let mut tables = Arc::into_inner(tables).unwrap_or_default();
        for table in &mut tables {
            table.keep_keys(*keys.start(), *keys.end())?;
        }
        Ok(Self { database, tables: Arc::new(tables) })
    }

    /// What is posted where, in the order in which it was given to [`Source::open`].
    pub fn feeds(&self) -> impl ExactSizeIterator<Item = &Feed> {
        self.tables.iter().map(|table| &table.feed)
    }

    /// How many posts there are to choose from: the rows of the smallest table.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).min().unwrap_or(0)
    }

    /// How many rows the table of feed number `feed` has.
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub fn rows_of(&self, feed: usize) -> u64 {
        self.tables[feed].rows
    }

    /// Row number `row_number` (from 0, below [`Source::rows`]) of the table of feed number `feed`.
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub async fn row(&self, feed: usize, row_number: u64) -> Result<SourceRow, SourceError> {
        let gone = || SourceError::RowGone { table: self.tables[feed].feed.table.clone(), row_number };
        self.rows_numbered(feed, &[row_number]).await?.pop().ok_or_else(gone)
    }

    /// The rows of these numbers, in their order; a number may stand there more than once.
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub async fn rows_numbered(
        &self,
        feed: usize,
        row_numbers: &[u64],
    ) -> Result<Vec<SourceRow>, SourceError> {
        let table = &self.tables[feed];
        let per_lookup = if matches!(table.access, Access::Offset) { 1 } else { LOOKUP_ROWS_MAX };
        let mut rows = Vec::with_capacity(row_numbers.len());
        for row_numbers in row_numbers.chunks(per_lookup) {
            let mut parameters: Vec<i64> =
                row_numbers.iter().map(|row| table.access.parameter(table.first_row + row)).collect();
            // One statement for every number of rows, so that it is prepared once.
            parameters.resize(per_lookup, parameters[0]);
            let found = self.look_up(table, row_numbers[0], &parameters).await?;
            for (row_number, parameter) in row_numbers.iter().zip(&parameters) {
                // Without an order number there is the one row.
                let order = if per_lookup == 1 { 0 } else { *parameter };
                let fetched = found.get(&order).ok_or_else(|| SourceError::RowGone {
                    table: table.feed.table.clone(),
                    row_number: *row_number,
                })?;
                rows.push(source_row(table, *row_number, fetched.clone())?);
            }
        }
        Ok(rows)
    }

    /// Every row of the table of feed number `feed`, in the order of its keys, as one statement sees them. Rows come as they are
    /// taken; a connection that breaks ends the stream with an error.
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub fn all_rows(&self, feed: usize) -> BoxStream<'_, Result<SourceRow, SourceError>> {
        let table = &self.tables[feed];
        let rows = self.database.rows(Arc::clone(&table.select_all), &[], &table.columns);
        rows.enumerate()
            .map(move |(row_number, fetched)| {
                let row_number = row_number as u64;
                let fetched = fetched.map_err(|error| fetch_failed(table, row_number, error))?;
                source_row(table, row_number, fetched.data)
            })
            .boxed()
    }

    /// How the rows of the table of feed number `feed` are numbered by [`Source::rows_after`].
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub fn numbering(&self, feed: usize) -> Numbering {
        let table = &self.tables[feed];
        match table.first_key() {
            Some(first) if first >= 0 => Numbering::Keys,
            _ => Numbering::Rows,
        }
    }

    /// Every row of the table of feed number `feed` whose number is above `number`, in order, each with its number; numbers begin
    /// with 1. With [`Numbering::Keys`] that is the key and 1, so rows that came meanwhile are found by their keys; else the
    /// rows are counted.
    ///
    /// # Panics
    /// When there is no feed of that number.
    pub fn rows_after(
        &self,
        feed: usize,
        number: u64,
    ) -> BoxStream<'_, Result<(u64, SourceRow), SourceError>> {
        let table = &self.tables[feed];
        let by_key = self.numbering(feed) == Numbering::Keys;
        let rows = match i64::try_from(number) {
            // A key is one less than its number.
            Ok(number) if by_key => {
                self.database.rows(table.select_from(&self.database), &[number], &table.columns)
            }
            _ => self.database.rows(Arc::clone(&table.select_all), &[], &table.columns),
        };
        let numbered = rows.enumerate().map(move |(row_number, fetched)| {
            let row_number = row_number as u64;
            let fetched = fetched.map_err(|error| fetch_failed(table, row_number, error))?;
            let number = if by_key { u64::try_from(fetched.order).unwrap_or(0) } else { row_number } + 1;
            Ok((number, source_row(table, row_number, fetched.data)?))
        });
        numbered.try_filter(move |(found, _)| std::future::ready(*found > number)).boxed()
    }

    /// Closes the connections. Dropping the last clone does so too, later.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// The rows that the parameters find, by their order numbers. A statement whose connection broke is tried again for
    /// [`RECONNECT_MAX`]: the server may be restarting.
    async fn look_up(
        &self,
        table: &Table,
        row_number: u64,
        parameters: &[i64],
    ) -> Result<HashMap<i64, Map<String, Value>>, SourceError> {
        let began = Instant::now();
        let mut attempt = 0;
        loop {
            let rows = self.database.rows(Arc::clone(&table.select), parameters, &table.columns);
            let found = rows.map_ok(|Fetched { order, data }| (order, data)).try_collect();
            let error = match tokio::time::timeout(QUERY_TIMEOUT, found).await {
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(error)) => error,
                Err(_elapsed) => FetchError::Query(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
            };
            let may_go_on = matches!(&error, FetchError::Query(error) if is_broken_connection(error));
            if !may_go_on || began.elapsed() >= RECONNECT_MAX {
                return Err(fetch_failed(table, row_number, error));
            }
            if attempt == 0 {
                tracing::warn!(table = %table.feed.table, "the connection to the source database broke; trying again");
            }
            tokio::time::sleep(reconnect_pause(attempt)).await;
            attempt += 1;
        }
    }
}

fn fetch_failed(table: &Table, row_number: u64, error: FetchError) -> SourceError {
    let name = table.feed.table.clone();
    match error {
        FetchError::Query(source) => SourceError::Table { table: name, source },
        FetchError::Column { column, source } => {
            SourceError::Column { table: name, row_number, column, source }
        }
    }
}

fn source_row(table: &Table, row_number: u64, data: Map<String, Value>) -> Result<SourceRow, SourceError> {
    let key = data.get(&table.feed.key_column).and_then(column::key_text);
    let partition_key = key.ok_or_else(|| SourceError::NoKey {
        table: table.feed.table.clone(),
        row_number,
        column: table.feed.key_column.clone(),
    })?;
    Ok(SourceRow { partition_key, data })
}

fn base64(bytes: &[u8]) -> Value {
    Value::from(base64_simd::STANDARD.encode_to_string(bytes))
}
