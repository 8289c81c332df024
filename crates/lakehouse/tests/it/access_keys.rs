//! The credentials table in both spellings, and every way in which it can be wrong.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use alluvium_lakehouse::{AccessKey, read_access_key, write_access_key};
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use deltalake::kernel::DataType;
use deltalake::operations::create::CreateBuilder;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

fn key(id: &str, secret: &str) -> AccessKey {
    AccessKey { access_key_id: id.into(), secret_access_key: SecretString::from(secret) }
}

/// What reading gives, in one line; a secret shows only where it was read.
async fn read(table: &Url, user_name: &str) -> String {
    match read_access_key(table, user_name).await {
        Ok(key) => format!("{} {}", key.access_key_id, key.secret_access_key.expose_secret()),
        Err(error) => error.to_string().replace(table.as_str(), "TABLE"),
    }
}

fn files_under(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![directory.to_path_buf()];
    for entry in fs_err::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn a_key_is_written_replaced_and_read_by_user_and_only_its_owner_may_look() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("authentication_credentials");
    let table = Url::from_directory_path(&root).expect("an absolute path");
    assert!(read(&table, "ana").await.contains("credentials table TABLE: there is no Delta table here"));
    write_access_key(&table, "ana", &key("AKIA1", "first")).await.expect("written");
    write_access_key(&table, "bo", &key("AKIA2", "second")).await.expect("written");
    write_access_key(&table, "ana", &key("AKIA3", "third")).await.expect("replaced");
    assert_eq!(read(&table, "ana").await, "AKIA3 third");
    assert_eq!(read(&table, "bo").await, "AKIA2 second");
    assert_eq!(read(&table, "cy").await, "credentials table TABLE: no row has user name \"cy\" (of 2 rows)");
    for path in files_under(&root) {
        let mode = fs_err::metadata(&path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
    assert!(!format!("{:?}", key("AKIA1", "first")).contains("first"));
}

/// Makes a table of these columns and rows with delta-rs itself; `mapped` gives it Delta column mapping.
async fn make(root: &Path, columns: &[&str], rows: &[&[Option<&str>]], mapped: bool) -> Url {
    fs_err::create_dir_all(root).expect("a directory");
    let table = Url::from_directory_path(root).expect("an absolute path");
    let mut create = CreateBuilder::new().with_location(table.as_str());
    for column in columns {
        create = create.with_column(*column, DataType::STRING, true, None);
    }
    if mapped {
        create = create.with_configuration([("delta.columnMapping.mode", Some("name"))]);
    }
    let made = create.await.expect("a table");
    let values = columns.iter().enumerate().map(|(at, column)| {
        let values: StringArray = rows.iter().map(|row| row[at]).collect();
        (*column, Arc::new(values) as ArrayRef, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(values).expect("columns of one length");
    made.write([batch]).await.expect("rows");
    table
}

#[tokio::test]
async fn names_with_spaces_are_read_through_column_mapping() {
    let directory = tempfile::tempdir().expect("a directory");
    let columns = ["User name", "Access key ID", "Secret access key"];
    let rows: &[&[_]] =
        &[&[Some("ana"), Some("AKIA1"), Some("s1")], &[Some("bo"), Some("AKIA2"), Some("s2")]];
    let table = make(&directory.path().join("keys"), &columns, rows, true).await;
    assert_eq!(read(&table, "bo").await, "AKIA2 s2");
}

#[tokio::test]
async fn a_table_that_gives_no_one_key_says_why_and_shows_no_secret() {
    let directory = tempfile::tempdir().expect("a directory");
    let columns = ["user_name", "access_key_id", "secret_access_key"];
    let rows: &[&[_]] = &[
        &[Some("twin"), Some("AKIA1"), Some("hidden1")],
        &[Some("twin"), Some("AKIA2"), Some("hidden2")],
        &[Some("blank"), Some("AKIA3"), Some(" ")],
        &[Some("null"), None, Some("hidden3")],
        &[None, Some("AKIA4"), Some("hidden4")],
    ];
    let table = make(&directory.path().join("keys"), &columns, rows, false).await;
    for (user, said) in [
        ("twin", "2 rows have user name \"twin\", and which one counts is not said"),
        ("blank", "the row of user \"blank\" has no value in column \"secret_access_key\""),
        ("null", "the row of user \"null\" has no value in column \"access_key_id\""),
        ("", "no row has user name \"\" (of 5 rows)"),
    ] {
        assert_eq!(read(&table, user).await, format!("credentials table TABLE: {said}"));
    }
    let other = make(&directory.path().join("other"), &["user_name", "token"], &[], false).await;
    assert!(read(&other, "ana").await.ends_with("there is no column \"access_key_id\" or \"Access key ID\""));
}
