//! The tables' SQL for each kind of database, and their rows written by it.

use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, MySql, Postgres, QueryBuilder, Sqlite};

use super::pin::Pin;
use super::places::Place;
use super::user::User;
use super::{SeedRow, SeedType, SeedValue, row_rng};
use crate::limits::SEED_INSERT_ROWS;
use crate::source::{backticked, double_quoted};

/// How a kind of database quotes names and calls types.
pub(super) struct Dialect {
    pub(super) quote: fn(&str) -> String,
    real: &'static str,
    text: &'static str,
    moment: &'static str,
    /// What follows the columns of a CREATE TABLE.
    table_options: &'static str,
    /// What follows a parameter that is a moment in text form.
    moment_cast: &'static str,
}

pub(super) const SQLITE: Dialect = Dialect {
    quote: double_quoted,
    real: "REAL",
    text: "TEXT",
    moment: "DATETIME",
    table_options: "",
    moment_cast: "",
};

pub(super) const MYSQL: Dialect = Dialect {
    quote: backticked,
    real: "DOUBLE",
    text: "TEXT",
    moment: "DATETIME",
    table_options: " CHARACTER SET utf8mb4",
    moment_cast: "",
};

pub(super) const POSTGRESQL: Dialect = Dialect {
    quote: double_quoted,
    real: "DOUBLE PRECISION",
    text: "TEXT",
    moment: "TIMESTAMP",
    table_options: "",
    moment_cast: "::timestamp",
};

impl Dialect {
    /// CREATE TABLE for the rows `R` under the name `table`.
    fn create<R: SeedRow>(&self, table: &str) -> String {
        let mut columns = Vec::with_capacity(R::COLUMNS.len());
        for (number, (name, kind)) in R::COLUMNS.iter().enumerate() {
            let type_name = match kind {
                SeedType::Integer => "INTEGER",
                SeedType::Real => self.real,
                SeedType::Text => self.text,
                SeedType::Moment => self.moment,
            };
            let key = if number == 0 { " PRIMARY KEY" } else { "" };
            columns.push(format!("{} {type_name}{key}", (self.quote)(name)));
        }
        format!("CREATE TABLE {} ({}){}", (self.quote)(table), columns.join(", "), self.table_options)
    }

    /// The beginning of an INSERT, up to where VALUES stands.
    fn insert<R: SeedRow>(&self, table: &str) -> String {
        let names: Vec<String> = R::COLUMNS.iter().map(|(name, _)| (self.quote)(name)).collect();
        format!("INSERT INTO {} ({}) ", (self.quote)(table), names.join(", "))
    }
}

/// Defines a function that writes the three tables, each under its name with `$suffix`, for one kind of database. The
/// three differ in their types alone, which sqlx's traits can say at a length that hides what is done.
macro_rules! writer {
    ($write:ident, $database:ty, $connection:ty, $dialect:expr) => {
        pub(super) async fn $write(
            connection: &mut $connection,
            rows: u32,
            seed: u64,
            suffix: &str,
        ) -> Result<(), sqlx::Error> {
            async fn table<R: SeedRow>(
                connection: &mut $connection,
                rows: u32,
                seed: u64,
                suffix: &str,
            ) -> Result<(), sqlx::Error> {
                let name = format!("{}{suffix}", R::TABLE);
                sqlx::query(AssertSqlSafe($dialect.create::<R>(&name))).execute(&mut *connection).await?;
                let mut first = 0;
                while first < rows {
                    let after = rows.min(first.saturating_add(SEED_INSERT_ROWS));
                    let batch = (first..after)
                        .map(|number| R::generate(number, &mut row_rng(seed, R::TABLE_NUMBER, number)));
                    let mut insert = QueryBuilder::<$database>::new($dialect.insert::<R>(&name));
                    insert.push_values(batch, |mut columns, row| {
                        for (value, (_, kind)) in row.values().into_iter().zip(R::COLUMNS) {
                            match value {
                                SeedValue::Integer(integer) => columns.push_bind(integer),
                                SeedValue::Real(real) => columns.push_bind(real),
                                SeedValue::Text(text) => columns.push_bind(text),
                            };
                            if *kind == SeedType::Moment {
                                columns.push_unseparated($dialect.moment_cast);
                            }
                        }
                    });
                    insert.build().execute(&mut *connection).await?;
                    first = after;
                }
                Ok(())
            }
            let mut transaction = connection.begin().await?;
            table::<Pin>(&mut transaction, rows, seed, suffix).await?;
            table::<Place>(&mut transaction, rows, seed, suffix).await?;
            table::<User>(&mut transaction, rows, seed, suffix).await?;
            transaction.commit().await
        }
    };
}

writer!(write_sqlite_tables, Sqlite, SqliteConnection, SQLITE);
writer!(write_mysql_tables, MySql, MySqlConnection, MYSQL);
writer!(write_postgresql_tables, Postgres, PgConnection, POSTGRESQL);
