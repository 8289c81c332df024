//! Writes the synthetic source database that posts are taken from.
//!
//! What must stay true: a row depends on the seed, its table and its row number alone, so the same seed gives the same rows
//! byte for byte and a smaller database is the beginning of a larger one. A database appears under its name whole or not at
//! all. Every word of it is made up here by combining lists.

mod phrases;
mod pin;
mod places;
mod topics;
mod user;

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sqlx::query_builder::Separated;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite};
use thiserror::Error;

use crate::limits::SEED_INSERT_ROWS;

pub use pin::{
    FOLLOWER_COUNT_MISSING, IMAGE_SRC_MISSING, POSTER_NAME_MISSING, TAG_LIST_MISSING, TITLE_MISSING,
};

/// Rows of each table when nobody asks for another number; what the real tables have, about.
pub const SEED_ROWS_DEFAULT: u32 = 11_000;

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
    write_tables(&mut connection, rows, seed).await.map_err(database)?;
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

/// One of the three tables: how it is declared and how row number n of it is made.
trait SeedRow: Sized {
    /// Keeps the three tables' random numbers apart.
    const TABLE_NUMBER: u64;
    const CREATE: &'static str;
    const INSERT: &'static str;

    fn generate(row_number: u32, rng: &mut ChaCha8Rng) -> Self;
    fn bind(self, columns: &mut Separated<'_, Sqlite, &'static str>);
}

async fn write_tables(connection: &mut SqliteConnection, rows: u32, seed: u64) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    write_table::<pin::Pin>(&mut transaction, rows, seed).await?;
    write_table::<places::Place>(&mut transaction, rows, seed).await?;
    write_table::<user::User>(&mut transaction, rows, seed).await?;
    transaction.commit().await
}

async fn write_table<R: SeedRow>(
    connection: &mut SqliteConnection,
    rows: u32,
    seed: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query(R::CREATE).execute(&mut *connection).await?;
    let mut first = 0;
    while first < rows {
        let after = rows.min(first.saturating_add(SEED_INSERT_ROWS));
        let batch =
            (first..after).map(|number| R::generate(number, &mut row_rng(seed, R::TABLE_NUMBER, number)));
        let mut insert = QueryBuilder::<Sqlite>::new(R::INSERT);
        insert.push_values(batch, |mut columns, row| row.bind(&mut columns));
        insert.build().execute(&mut *connection).await?;
        first = after;
    }
    Ok(())
}

/// Random numbers of one row, independent of every other row's.
fn row_rng(seed: u64, table_number: u64, row_number: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(row_number) << 8 | table_number);
    rng
}
