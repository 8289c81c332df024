//! Reading a source that somebody else made: types, gaps, views, and what is missing.

use std::path::{Path, PathBuf};

use alluvium_posting_emulator::{DatabaseCredentials, Feed, Source};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

fn feed(table: &str) -> Feed {
    Feed {
        label: "t".to_owned(),
        table: table.to_owned(),
        key_column: "k".to_owned(),
        stream: "s".to_owned(),
    }
}

/// A database made by `sql`; its name has what a URL must escape.
async fn database(sql: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%20?#é.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    (folder, path)
}

async fn open(path: &Path, table: &str) -> Result<Source, String> {
    let credentials = DatabaseCredentials::sqlite(path);
    Source::open(&credentials, vec![feed(table)]).await.map_err(|error| error.to_string())
}

/// Every row of table `t`, one line each: partition key and JSON.
async fn check(sql: &str, expected: &[&str]) {
    let (_folder, path) = database(sql).await;
    let source = open(&path, "t").await.unwrap();
    let mut lines = Vec::new();
    for row_number in 0..source.rows() {
        lines.push(match source.row(0, row_number).await {
            Ok(row) => format!("{} {}", row.partition_key, serde_json::to_string(&row.data).unwrap()),
            Err(error) => error.to_string(),
        });
    }
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn values_become_json_by_their_own_type_in_the_order_of_the_columns() {
    check(
        "CREATE TABLE t (z, k INTEGER, r REAL, n TEXT, b BLOB, d DATETIME, s TIMESTAMP, a DATETIME);
         INSERT INTO t VALUES ('é\"\n', 9007199254740993, -0.5, NULL, x'00ff', '2020-02-29T10:00:00Z',
                               '2020-02-29 10:00:00.5', 'unknown');",
        &[concat!(
            r#"9007199254740993 {"z":"é\"\n","k":9007199254740993,"r":-0.5,"n":null,"b":"AP8=","#,
            r#""d":"2020-02-29 10:00:00","s":"2020-02-29 10:00:00.5","a":"unknown"}"#
        )],
    )
    .await;
}

#[tokio::test]
async fn rows_are_numbered_without_gaps_whatever_their_keys() {
    let expected = [r#"a {"k":"a"}"#, r#"b {"k":"b"}"#, r#"c {"k":"c"}"#];
    check("CREATE TABLE t (k TEXT); INSERT INTO t VALUES ('a'), ('b'), ('c');", &expected).await;
    check(
        "CREATE TABLE t (k TEXT); INSERT INTO t (rowid, k) VALUES (-5, 'a'), (7, 'b'), (9000, 'c');",
        &expected,
    )
    .await;
    check(
        "CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('b'), ('c'), ('a');",
        &expected,
    )
    .await;
    check(
        "CREATE TABLE u (k TEXT); INSERT INTO u VALUES ('a'), ('b'), ('c'); CREATE VIEW t AS SELECT * FROM u;",
        &expected,
    )
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_sent_is_named() {
    check(
        "CREATE TABLE t (k TEXT, v TEXT); INSERT INTO t VALUES (NULL, 'x'), ('1', CAST(x'ff' AS TEXT));",
        &[
            "row 0 of table t has no value in column k, which is to be its partition key",
            "row 1 of table t, column v: error occurred while decoding column 2: invalid utf-8 sequence of 1 bytes from index 0",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_missing_or_empty_table_or_file_is_named() {
    let (folder, path) = database("CREATE TABLE t (k TEXT);").await;
    assert_eq!(open(&path, "t").await.unwrap_err(), "table t of the source database is empty");
    let error = open(&path, "no\"such").await.unwrap_err();
    assert!(error.starts_with("cannot read table no\"such of the source database: "), "{error}");
    let error = open(&folder.path().join("missing.db"), "t").await.unwrap_err();
    assert!(error.starts_with("cannot open the source database ") && error.contains("missing.db"), "{error}");
    assert!(!folder.path().join("missing.db").exists(), "reading makes no file");
}
