//! `db_creds.yaml`: what is read from it, what is refused, and that nothing in it is ever shown.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use alluvium_posting_emulator::{CredentialsError, DatabaseCredentials, Driver, ServerCredentials, TlsMode};
use secrecy::ExposeSecret;

/// Writes `text` with `mode` and loads it; a success is shown with its secrets, an error without the folder's name.
fn load(text: &str, mode: u32) -> Result<DatabaseCredentials, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db_creds.yaml");
    fs_err::write(&path, text).unwrap();
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    let folder = format!("{}/", folder.path().display());
    DatabaseCredentials::load(&path).map_err(|error| error.to_string().replace(&folder, ""))
}

fn shown(credentials: &DatabaseCredentials) -> String {
    match credentials {
        DatabaseCredentials::Sqlite(url) => format!("sqlite {}", url.expose_secret()),
        DatabaseCredentials::Server(server) => {
            let ServerCredentials { driver, host, port, user, password, database, tls, tls_authority } =
                server;
            let authority = tls_authority.as_ref().and_then(|path| path.file_name());
            let authority = authority.map(|name| format!(" {}", name.display())).unwrap_or_default();
            let password = password.expose_secret();
            format!("{} {host} {port} {user} {password} {database} {tls:?}{authority}", driver.name())
        }
    }
}

fn check(text: &str, expected: &str) {
    let actual = load(text, 0o600).map_or_else(|error| format!("error {error}"), |found| shown(&found));
    assert_eq!(actual, expected);
}

#[test]
fn every_form_is_read() {
    check("URL: sqlite:///srv/posts.db\n", "sqlite sqlite:///srv/posts.db");
    check(
        "HOST: db.example\nPORT: 3306\nUSER: reader\nPASSWORD: 'p: #1'\nDATABASE: pinterest\n",
        "MySQL db.example 3306 reader p: #1 pinterest Prefer",
    );
    // A password of digits alone, or one that YAML would take for something else, is still text.
    check("HOST: h\nUSER: u\nPASSWORD: 0123\nDATABASE: d\n", "MySQL h 3306 u 0123 d Prefer");
    check("HOST: h\nUSER: u\nPASSWORD: no\nDATABASE: d\n", "MySQL h 3306 u no d Prefer");
    check("URL: mysql://u:p%40%2F@h/d\n", "MySQL h 3306 u p@/ d Prefer");
    check("URL: postgres://u:p@[::1]:6543/d?sslmode=disable\n", "PostgreSQL ::1 6543 u p d Disable");
    check("URL: mariadb://u@h/d?ssl-ca=/ca.pem\n", "MySQL h 3306 u  d VerifyFull ca.pem");
}

#[test]
fn the_driver_is_named_or_known_by_its_port() {
    let server = "HOST: h\nUSER: u\nPASSWORD: p\nDATABASE: d\n";
    check(&format!("{server}PORT: 5432\n"), "PostgreSQL h 5432 u p d Prefer");
    check(&format!("{server}DRIVER: PostgreSQL\n"), "PostgreSQL h 5432 u p d Prefer");
    check(&format!("{server}DRIVER: mariadb\nPORT: 3307\n"), "MySQL h 3307 u p d Prefer");
    check(
        &format!("{server}DRIVER: oracle\n"),
        "error db_creds.yaml:5:9: DRIVER must be mysql, mariadb or postgresql",
    );
    check(
        &format!("{server}PORT: 3307\n"),
        "error db_creds.yaml:5:7: this PORT is neither MySQL's usual 3306 nor PostgreSQL's 5432: say which it is with \
         DRIVER: mysql or DRIVER: postgresql",
    );
}

#[test]
fn tls_has_the_modes_of_both_kinds_of_server() {
    let server = "HOST: h\nUSER: u\nPASSWORD: p\nDATABASE: d\n";
    check(&format!("{server}SSL_MODE: REQUIRED\n"), "MySQL h 3306 u p d Require");
    check(&format!("{server}SSL_CA: ca.pem\n"), "MySQL h 3306 u p d VerifyFull ca.pem");
    check(&format!("{server}SSL_MODE: verify-ca\nSSL_CA: ca.pem\n"), "MySQL h 3306 u p d VerifyCa ca.pem");
    check(
        &format!("{server}SSL_MODE: on\n"),
        "error db_creds.yaml:5:11: SSL_MODE must be disable, prefer, require, verify-ca or verify-full",
    );
    check(
        &format!("{server}SSL_MODE: verify-full\n"),
        "error db_creds.yaml:5:11: this SSL_MODE needs SSL_CA: the PEM file of the authority that signed the server's \
         certificate",
    );
    check(
        "URL: sqlite:x\nSSL_MODE: require\n",
        "error db_creds.yaml:2:11: a SQLite file has no connection to encrypt: take this out",
    );
}

#[test]
fn a_url_that_cannot_be_used_is_explained_without_a_word_of_it() {
    for (url, problem) in [
        ("oracle://hunter2", "the URL must begin with sqlite://, mysql://, mariadb:// or postgresql://"),
        ("hunter2", "the URL must begin with sqlite://, mysql://, mariadb:// or postgresql://"),
        (
            "mysql://hunter2:hunter2@h:port/d",
            "the URL is malformed; special characters in user and password are written as %40 for @ and the like",
        ),
        ("mysql://h/d", "the URL has no user: the form is mysql://user:password@host:port/database"),
        (
            "postgres://u:hunter2@h",
            "the URL has no database: the form is postgresql://user:password@host:port/database",
        ),
        (
            "mysql://u:hunter2@h/d?hunter2=1",
            "the URL has a parameter that is not known here; ssl-mode (sslmode) and ssl-ca (sslrootcert) are",
        ),
        ("mysql://u:%ff@h/d", "the URL's password is not UTF-8 after %-decoding"),
    ] {
        check(&format!("URL: {url}\n"), &format!("error db_creds.yaml:1:6: {problem}"));
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_likely_one() {
    check("HSOT: h\n", "error db_creds.yaml:1:1: unknown key `HSOT`, did you mean `HOST`?");
    check(
        "HOST: h\npasword: x\n",
        "error db_creds.yaml:2:1: unknown key `pasword`, did you mean `PASSWORD`?",
    );
    check("HOST: h\nDB_USERNAME: x\n", "error db_creds.yaml:2:1: unknown key, did you mean `USER`?");
    check(
        "s3cr3t-in-key: x\n",
        "error db_creds.yaml:1:1: unknown key; the keys are HOST, PORT, USER, PASSWORD, DATABASE, DRIVER, SSL_MODE, SSL_CA, URL",
    );
}

#[test]
fn a_missing_or_contradicting_key_is_named() {
    check(
        "HOST: h\nUSER: u\nDATABASE: d\n",
        "error db_creds.yaml:1:1: PASSWORD is missing; give HOST, PORT, USER, PASSWORD and DATABASE, or URL: sqlite://FILE",
    );
    check(
        "URL: sqlite:x\nHOST: h\n",
        "error db_creds.yaml:2:7: URL stands for DRIVER, HOST, PORT, USER, PASSWORD and DATABASE: give one or the other",
    );
    check(
        "HOST: h\nPORT: 70000\nUSER: u\nPASSWORD: x\nDATABASE: d\n",
        "error db_creds.yaml:2:7: PORT must be a number from 1 to 65535",
    );
    check("HOST: h\nHOST: i\n", "error db_creds.yaml:2:1: this key stands here for the second time");
}

#[test]
fn no_error_shows_what_the_file_holds() {
    let broken = [
        "PASSWORD=hunter2\n",
        "- hunter2\n",
        "PASSWORD: [hunter2]\n",
        "PASSWORD: {hunter2: 1}\n",
        "PASSWORD: \"hunter2\n",
        "PASSWORD: *hunter2\n",
        "PASSWORD: !hunter2 x\n",
        "PASSWORD: @hunter2\n",
        "PASSWORD: hunter2: x\n",
        "  hunter2\n\tx: y",
        "hunter2: x\n",
        "? [hunter2]\n: x\n",
        "URL: a\n---\nURL: hunter2\n",
        "PORT: hunter2\nHOST: h\nUSER: u\nPASSWORD: x\nDATABASE: d\n",
    ];
    for text in broken {
        let error = load(text, 0o600).expect_err(text);
        assert!(error.starts_with("db_creds.yaml:"), "{text:?}: {error}");
        assert!(!error.contains("hunter2"), "{text:?}: {error}");
    }
}

#[test]
fn secrets_are_not_in_the_debug_form() {
    for text in ["URL: mysql://u:hunter2@h/d\n", "HOST: h\nUSER: u\nPASSWORD: hunter2\nDATABASE: d\n"] {
        let credentials = load(text, 0o600).unwrap();
        assert!(!format!("{credentials:?}").contains("hunter2"));
    }
}

#[test]
fn a_file_that_others_can_read_is_refused_with_the_remedy() {
    for mode in [0o644, 0o640, 0o604, 0o660] {
        let error = load("URL: sqlite:x\n", mode).unwrap_err();
        assert_eq!(
            error,
            format!(
                "db_creds.yaml: others can read this file with passwords in it (mode {mode:03o}); \
                 close it with: chmod 600 db_creds.yaml"
            )
        );
    }
    for mode in [0o600, 0o400] {
        load("URL: sqlite:x\n", mode).unwrap();
    }
}

#[test]
fn what_is_written_is_private_reads_back_and_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db_creds.yaml");
    let credentials = DatabaseCredentials::Server(ServerCredentials {
        driver: Driver::PostgreSql,
        host: "::1".to_owned(),
        port: 6000,
        user: "o'neil".to_owned(),
        password: "a\"b: #c\\ é\n".into(),
        database: "no".to_owned(),
        tls: TlsMode::VerifyCa,
        tls_authority: Some("/ca.pem".into()),
    });
    credentials.write(&path).unwrap();
    assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(shown(&DatabaseCredentials::load(&path).unwrap()), shown(&credentials));
    assert!(matches!(credentials.write(&path), Err(CredentialsError::Write(_))));
}

#[test]
fn a_file_that_is_not_there_or_far_too_large_is_named() {
    let error = DatabaseCredentials::load(Path::new("nowhere/db_creds.yaml")).unwrap_err();
    assert!(error.to_string().contains("nowhere/db_creds.yaml"), "{error}");
    let error = load(&"#".repeat(70_000), 0o600).unwrap_err();
    assert_eq!(error, "db_creds.yaml: larger than the 65536 bytes that database credentials may take");
}
