//! One table of the source, opened: how many rows it has, and how row number n of it is found.
//!
//! Rows are counted in the order of a whole number that each row has once: the key column on a database server, the row id in
//! SQLite. With it a row is looked up by an index however large the table is. A table without such a number is stepped
//! through to the row, which takes time in proportion to the row number.

use std::sync::Arc;

use futures_util::TryStreamExt;

use super::column::Column;
use super::database::{Database, FetchError};
use super::error::SourceError;
use super::{mysql, postgresql};
use crate::feed::Feed;
use crate::limits::{KEYS_IN_MEMORY_MAX, LOOKUP_ROWS_MAX};

/// An open table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) feed: Feed,
    pub(super) columns: Vec<Column>,
    pub(super) access: Access,
    /// Rows that may be asked for.
    pub(super) rows: u64,
    /// The row of the table that is row number 0 here.
    pub(super) first_row: u64,
    /// Finds the rows whose order numbers are its [`LOOKUP_ROWS_MAX`] parameters, or the one at an offset.
    pub(super) select: Arc<str>,
    /// All rows in order.
    pub(super) select_all: Arc<str>,
    /// Whether the order number is the key.
    pub(super) is_ordered_by_key: bool,
}

/// How row number n is found.
#[derive(Debug)]
pub(super) enum Access {
    /// The order numbers have no gaps: row n has number first + n.
    Dense { first: i64 },
    /// The order numbers, sorted.
    Listed(Vec<i64>),
    /// There are none.
    Offset,
}

impl Access {
    /// The parameter that finds this row.
    pub(super) fn parameter(&self, row: u64) -> i64 {
        let row_signed = i64::try_from(row).unwrap_or(i64::MAX);
        match self {
            Self::Dense { first } => first.saturating_add(row_signed),
            Self::Listed(numbers) => {
                usize::try_from(row).ok().and_then(|row| numbers.get(row)).copied().unwrap_or(i64::MAX)
            }
            Self::Offset => row_signed,
        }
    }

    /// How many of `rows` rows have an order number below this one.
    fn rows_below(&self, number: i64, rows: u64) -> u64 {
        match self {
            Self::Dense { first } => {
                u64::try_from(i128::from(number) - i128::from(*first)).unwrap_or(0).min(rows)
            }
            Self::Listed(numbers) => numbers.partition_point(|listed| *listed < number) as u64,
            Self::Offset => 0,
        }
    }
}

impl Table {
    /// Looks at the table's columns and counts its rows.
    pub(super) async fn open(database: &Database, server: &str, feed: Feed) -> Result<Self, SourceError> {
        let columns = columns(database, server, &feed).await?;
        let failed = |source| SourceError::Table { table: feed.table.clone(), source };
        let quote = database.quote();
        // The alias tells the table's own columns from those of the SELECT, which ORDER BY would take first.
        let table = format!("{} AS t", database.table_name(&feed.table).quoted(quote));
        let key = format!("t.{}", quote(&feed.key_column));
        let found = order(database, &columns, &feed, &table).await.map_err(failed)?;
        let (number, access, rows) = if let Some((number, access, rows)) = found {
            (Some(number), access, rows)
        } else {
            let [rows] = database.numbers(format!("SELECT COUNT(*) FROM {table}")).await.map_err(failed)?;
            (None, Access::Offset, rows.unwrap_or(0))
        };
        let is_ordered_by_key = match &number {
            Some(number) if database.is_sqlite() => {
                let unlike = format!("SELECT COUNT(*) FROM {table} WHERE {number} IS NOT {key}");
                // A key column that is not there is found when the first row is read.
                database.numbers(unlike).await.is_ok_and(|[unlike]| unlike == Some(0))
            }
            number => number.is_some(),
        };
        let select = statement(database, &columns, number.as_deref());
        let order_by = match &number {
            Some(number) => format!(" ORDER BY {number}"),
            None if database.is_sqlite() => String::new(),
            None => format!(" ORDER BY {key}"),
        };
        let select_all = format!("{select} FROM {table}{order_by}");
        let select = match &number {
            Some(number) => {
                let parameters: Vec<String> =
                    (1..=LOOKUP_ROWS_MAX).map(|number| database.placeholder(number)).collect();
                format!("{select} FROM {table} WHERE {number} IN ({})", parameters.join(", "))
            }
            None => format!("{select_all} LIMIT 1 OFFSET {}", database.placeholder(1)),
        };
        Ok(Self {
            feed,
            columns,
            access,
            rows: u64::try_from(rows).unwrap_or(0),
            first_row: 0,
            select: select.into(),
            select_all: select_all.into(),
            is_ordered_by_key,
        })
    }

    /// The smallest key, where the rows are ordered by keys that are whole numbers.
    pub(super) fn first_key(&self) -> Option<i64> {
        match &self.access {
            Access::Dense { first } if self.is_ordered_by_key => Some(*first),
            Access::Listed(numbers) if self.is_ordered_by_key => numbers.first().copied(),
            _ => None,
        }
    }

    /// All rows from an order number on, which is the parameter.
    pub(super) fn select_from(&self, database: &Database) -> Arc<str> {
        let order_by = " ORDER BY ";
        let Some((rows, number)) = self.select_all.rsplit_once(order_by) else {
            return Arc::clone(&self.select_all);
        };
        format!("{rows} WHERE {number} >= {}{order_by}{number}", database.placeholder(1)).into()
    }

    /// Keeps the rows whose keys are from `first` to `last`.
    pub(super) fn keep_keys(&mut self, first: i64, last: i64) -> Result<(), SourceError> {
        let (table, column) = (self.feed.table.clone(), self.feed.key_column.clone());
        if !self.is_ordered_by_key {
            return Err(SourceError::NoKeyRange { table, column });
        }
        let below = self.access.rows_below(first, self.rows);
        let through = match last.checked_add(1) {
            Some(after) => self.access.rows_below(after, self.rows),
            None => self.rows,
        };
        if through <= below {
            return Err(SourceError::EmptyKeyRange { table, column, first, last });
        }
        self.first_row = below;
        self.rows = through - below;
        Ok(())
    }
}

/// The columns on a database server; none for SQLite, whose values say what they are.
async fn columns(database: &Database, server: &str, feed: &Feed) -> Result<Vec<Column>, SourceError> {
    let table = feed.table.clone();
    let name = database.table_name(&feed.table);
    let found = match database {
        Database::Sqlite(_) => return Ok(Vec::new()),
        Database::MySql(pool) => mysql::columns(pool, &name).await,
        Database::PostgreSql(pool) => postgresql::columns(pool, &name).await,
    };
    let columns = found.map_err(|source| SourceError::Table { table: table.clone(), source })?.map_err(
        |(column, type_name)| SourceError::UnknownType { table: table.clone(), column, type_name },
    )?;
    if columns.is_empty() {
        return Err(SourceError::NoTable { table, server: server.to_owned() });
    }
    if !columns.iter().any(|column| column.name == feed.key_column) {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let (column, columns) = (feed.key_column.clone(), names.join(", "));
        return Err(SourceError::NoKeyColumn { table, column, columns });
    }
    Ok(columns)
}

/// The number that the rows are ordered by, how rows are found with it, and how many there are; `None` when there is no such
/// number.
async fn order(
    database: &Database,
    columns: &[Column],
    feed: &Feed,
    table: &str,
) -> Result<Option<(String, Access, i64)>, sqlx::Error> {
    let number = if database.is_sqlite() {
        "t.rowid".to_owned()
    } else {
        match columns.iter().find(|column| column.name == feed.key_column) {
            Some(key) if key.is_integer => format!("t.{}", database.quote()(&key.name)),
            _ => return Ok(None),
        }
    };
    let integer = |expression: String| database.integer(&expression);
    let counts = format!(
        "SELECT COUNT(*), COUNT(DISTINCT {number}), {}, {} FROM {table}",
        integer(format!("MIN({number})")),
        integer(format!("MAX({number})"))
    );
    let [rows, distinct, first, last] = match database.numbers(counts).await {
        Ok(numbers) => numbers,
        // A view or a table without row ids.
        Err(sqlx::Error::Database(_)) if database.is_sqlite() => return Ok(None),
        Err(other) => return Err(other),
    };
    let rows = rows.unwrap_or(0);
    if distinct != Some(rows) {
        return Ok(None);
    }
    let (first, last) = (first.unwrap_or(0), last.unwrap_or(-1));
    if i128::from(last) - i128::from(first) + 1 == i128::from(rows) {
        return Ok(Some((number, Access::Dense { first }, rows)));
    }
    if usize::try_from(rows).is_ok_and(|rows| rows > KEYS_IN_MEMORY_MAX) {
        tracing::warn!(
            table,
            rows,
            "too many rows with gaps in their keys: rows are stepped through, which is slow"
        );
        return Ok(None);
    }
    let all = format!("SELECT {} FROM {table} ORDER BY {number}", integer(number.clone()));
    let numbers: Result<Vec<i64>, FetchError> =
        database.rows(all.into(), &[], &[]).map_ok(|row| row.order).try_collect().await;
    match numbers {
        Ok(numbers) => {
            let rows = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
            Ok(Some((number, Access::Listed(numbers), rows)))
        }
        Err(FetchError::Query(error) | FetchError::Column { source: error, .. }) => Err(error),
    }
}

/// `SELECT` with the order number first, then the columns.
fn statement(database: &Database, columns: &[Column], number: Option<&str>) -> String {
    let number = database.integer(number.unwrap_or("0"));
    if columns.is_empty() {
        return format!("SELECT {number}, *");
    }
    let expressions: Vec<&str> = columns.iter().map(|column| column.expression.as_str()).collect();
    format!("SELECT {number}, {}", expressions.join(", "))
}
