//! `db_creds.yaml`: what is read from it, what is refused, and that nothing in it is ever shown.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use alluvium_posting_emulator::{CredentialsError, DatabaseCredentials, Source, SourceError};
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
        DatabaseCredentials::Url(url) => format!("url {}", url.expose_secret()),
        DatabaseCredentials::Server { host, port, user, password, database } => {
            format!("server {host} {port:?} {user} {} {database}", password.expose_secret())
        }
    }
}

fn check(text: &str, expected: &str) {
    let actual = load(text, 0o600).map_or_else(|error| format!("error {error}"), |found| shown(&found));
    assert_eq!(actual, expected);
}

#[test]
fn both_forms_are_read() {
    check("URL: sqlite:///srv/posts.db\n", "url sqlite:///srv/posts.db");
    check(
        "HOST: db.example\nPORT: 3306\nUSER: reader\nPASSWORD: 'p: #1'\nDATABASE: pinterest\n",
        "server db.example Some(3306) reader p: #1 pinterest",
    );
    // A password of digits alone, or one that YAML would take for something else, is still text.
    check("HOST: h\nUSER: u\nPASSWORD: 0123\nDATABASE: d\n", "server h None u 0123 d");
    check("HOST: h\nUSER: u\nPASSWORD: no\nDATABASE: d\n", "server h None u no d");
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
        "error db_creds.yaml:1:1: unknown key; the keys are HOST, PORT, USER, PASSWORD, DATABASE, URL",
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
        "error db_creds.yaml:2:7: URL stands for HOST, PORT, USER, PASSWORD and DATABASE: give one or the other",
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
    let credentials = DatabaseCredentials::Server {
        host: "::1".to_owned(),
        port: Some(5432),
        user: "o'neil".to_owned(),
        password: "a\"b: #c\\ é\n".into(),
        database: "no".to_owned(),
    };
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

#[tokio::test]
async fn database_servers_are_answered_with_an_honest_not_yet() {
    for text in
        ["URL: mysql://u:p@h/d\n", "URL: postgres://h/d\n", "HOST: h\nUSER: u\nPASSWORD: p\nDATABASE: d\n"]
    {
        let error = Source::open(&load(text, 0o600).unwrap(), Vec::new()).await.unwrap_err();
        assert!(matches!(error, SourceError::NotYet), "{error}");
        assert!(error.to_string().starts_with("not yet: MySQL and PostgreSQL sources come later"), "{error}");
    }
    let error = Source::open(&load("URL: oracle://hunter2\n", 0o600).unwrap(), Vec::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "the URL of the source database does not begin with sqlite://");
}
