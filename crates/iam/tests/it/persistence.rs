//! What is kept, how it is kept, and what is refused at start.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use alluvium_iam::{Iam, IamError};
use alluvium_sigv4::Credentials;
use secrecy::ExposeSecret;

use crate::{ACCOUNT, clock};

fn open(directory: &Path) -> Iam {
    Iam::open(directory, clock(), ACCOUNT).expect("opened")
}

/// The error of opening a directory whose file has this text and mode, with the directory's name left out.
fn check_refused(text: &str, mode: u32) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("iam.json");
    fs_err::write(&path, text).expect("written");
    fs_err::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("mode set");
    let error = Iam::open(directory.path(), clock(), ACCOUNT).expect_err("refused");
    error.to_string().replace(&format!("{}/", directory.path().display()), "")
}

#[tokio::test]
async fn users_keys_and_roles_survive_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let first = open(directory.path());
    first.create_user("ada").expect("created");
    first.create_user("bob").expect("created");
    first.create_access_key("ada").expect("created");
    first.create_role("reader").expect("created");
    let again = open(directory.path());
    assert_eq!(again.users(), first.users());
    assert_eq!(again.roles(), first.roles());
    assert_eq!(again.user("ada").expect("there").access_key_ids.len(), 1);
    assert_eq!(again.role(&again.role_arn("reader")).expect("there").name, "reader");
}

#[tokio::test]
async fn the_file_is_private_and_no_debug_output_shows_a_secret() {
    let directory = tempfile::tempdir().expect("a directory");
    let iam = open(directory.path());
    iam.create_user("ada").expect("created");
    let credentials = iam.create_access_key("ada").expect("created");
    let mode = |path: &Path| fs_err::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&directory.path().join("iam.json")), 0o600);
    assert_eq!(mode(directory.path()), 0o700);
    let text = format!("{iam:?} {credentials:?} {:?}", iam.users());
    assert!(!text.contains(credentials.secret_access_key.expose_secret()), "{text}");
}

#[tokio::test]
async fn a_change_that_cannot_be_saved_does_not_happen() {
    let directory = tempfile::tempdir().expect("a directory");
    let iam = open(&directory.path().join("iam"));
    iam.create_user("ada").expect("created");
    fs_err::remove_dir_all(directory.path().join("iam")).expect("removed");
    let error = iam.create_user("bob").expect_err("refused");
    assert!(matches!(error, IamError::Save(_)), "{error}");
    let source = std::error::Error::source(&error).expect("a source").to_string();
    assert!(source.contains("iam.json.new"), "{source}");
    assert!(iam.user("bob").is_none());
}

#[tokio::test]
async fn a_file_that_others_may_read_is_refused() {
    assert_eq!(
        check_refused(r#"{"version":1,"users":[],"roles":[]}"#, 0o644),
        "iam.json holds secrets and others than its owner may reach it (mode 644); run chmod 600 on it"
    );
}

#[tokio::test]
async fn a_newer_file_and_a_broken_file_are_told_apart() {
    assert_eq!(
        check_refused(r#"{"version":2,"people":[]}"#, 0o600),
        "iam.json has version 2, and this program reads up to version 1; use a newer alluvium"
    );
    assert_eq!(
        check_refused("{\"version\":1,\n\"users\":[", 0o600),
        "iam.json, line 2, column 9: not a list of users and roles (it ends too early)"
    );
    assert_eq!(
        check_refused(r#"{"version":1,"users":[],"roles":[],"groups":[]}"#, 0o600),
        "iam.json, line 1, column 43: not a list of users and roles (a field is missing, unknown or of the wrong type)"
    );
}

#[tokio::test]
async fn names_limits_and_doubles_are_refused() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let error = |result: Result<(), IamError>| result.expect_err("refused").to_string();
    assert_eq!(error(iam.create_user("ada").map(drop)), "user ada exists already");
    assert_eq!(
        error(iam.create_user("a/b").map(drop)),
        "name \"a/b\" is not 1 to 64 characters of [A-Za-z0-9_+=,.@-]"
    );
    assert_eq!(error(iam.create_access_key("eve").map(drop)), "user eve does not exist");
    iam.create_access_key("ada").expect("created");
    let own = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret".to_owned());
    iam.import_access_key("ada", &own).expect("imported");
    assert_eq!(error(iam.import_access_key("ada", &own)), "access key AKIAIOSFODNN7EXAMPLE exists already");
    assert_eq!(
        error(iam.create_access_key("ada").map(drop)),
        "there may be no more than 2 access keys of one user"
    );
    let short = Credentials::new("short", "secret".to_owned());
    assert_eq!(
        error(iam.import_access_key("ada", &short)),
        "access key id \"short\" is not 16 to 128 characters of [A-Za-z0-9_]"
    );
}
