//! The three kinds of database behind one set of calls: connect, ask for numbers, stream rows.
//!
//! What must stay true: the connections are bounded, nothing waits for ever, and what goes wrong on the way in is said with the
//! server's address and a way out, never with the password.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::{Map, Value};
use sqlx::mysql::{MySqlConnectOptions, MySqlPool};
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use super::column::{Column, Form};
use super::error::SourceError;
use super::name::{TableName, backticked, double_quoted};
use super::{mysql, postgresql, sqlite};
use crate::credentials::{DatabaseCredentials, Driver, ServerCredentials};
use crate::limits::{DATABASE_CONNECT_TIMEOUT, POOL_WAIT_MAX};

/// Open connections to a database.
#[derive(Debug, Clone)]
pub(super) enum Database {
    Sqlite(SqlitePool),
    MySql(MySqlPool),
    PostgreSql(PgPool),
}

/// A row with the number that it is ordered by; 0 where the statement has none.
#[derive(Debug, Clone)]
pub(super) struct Fetched {
    pub(super) order: i64,
    pub(super) data: Map<String, Value>,
}

/// Why a row did not come.
#[derive(Debug)]
pub(super) enum FetchError {
    Query(sqlx::Error),
    Column { column: String, source: sqlx::Error },
}

impl From<sqlx::Error> for FetchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Query(error)
    }
}

impl Database {
    /// Connects once, to know that it can be done, and keeps up to `connections`.
    pub(super) async fn connect(
        credentials: &DatabaseCredentials,
        connections: u32,
    ) -> Result<Self, SourceError> {
        macro_rules! pool {
            ($options:expr) => {
                sqlx::pool::PoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(POOL_WAIT_MAX)
                    // A connection is looked at when it comes back; what breaks later is tried again by the caller.
                    .test_before_acquire(false)
                    .connect_lazy_with($options)
            };
        }
        match credentials {
            DatabaseCredentials::Sqlite(url) => {
                let options: SqliteConnectOptions = sqlite::options(url)?;
                let file = options.get_filename().display().to_string();
                let opened = options.connect().await;
                close(opened.map_err(|source| SourceError::Open { file, source })?).await;
                Ok(Self::Sqlite(pool!(options)))
            }
            DatabaseCredentials::Server(server) => match server.driver {
                Driver::MySql => {
                    let options: MySqlConnectOptions = mysql::options(server);
                    close(connected(server, options.connect()).await?).await;
                    Ok(Self::MySql(pool!(options)))
                }
                Driver::PostgreSql => {
                    let options: PgConnectOptions = postgresql::options(server);
                    close(connected(server, options.connect()).await?).await;
                    Ok(Self::PostgreSql(pool!(options)))
                }
            },
        }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// A table's name as this kind of database has names.
    pub(super) fn table_name(&self, text: &str) -> TableName {
        if self.is_sqlite() { TableName::whole(text) } else { TableName::qualified(text) }
    }

    pub(super) fn quote(&self) -> fn(&str) -> String {
        if matches!(self, Self::MySql(_)) { backticked } else { double_quoted }
    }

    /// What stands for the parameter of this number, from 1.
    pub(super) fn placeholder(&self, number: usize) -> String {
        match self {
            Self::PostgreSql(_) => format!("${number}"),
            Self::Sqlite(_) | Self::MySql(_) => "?".to_owned(),
        }
    }

    /// An expression as a 64-bit integer.
    pub(super) fn integer(&self, expression: &str) -> String {
        let type_name = if matches!(self, Self::MySql(_)) { "SIGNED" } else { "BIGINT" };
        format!("CAST({expression} AS {type_name})")
    }

    /// The numbers in the first row of an answer.
    pub(super) async fn numbers<const N: usize>(&self, sql: String) -> Result<[Option<i64>; N], sqlx::Error> {
        macro_rules! first_row {
            ($pool:expr) => {{
                let row = sqlx::query(AssertSqlSafe(sql)).fetch_one($pool).await?;
                let mut numbers = [None; N];
                for (ordinal, number) in numbers.iter_mut().enumerate() {
                    *number = row.try_get_unchecked(ordinal)?;
                }
                Ok(numbers)
            }};
        }
        match self {
            Self::Sqlite(pool) => first_row!(pool),
            Self::MySql(pool) => first_row!(pool),
            Self::PostgreSql(pool) => first_row!(pool),
        }
    }

    /// The rows of a statement whose first column is the order number and whose others are `columns`. SQLite's columns are
    /// those that come.
    pub(super) fn rows<'a>(
        &'a self,
        sql: Arc<str>,
        parameters: &[i64],
        columns: &'a [Column],
    ) -> BoxStream<'a, Result<Fetched, FetchError>> {
        macro_rules! fetched {
            ($pool:expr, $row:ident => $object:expr) => {{
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for parameter in parameters {
                    query = query.bind(*parameter);
                }
                let rows = query.fetch($pool).map(move |row| {
                    let $row = row?;
                    let order = $row.try_get_unchecked(0)?;
                    let data = $object.map_err(|(column, source)| FetchError::Column { column, source })?;
                    Ok(Fetched { order, data })
                });
                rows.boxed()
            }};
        }
        match self {
            Self::Sqlite(pool) => fetched!(pool, row => sqlite::object(&row, 1)),
            Self::MySql(pool) => {
                fetched!(pool, row => object(columns, |ordinal, form| mysql::value(&row, ordinal, form)))
            }
            Self::PostgreSql(pool) => {
                fetched!(pool, row => object(columns, |ordinal, form| postgresql::value(&row, ordinal, form)))
            }
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::MySql(pool) => pool.close().await,
            Self::PostgreSql(pool) => pool.close().await,
        }
    }
}

fn object(
    columns: &[Column],
    value: impl Fn(usize, Form) -> Result<Value, sqlx::Error>,
) -> Result<Map<String, Value>, (String, sqlx::Error)> {
    let mut object = Map::with_capacity(columns.len());
    for (number, column) in columns.iter().enumerate() {
        // The order number comes first.
        let value = value(number + 1, column.form).map_err(|error| (column.name.clone(), error))?;
        object.insert(column.name.clone(), value);
    }
    Ok(object)
}

/// What cannot be closed is gone already.
async fn close(connection: impl Connection) {
    let _ = connection.close().await;
}

/// A server for people: all but the password.
pub(crate) fn server_text(server: &ServerCredentials) -> String {
    format!(
        "{} at {}:{} as user {}, database {}",
        server.driver.name(),
        server.host,
        server.port,
        server.user,
        server.database
    )
}

/// Waits for a connection, but not for ever.
pub(crate) async fn connected<C>(
    server: &ServerCredentials,
    connecting: impl Future<Output = Result<C, sqlx::Error>>,
) -> Result<C, SourceError> {
    match tokio::time::timeout(DATABASE_CONNECT_TIMEOUT, connecting).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(source)) => {
            Err(SourceError::Connect { server: server_text(server), advice: advice(&source), source })
        }
        Err(_elapsed) => Err(SourceError::NoAnswer {
            server: server_text(server),
            seconds: DATABASE_CONNECT_TIMEOUT.as_secs(),
        }),
    }
}

/// What to do about a connection that was not made.
fn advice(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            "is the server running, and is PORT its port?"
        }
        sqlx::Error::Io(_) => "check HOST and PORT, and that the server may be reached from here",
        sqlx::Error::Tls(_) => "check SSL_MODE and SSL_CA",
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("28P01" | "28000") => "check USER and PASSWORD, and that this user may log in from here",
            Some("3D000" | "42000") => "check DATABASE, and that this user may use it",
            Some("53300" | "08004") => "the server has no connection left; end others or raise its limit",
            Some("57P03") => "the server is starting or stopping; try again in a moment",
            _ => "check the credentials and what the server says",
        },
        _ => "check HOST, PORT and DRIVER: is this the kind of server that is named?",
    }
}

/// Whether the connection broke, so that the same statement may succeed on another.
pub(super) fn is_broken_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // Shutting down, starting, connection lost (https://www.postgresql.org/docs/current/errcodes-appendix.html); MySQL
        // says 08S01 of a shutdown and 70100 of a killed connection.
        sqlx::Error::Database(error) => error
            .code()
            .is_some_and(|code| code.starts_with("08") || code.starts_with("57P0") || code == "70100"),
        _ => false,
    }
}

/// The pause before the next try of a statement whose connection broke.
pub(super) fn reconnect_pause(attempt: u32) -> Duration {
    const FIRST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(2);
    FIRST.saturating_mul(1_u32.checked_shl(attempt).unwrap_or(u32::MAX)).min(LONGEST)
}
