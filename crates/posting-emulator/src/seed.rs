//! Writes the synthetic source database that posts are taken from.
//!
//! What must stay true: a row depends on the seed, its table and its row number alone, so the same seed gives the same rows
//! byte for byte and a smaller database is the beginning of a larger one. A database appears under its name whole or not at
//! all. Every word of it is made up here by combining lists.

mod phrases;
mod pin;
mod places;
mod server;
mod sql;
mod topics;
mod user;

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use thiserror::Error;

use crate::credentials::ServerCredentials;
use crate::source::SourceError;

pub use pin::{
    FOLLOWER_COUNT_MISSING, IMAGE_SRC_MISSING, POSTER_NAME_MISSING, TAG_LIST_MISSING, TITLE_MISSING,
};

/// Rows of each table when nobody asks for another number; what the real tables have, about.
pub const SEED_ROWS_DEFAULT: u32 = 11_000;

/// The tables that are written.
pub const SEED_TABLES: [&str; 3] = [pin::Pin::TABLE, places::Place::TABLE, user::User::TABLE];

/// Why no database was written.
#[derive(Debug, Error)]
pub enum SeedError {
    /// The path is taken.
    #[error("{} exists already; name another file or remove it first", path.display())]
    Exists {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The folder or the file cannot be written.
    #[error("cannot write the source database {}: {source}", path.display())]
    Io {
        /// The path that was asked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("cannot write the source database {}: {source}", path.display())]
    Database {
        /// The path that was asked for.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The database server cannot be reached.
    #[error(transparent)]
    Connect(#[from] SourceError),
    /// A table of such a name is there.
    #[error("table {table} is there already in {server}; --force replaces it")]
    TableExists {
        /// The table.
        table: &'static str,
        /// Kind, host, port, user and database.
        server: String,
    },
    /// The database server refused.
    #[error("cannot write the tables in {server}: {source}")]
    Server {
        /// Kind, host, port, user and database.
        server: String,
        /// What the server said.
        source: sqlx::Error,
    },
}

/// Writes a SQLite database at `path` with `pinterest_data`, `geolocation_data` and `user_data`, `rows` rows each, row
/// number n having `index` or `ind` n. The path must not exist; its folder must.
pub async fn write_database(path: &Path, rows: u32, seed: u64) -> Result<(), SeedError> {
    let io = |source| SeedError::Io { path: path.to_owned(), source };
    let database = |source| SeedError::Database { path: path.to_owned(), source };
    if path.symlink_metadata().is_ok() {
        return Err(SeedError::Exists { path: path.to_owned() });
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = tempfile::Builder::new().prefix(".seeding-").tempfile_in(folder).map_err(io)?;

    let mut connection = SqliteConnectOptions::new()
        .filename(unfinished.path())
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .connect()
        .await
        .map_err(database)?;
    sql::write_sqlite_tables(&mut connection, rows, seed, "").await.map_err(database)?;
    connection.close().await.map_err(database)?;

    let finished_path = path.to_owned();
    let kept = tokio::task::spawn_blocking(move || {
        unfinished.as_file().sync_all()?;
        unfinished.persist_noclobber(&finished_path).map_err(|failed| failed.error)
    });
    match kept.await.map_err(std::io::Error::other).and_then(|kept| kept) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(SeedError::Exists { path: path.to_owned() })
        }
        Err(error) => Err(io(error)),
    }
}

/// Writes the three tables into a database server. Tables that are there are an error, or with `replace` are replaced; nobody
/// sees a table that is half written.
pub async fn write_server(
    server: &ServerCredentials,
    rows: u32,
    seed: u64,
    replace: bool,
) -> Result<(), SeedError> {
    server::write(server, rows, seed, replace).await
}

/// One of the three tables: how it is declared and how row number n of it is made.
trait SeedRow: Sized {
    const TABLE: &'static str;
    /// Keeps the three tables' random numbers apart.
    const TABLE_NUMBER: u64;
    /// Names and types; the first is the primary key.
    const COLUMNS: &'static [(&'static str, SeedType)];

    fn generate(row_number: u32, rng: &mut ChaCha8Rng) -> Self;
    /// The values in the order of the columns.
    fn values(self) -> Vec<SeedValue>;
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SeedType {
    Integer,
    Real,
    Text,
    Moment,
}

/// One value.
#[derive(Debug, Clone)]
enum SeedValue {
    Integer(i64),
    Real(f64),
    /// A text, or a moment as `YYYY-MM-DD HH:MM:SS`.
    Text(String),
}

/// Random numbers of one row, independent of every other row's.
fn row_rng(seed: u64, table_number: u64, row_number: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(row_number) << 8 | table_number);
    rng
}
