//! What is kept, how it is kept, and what is refused at start.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use alluvium_iam::{
    API_GATEWAY, AccessRequest, AuthMode, Authorizer, Caller, Iam, IamError, Principal, TrustPolicy,
};
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
    first.create_role("reader", &TrustPolicy::of_service(API_GATEWAY)).expect("created");
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
        check_refused(r#"{"version":2,"users":[],"groups":[],"roles":[],"policies":[]}"#, 0o644),
        "iam.json holds secrets and others than its owner may reach it (mode 644); run chmod 600 on it"
    );
}

#[tokio::test]
async fn a_newer_file_and_a_broken_file_are_told_apart() {
    assert_eq!(
        check_refused(r#"{"version":3,"people":[]}"#, 0o600),
        "iam.json has version 3, and this program reads up to version 2; use a newer alluvium"
    );
    assert_eq!(
        check_refused(r#"{"version":0}"#, 0o600),
        "iam.json has version 0, and there is no such version"
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
    assert_eq!(error(iam.create_user("ada").map(drop)), "User with name ada already exists.");
    assert_eq!(
        error(iam.create_user("a/b").map(drop)),
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
    );
    assert_eq!(error(iam.create_access_key("eve").map(drop)), "The user with name eve cannot be found.");
    iam.create_access_key("ada").expect("created");
    let own = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret".to_owned());
    iam.import_access_key("ada", &own).expect("imported");
    assert_eq!(
        error(iam.import_access_key("ada", &own)),
        "Access key with id AKIAIOSFODNN7EXAMPLE already exists."
    );
    assert_eq!(error(iam.create_access_key("ada").map(drop)), "Cannot exceed quota for AccessKeysPerUser: 2");
    let short = Credentials::new("short", "secret".to_owned());
    assert_eq!(
        error(iam.import_access_key("ada", &short)),
        "the access key id of the user ada is not 16 to 128 characters of [A-Za-z0-9_]"
    );
}

#[tokio::test]
async fn a_file_of_version_1_keeps_everybody_as_able_as_they_were_and_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("iam.json");
    let old = r#"{"version":1,"users":[{"name":"ada","id":"AIDAEXAMPLE","created_millis":5,"access_keys":[
        {"access_key_id":"AKIAIOSFODNN7EXAMPLE","secret_access_key":"a secret of long ago","created_millis":6}]}],
        "roles":[{"name":"writer","id":"AROAEXAMPLE","created_millis":7}]}"#;
    fs_err::write(&path, old).expect("written");
    fs_err::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("mode set");
    let iam = open(directory.path());
    assert_eq!(iam.user("ada").expect("there").access_key_ids, ["AKIAIOSFODNN7EXAMPLE"]);
    iam.role_credentials(&iam.role_arn("writer")).expect("API Gateway may act as the role");
    iam.create_user("bob").expect("created");

    let text = fs_err::read_to_string(&path).expect("there");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["version"], 2);
    let administrator = serde_json::json!([alluvium_iam::ADMINISTRATOR_ACCESS]);
    assert_eq!(document["users"][0]["attachments"]["managed_arns"], administrator);
    assert_eq!(document["roles"][0]["attachments"]["managed_arns"], administrator);
    assert_eq!(document["users"][1]["attachments"]["managed_arns"], serde_json::json!([]));
    assert_eq!(open(directory.path()).users(), iam.users());
}

#[tokio::test]
async fn policies_are_in_force_after_a_restart_and_changes_at_once_lose_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let first = open(directory.path());
    let changes = (0..8).map(|index| {
        let iam = first.clone();
        std::thread::spawn(move || {
            for round in 0..5 {
                iam.create_user(&format!("u{index}-{round}")).expect("created");
            }
        })
    });
    for change in changes.collect::<Vec<_>>() {
        change.join().expect("done");
    }
    let own =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}}"#;
    first.put_user_policy("u0-0", "own", own).expect("put");
    first.create_access_key("u0-0").expect("created");
    let again = open(directory.path());
    assert_eq!(again.users().len(), 40);
    let user = again.user("u0-0").expect("there");
    let caller = Caller {
        arn: user.arn.into(),
        account_id: ACCOUNT.into(),
        access_key_id: user.access_key_ids[0].as_str().into(),
        principal: Principal::User { name: "u0-0".into(), id: user.id.into() },
    };
    let authorizer = Authorizer::new(again, AuthMode::Enforce);
    let stream = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    authorizer.authorize(&caller, &AccessRequest::new("kinesis:PutRecord", stream), None).expect("allowed");
    authorizer.authorize(&caller, &AccessRequest::new("iam:ListUsers", "*"), None).expect_err("denied");
}

#[tokio::test]
async fn a_file_whose_policy_cannot_be_read_or_has_no_version_is_refused() {
    let document = |policies: &str, users: &str| {
        format!(r#"{{"version":2,"users":[{users}],"groups":[],"roles":[],"policies":[{policies}]}}"#)
    };
    let policy = r#"{"name":"p","path":"/","arn":"arn:aws:iam::000000000000:policy/p","id":"ANPA","created_millis":1,
        "updated_millis":1,"description":"","tags":[],"versions":[],"default_version":1,"next_version":2}"#;
    assert_eq!(
        check_refused(&document(policy, ""), 0o600),
        "iam.json names a managed policy, or a version of one, that it does not hold"
    );
    let user = r#"{"name":"u","path":"/","id":"AIDA","created_millis":1,"tags":[],"permissions_boundary":null,
        "attachments":{"inline":[{"name":"p","document":"{}"}],"managed_arns":[]},"access_keys":[]}"#;
    let refused = check_refused(&document("", user), 0o600);
    assert!(refused.ends_with("(a field is missing, unknown or of the wrong type)"), "{refused}");
}

#[tokio::test]
async fn the_file_is_private_whatever_stands_where_it_is_written() {
    let directory = tempfile::tempdir().expect("a directory");
    let iam = open(directory.path());
    let left = directory.path().join("iam.json.new");
    fs_err::write(&left, "left by somebody").expect("written");
    fs_err::set_permissions(&left, PermissionsExt::from_mode(0o644)).expect("mode set");
    iam.create_user("ada").expect("created");
    let metadata = fs_err::metadata(directory.path().join("iam.json")).expect("there");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert!(open(directory.path()).user("ada").is_some());
}

#[tokio::test]
async fn a_file_in_which_a_boundary_or_an_attached_policy_is_missing_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let iam = open(directory.path());
    iam.create_role("writer", &TrustPolicy::of_service(API_GATEWAY)).expect("created");
    iam.attach_role_policy("writer", "arn:aws:iam::aws:policy/AmazonKinesisFullAccess").expect("attached");
    let text = fs_err::read_to_string(directory.path().join("iam.json")).expect("text");
    for (found, instead) in [
        ("policy/AmazonKinesisFullAccess", "policy/Gone"),
        (
            r#""permissions_boundary": null"#,
            r#""permissions_boundary": "arn:aws:iam::000000000000:policy/gone""#,
        ),
    ] {
        assert!(text.contains(found), "{text}");
        assert_eq!(
            check_refused(&text.replace(found, instead), 0o600),
            "iam.json names a managed policy, or a version of one, that it does not hold"
        );
    }
}

#[tokio::test]
async fn a_secret_that_stands_in_the_place_of_an_access_key_id_is_not_repeated() {
    let iam = Iam::in_memory(clock(), ACCOUNT);
    iam.create_user("ada").expect("created");
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let swapped = Credentials::new(secret, "AKIAIOSFODNN7EXAMPLE".to_owned());
    let error = iam.import_access_key("ada", &swapped).expect_err("refused").to_string();
    assert!(!error.contains(secret), "{error}");
}
