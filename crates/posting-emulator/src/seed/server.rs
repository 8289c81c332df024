//! The three tables on a database server.
//!
//! They are written under other names first and renamed in one step, since MySQL has no transactions over CREATE TABLE.
//! What must stay true: whoever looks sees all three tables as they were or all three as they are to be.

use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::sql::{Dialect, MYSQL, POSTGRESQL, write_mysql_tables, write_postgresql_tables};
use super::{SEED_TABLES, SeedError};
use crate::credentials::{Driver, ServerCredentials};
use crate::source::{connected, mysql_options, postgresql_options, server_text};

/// What the names of unfinished tables, and of those that are being replaced, end in.
const UNFINISHED: &str = "_alluvium_seeding";
const REPLACED: &str = "_alluvium_replaced";

pub(super) async fn write(
    server: &ServerCredentials,
    rows: u32,
    seed: u64,
    replace: bool,
) -> Result<(), SeedError> {
    let failed = |source| SeedError::Server { server: server_text(server), source };
    match server.driver {
        Driver::MySql => {
            let mut connection: MySqlConnection = connected(server, mysql_options(server).connect()).await?;
            let mut there = Vec::new();
            for table in SEED_TABLES {
                let count = "SELECT CAST(COUNT(*) AS SIGNED) FROM information_schema.tables \
                     WHERE table_schema = DATABASE() AND table_name = ?";
                let count: i64 =
                    sqlx::query_scalar(count).bind(table).fetch_one(&mut connection).await.map_err(failed)?;
                there.extend((count > 0).then_some(table));
            }
            refuse_unless(replace, &there, server)?;
            write_mysql(&mut connection, rows, seed, &there).await.map_err(failed)?;
            connection.close().await.map_err(failed)
        }
        Driver::PostgreSql => {
            let mut connection: PgConnection =
                connected(server, postgresql_options(server).connect()).await?;
            let mut there = Vec::new();
            for table in SEED_TABLES {
                let found: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
                    .bind((POSTGRESQL.quote)(table))
                    .fetch_one(&mut connection)
                    .await
                    .map_err(failed)?;
                there.extend(found.then_some(table));
            }
            refuse_unless(replace, &there, server)?;
            write_postgresql(&mut connection, rows, seed).await.map_err(failed)?;
            connection.close().await.map_err(failed)
        }
    }
}

fn refuse_unless(replace: bool, there: &[&'static str], server: &ServerCredentials) -> Result<(), SeedError> {
    match there.first() {
        Some(table) if !replace => Err(SeedError::TableExists { table, server: server_text(server) }),
        _ => Ok(()),
    }
}

async fn write_mysql(
    connection: &mut MySqlConnection,
    rows: u32,
    seed: u64,
    there: &[&str],
) -> Result<(), sqlx::Error> {
    let drop = |suffix: &str| drop_tables(&MYSQL, suffix);
    // What an earlier run left that was ended.
    sqlx::query(AssertSqlSafe(drop(UNFINISHED))).execute(&mut *connection).await?;
    sqlx::query(AssertSqlSafe(drop(REPLACED))).execute(&mut *connection).await?;
    write_mysql_tables(connection, rows, seed, UNFINISHED).await?;
    let quoted = |table: &str, suffix: &str| (MYSQL.quote)(&format!("{table}{suffix}"));
    let away = there.iter().map(|table| format!("{} TO {}", quoted(table, ""), quoted(table, REPLACED)));
    let here =
        SEED_TABLES.iter().map(|table| format!("{} TO {}", quoted(table, UNFINISHED), quoted(table, "")));
    let renames: Vec<String> = away.chain(here).collect();
    let rename = format!("RENAME TABLE {}", renames.join(", "));
    sqlx::query(AssertSqlSafe(rename)).execute(&mut *connection).await?;
    sqlx::query(AssertSqlSafe(drop(REPLACED))).execute(&mut *connection).await?;
    Ok(())
}

async fn write_postgresql(connection: &mut PgConnection, rows: u32, seed: u64) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    write_postgresql_tables(&mut transaction, rows, seed, UNFINISHED).await?;
    sqlx::query(AssertSqlSafe(drop_tables(&POSTGRESQL, ""))).execute(&mut *transaction).await?;
    for table in SEED_TABLES {
        let (unfinished, finished) =
            ((POSTGRESQL.quote)(&format!("{table}{UNFINISHED}")), (POSTGRESQL.quote)(table));
        let rename = format!("ALTER TABLE {unfinished} RENAME TO {finished}");
        sqlx::query(AssertSqlSafe(rename)).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

fn drop_tables(dialect: &Dialect, suffix: &str) -> String {
    let tables: Vec<String> =
        SEED_TABLES.iter().map(|table| (dialect.quote)(&format!("{table}{suffix}"))).collect();
    format!("DROP TABLE IF EXISTS {}", tables.join(", "))
}
