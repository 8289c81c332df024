//! Sources on real database servers: MariaDB and PostgreSQL, each started by the tests.

use std::sync::LazyLock;

use alluvium_posting_emulator::{
    DatabaseCredentials, Driver, Feed, ServerCredentials, Source, TlsMode, seed,
};
use alluvium_testkit::{
    DATABASE_NAME, DATABASE_PASSWORD, DATABASE_USER, DatabaseServer, mariadb, postgresql,
};
use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use tokio::sync::{Mutex, MutexGuard};

/// One server of each kind for all tests of this file; one test has it at a time.
static MARIADB: LazyLock<Option<Mutex<DatabaseServer>>> = LazyLock::new(|| mariadb().map(Mutex::new));
static POSTGRESQL: LazyLock<Option<Mutex<DatabaseServer>>> = LazyLock::new(|| postgresql().map(Mutex::new));

type Lent = MutexGuard<'static, DatabaseServer>;

/// The servers that there are.
async fn servers() -> Vec<Lent> {
    let mut servers = Vec::new();
    for server in [&*MARIADB, &*POSTGRESQL].into_iter().flatten() {
        servers.push(server.lock().await);
    }
    servers
}

fn credentials(server: &DatabaseServer) -> ServerCredentials {
    let driver = if server.driver == "mysql" { Driver::MySql } else { Driver::PostgreSql };
    ServerCredentials {
        driver,
        host: "localhost".to_owned(),
        port: server.port,
        user: DATABASE_USER.to_owned(),
        password: DATABASE_PASSWORD.into(),
        database: DATABASE_NAME.to_owned(),
        tls: TlsMode::Prefer,
        tls_authority: None,
    }
}

/// Runs statements on the server, as somebody else would.
async fn execute(server: &DatabaseServer, statements: &[&str]) {
    let (user, password) = (DATABASE_USER, DATABASE_PASSWORD);
    if server.driver == "mysql" {
        let options =
            MySqlConnectOptions::new().host("127.0.0.1").port(server.port).username(user).password(password);
        let mut connection: MySqlConnection = options.database(DATABASE_NAME).connect().await.unwrap();
        for statement in statements {
            sqlx::raw_sql(AssertSqlSafe(*statement)).execute(&mut connection).await.unwrap();
        }
    } else {
        let options =
            PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(server.port).username(user);
        let options = options.password(password).database(DATABASE_NAME);
        let mut connection: PgConnection = options.connect().await.unwrap();
        for statement in statements {
            sqlx::raw_sql(AssertSqlSafe(*statement)).execute(&mut connection).await.unwrap();
        }
    }
}

fn feed(table: &str, key: &str) -> Feed {
    Feed {
        label: "t".to_owned(),
        table: table.to_owned(),
        key_column: key.to_owned(),
        stream: "s".to_owned(),
    }
}

async fn open(server: &DatabaseServer, table: &str, key: &str) -> Result<Source, String> {
    let credentials = DatabaseCredentials::Server(credentials(server));
    Source::open(&credentials, vec![feed(table, key)]).await.map_err(|error| error.to_string())
}

/// Partition key and JSON of every row, each looked up by itself; and that reading them all at once gives the same.
async fn rows(server: &DatabaseServer, table: &str, key: &str) -> Vec<String> {
    let source = open(server, table, key).await.unwrap();
    let mut rows = Vec::new();
    for row_number in 0..source.rows() {
        rows.push(source.row(0, row_number).await.unwrap());
    }
    let all: Vec<_> = source.all_rows(0).try_collect().await.unwrap();
    assert_eq!(all, rows);
    source.close().await;
    let line = |row: alluvium_posting_emulator::SourceRow| {
        format!("{} {}", row.partition_key, serde_json::to_string(&row.data).unwrap())
    };
    rows.into_iter().map(line).collect()
}

#[tokio::test]
async fn mariadbs_types_become_json_by_the_documented_table() {
    let Some(server) = servers().await.into_iter().find(|server| server.driver == "mysql") else { return };
    execute(
        &server,
        &[
            "DROP TABLE IF EXISTS types",
            "CREATE TABLE types (k INT PRIMARY KEY, tiny TINYINT(1), small SMALLINT, big BIGINT UNSIGNED, `dec` DECIMAL(10,2), \
             longdec DECIMAL(30,10), f FLOAT, d DOUBLE, b BIT(9), y YEAR, dt DATETIME, dt3 DATETIME(3), ts TIMESTAMP NULL, \
             da DATE, ti TIME, c CHAR(5), v VARCHAR(20) CHARACTER SET latin1, t LONGTEXT CHARACTER SET utf8mb4, bl BLOB, \
             vb VARBINARY(9), e ENUM('a','b'), s SET('x','y','z'), j JSON, u UUID)",
            "SET time_zone = '+02:00'",
            "INSERT INTO types VALUES (1, 1, -7, 18446744073709551615, 12.50, 12345678901234567890.0123456789, 0.1, 1e-7, b'100000001', \
             2024, '2020-02-29 12:00:00', '2020-02-29 12:00:00.250', '2020-02-29 12:00:00', '2020-02-29', '-12:30:00', 'é', 'ü', \
             '\"é😀\\n', x'00ff', x'', 'b', 'x,z', '{\"a\": 1}', '123e4567-e89b-12d3-a456-426655440000')",
            "INSERT INTO types (k) VALUES (2)",
        ],
    )
    .await;
    assert_eq!(
        rows(&server, "types", "k").await,
        [
            concat!(
                r#"1 {"k":1,"tiny":1,"small":-7,"big":18446744073709551615,"dec":12.5,"#,
                r#""longdec":"12345678901234567890.0123456789","f":0.1,"d":1e-7,"b":257,"y":2024,"#,
                r#""dt":"2020-02-29 12:00:00","dt3":"2020-02-29 12:00:00.25","ts":"2020-02-29 10:00:00","da":"2020-02-29","#,
                r#""ti":"-12:30:00","c":"é","v":"ü","t":"\"é😀\n","bl":"AP8=","vb":"","e":"b","s":"x,z","#,
                r#""j":"{\"a\": 1}","u":"123e4567-e89b-12d3-a456-426655440000"}"#
            ),
            concat!(
                r#"2 {"k":2,"tiny":null,"small":null,"big":null,"dec":null,"longdec":null,"f":null,"d":null,"b":null,"y":null,"#,
                r#""dt":null,"dt3":null,"ts":null,"da":null,"ti":null,"c":null,"v":null,"t":null,"bl":null,"vb":null,"e":null,"#,
                r#""s":null,"j":null,"u":null}"#
            ),
        ]
    );
    execute(&server, &["CREATE OR REPLACE TABLE shapes (k INT PRIMARY KEY, p POINT)"]).await;
    assert_eq!(open(&server, "shapes", "k").await.unwrap_err(), unknown_type("p", "shapes", "point"));
}

#[tokio::test]
async fn postgresqls_types_become_json_by_the_documented_table() {
    let Some(server) = servers().await.into_iter().find(|server| server.driver == "postgresql") else {
        return;
    };
    execute(
        &server,
        &[
            "DROP TABLE IF EXISTS types; DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('sad', 'glad'); \
             DROP DOMAIN IF EXISTS price; CREATE DOMAIN price AS numeric(8,2)",
            "CREATE TABLE types (k int8 PRIMARY KEY, small int2, r real, d double precision, n numeric(10,2), free numeric, \
             pr price, b boolean, ts timestamp, tz timestamptz, da date, ti time, iv interval, c char(3), v varchar(9), t text, by bytea, \
             u uuid, j jsonb, e mood, a int[], ta text[], bi bit(3), ip inet)",
            "INSERT INTO types VALUES (1, -7, 0.1, 1e-7, 12.50, 123456789012345678.5, 9.90, true, '2020-02-29 12:00:00.250', \
             '2020-02-29 12:00:00+02', '2020-02-29', '12:30:00', '1 day 02:00', 'é', 'ü', E'\"é😀\\n', '\\x00ff', \
             '01234567-89ab-cdef-0123-456789abcdef', '{\"a\": [1, null]}', 'glad', '{1,NULL,3}', '{\"x y\"}', B'101', '10.0.0.1')",
            "INSERT INTO types (k, r, d, n, ts) VALUES (2, 'NaN', '-Infinity', 'NaN', 'infinity')",
        ],
    )
    .await;
    assert_eq!(
        rows(&server, "types", "k").await,
        [
            concat!(
                r#"1 {"k":1,"small":-7,"r":0.1,"d":1e-7,"n":12.5,"free":"123456789012345678.5","pr":9.9,"b":true,"#,
                r#""ts":"2020-02-29 12:00:00.25","tz":"2020-02-29 10:00:00","da":"2020-02-29","ti":"12:30:00","iv":"1 day 02:00:00","#,
                r#""c":"é","v":"ü","t":"\"é😀\n","by":"AP8=","u":"01234567-89ab-cdef-0123-456789abcdef","#,
                r#""j":{"a":[1,null]},"e":"glad","a":[1,null,3],"ta":["x y"],"bi":"101","ip":"10.0.0.1/32"}"#
            ),
            concat!(
                r#"2 {"k":2,"small":null,"r":"NaN","d":"-Infinity","n":"NaN","free":null,"pr":null,"b":null,"ts":"infinity","#,
                r#""tz":null,"da":null,"ti":null,"iv":null,"c":null,"v":null,"t":null,"by":null,"u":null,"j":null,"e":null,"a":null,"#,
                r#""ta":null,"bi":null,"ip":null}"#
            ),
        ]
    );
    execute(&server, &["DROP TABLE IF EXISTS shapes; CREATE TABLE shapes (k int PRIMARY KEY, p point)"])
        .await;
    assert_eq!(open(&server, "shapes", "k").await.unwrap_err(), unknown_type("p", "shapes", "point"));
}

fn unknown_type(column: &str, table: &str, type_name: &str) -> String {
    format!(
        "column {column} of table {table} has type {type_name}, which has no JSON form here; make a view that casts it to text \
         and name the view in place of the table"
    )
}

#[tokio::test]
async fn rows_are_numbered_by_their_keys_whatever_gaps_and_kinds_the_keys_have() {
    for server in servers().await {
        for (key_type, keys) in
            [("INT", "(-5), (7), (9000)"), ("INT", "(3), (4), (5)"), ("VARCHAR(9)", "('a'), ('b'), ('c')")]
        {
            let create = format!("CREATE TABLE numbered (k {key_type} PRIMARY KEY)");
            let insert = format!("INSERT INTO numbered VALUES {keys}");
            execute(
                &server,
                &["DROP VIEW IF EXISTS numbered_view", "DROP TABLE IF EXISTS numbered", &create, &insert],
            )
            .await;
            execute(&server, &["CREATE VIEW numbered_view AS SELECT * FROM numbered"]).await;
            for table in ["numbered", "numbered_view"] {
                let found: Vec<String> = rows(&server, table, "k").await;
                let found: Vec<&str> = found.iter().map(|row| row.split(' ').next().unwrap()).collect();
                let expected: Vec<&str> =
                    keys.split(", ").map(|key| key.trim_matches(['(', ')', '\''])).collect();
                assert_eq!(found, expected, "{} {table}", server.driver);
            }
        }
        // Keys that are there more than once are no order to find rows by, yet every row is found.
        execute(
            &server,
            &[
                "DROP TABLE IF EXISTS twice",
                "CREATE TABLE twice (k INT)",
                "INSERT INTO twice VALUES (1), (1), (3)",
            ],
        )
        .await;
        assert_eq!(rows(&server, "twice", "k").await, [r#"1 {"k":1}"#, r#"1 {"k":1}"#, r#"3 {"k":3}"#]);
    }
}

#[tokio::test]
async fn a_range_of_keys_is_found_where_keys_are_numbers() {
    for server in servers().await {
        let statements = [
            "DROP TABLE IF EXISTS ranged",
            "CREATE TABLE ranged (k INT PRIMARY KEY)",
            "INSERT INTO ranged VALUES (1), (5), (6), (9)",
        ];
        execute(&server, &statements).await;
        let open = async |first: i64, last: i64| {
            let credentials = DatabaseCredentials::Server(credentials(&server));
            Source::open_keys(&credentials, vec![feed("ranged", "k")], first..=last).await
        };
        let source = open(2, 6).await.unwrap();
        assert_eq!(source.rows(), 2);
        let found = source.rows_numbered(0, &[1, 0, 1]).await.unwrap();
        let keys: Vec<&str> = found.iter().map(|row| row.partition_key.as_str()).collect();
        assert_eq!(keys, ["6", "5", "6"]);
        assert_eq!(open(i64::MIN, i64::MAX).await.unwrap().rows(), 4);
        let error = open(7, 8).await.unwrap_err().to_string();
        assert_eq!(error, "table ranged has no row whose key k is from 7 to 8");
    }
}

#[tokio::test]
async fn no_name_is_read_as_sql() {
    for server in servers().await {
        let quote = if server.driver == "mysql" { '`' } else { '"' };
        let (table, key) = ("x\"`; DROP TABLE kept; --", "k\"`');--");
        let quoted = |name: &str| {
            let name = name.replace(quote, &format!("{quote}{quote}"));
            format!("{quote}{name}{quote}")
        };
        let drop = format!("DROP TABLE IF EXISTS {}", quoted(table));
        let create = format!("CREATE TABLE {} ({} INT PRIMARY KEY)", quoted(table), quoted(key));
        let insert = format!("INSERT INTO {} VALUES (1)", quoted(table));
        execute(&server, &[&drop, &create, &insert]).await;
        execute(
            &server,
            &[
                "DROP TABLE IF EXISTS kept",
                "CREATE TABLE kept (k INT PRIMARY KEY)",
                "INSERT INTO kept VALUES (1)",
            ],
        )
        .await;
        assert_eq!(rows(&server, table, key).await.len(), 1, "{}", server.driver);
        let error = open(&server, "kept; DROP TABLE kept", "k").await.unwrap_err();
        assert!(
            error.starts_with("there is no table kept; DROP TABLE kept that this user may read in "),
            "{error}"
        );
        let error = open(&server, "kept", "1; DROP TABLE kept").await.unwrap_err();
        assert_eq!(
            error,
            "table kept has no column 1; DROP TABLE kept, which is to be its key; its columns are k"
        );
        assert_eq!(rows(&server, "kept", "k").await.len(), 1, "the table is still there");
    }
}

#[tokio::test]
async fn a_connection_that_fails_says_where_to_as_whom_and_what_to_do() {
    for server in servers().await {
        let right = credentials(&server);
        let name = right.driver.name();
        let place = format!("{name} at localhost:{} as user alluvium, database posts", server.port);
        let mut wrong = vec![
            (
                ServerCredentials { password: "hunter2".into(), ..right.clone() },
                place,
                "check USER and PASSWORD",
            ),
            (
                ServerCredentials { port: 1, ..right.clone() },
                format!("{name} at localhost:1 as user alluvium, database posts"),
                "is the server running, and is PORT its port?",
            ),
            (
                ServerCredentials { database: "nowhere".to_owned(), ..right.clone() },
                format!("{name} at localhost:{} as user alluvium, database nowhere", server.port),
                "check DATABASE",
            ),
        ];
        // A PostgreSQL server says nothing to who waits for MySQL's greeting; the other way is seen at once.
        if right.driver == Driver::MySql {
            let place = format!("PostgreSQL at localhost:{} as user alluvium, database posts", server.port);
            wrong.push((ServerCredentials { driver: Driver::PostgreSql, ..right }, place, "DRIVER"));
        }
        for (credentials, place, advice) in wrong {
            let opened =
                Source::open(&DatabaseCredentials::Server(credentials), vec![feed("kept", "k")]).await;
            let error = opened.unwrap_err().to_string();
            assert!(error.contains(&place) && error.contains(advice), "{error}");
            assert!(!error.contains("hunter2") && !error.contains("s3cr3t"), "{error}");
        }
    }
}

#[tokio::test]
async fn tls_is_checked_against_the_authority_and_the_name() {
    for server in servers().await {
        execute(
            &server,
            &[
                "DROP TABLE IF EXISTS tls",
                "CREATE TABLE tls (k INT PRIMARY KEY)",
                "INSERT INTO tls VALUES (1)",
            ],
        )
        .await;
        let verified = ServerCredentials {
            tls: TlsMode::VerifyFull,
            tls_authority: Some(server.authority()),
            ..credentials(&server)
        };
        let open = async |credentials: ServerCredentials| {
            let opened =
                Source::open(&DatabaseCredentials::Server(credentials), vec![feed("tls", "k")]).await;
            opened.map(|source| source.rows()).map_err(|error| error.to_string())
        };
        assert_eq!(open(verified.clone()).await, Ok(1));
        assert_eq!(open(ServerCredentials { tls: TlsMode::Disable, ..verified.clone() }).await, Ok(1));
        // The certificate is for localhost.
        let error = open(ServerCredentials { host: "127.0.0.1".to_owned(), ..verified }).await.unwrap_err();
        assert!(error.contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_restarts_is_waited_for() {
    for mut server in servers().await {
        execute(
            &server,
            &[
                "DROP TABLE IF EXISTS kept",
                "CREATE TABLE kept (k INT PRIMARY KEY)",
                "INSERT INTO kept VALUES (1)",
            ],
        )
        .await;
        let source = open(&server, "kept", "k").await.unwrap();
        source.row(0, 0).await.unwrap();
        server.stop();
        let reading = tokio::spawn({
            let source = source.clone();
            async move { source.row(0, 0).await }
        });
        server.start_again();
        assert_eq!(reading.await.unwrap().unwrap().partition_key, "1");
    }
}

#[tokio::test]
async fn the_seeded_rows_are_the_same_on_every_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source.db");
    seed::write_database(&path, 450, 7).await.unwrap();
    let of_sqlite = Source::open(&DatabaseCredentials::sqlite(&path), Feed::pinterest("u")).await.unwrap();
    for server in servers().await {
        let credentials = credentials(&server);
        seed::write_server(&credentials, 5, 1, true).await.unwrap();
        let error = seed::write_server(&credentials, 450, 7, false).await.unwrap_err().to_string();
        assert!(error.starts_with("table pinterest_data is there already in "), "{error}");
        assert!(error.ends_with("; --force replaces it"), "{error}");
        seed::write_server(&credentials, 450, 7, true).await.unwrap();
        let credentials = DatabaseCredentials::Server(credentials);
        let source = Source::open(&credentials, Feed::pinterest("u")).await.unwrap();
        for feed in 0..3 {
            let expected: Vec<_> = of_sqlite.all_rows(feed).try_collect().await.unwrap();
            let found: Vec<_> = source.all_rows(feed).try_collect().await.unwrap();
            assert_eq!(found.len(), 450);
            assert!(found == expected, "{} table {feed}", server.driver);
        }
    }
}
