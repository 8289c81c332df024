//! What the command line says to good and bad input: exit codes, places, hints.

use std::path::Path;

use crate::program::{finished, text, workspace};

pub(crate) fn check_usage(arguments: &[&str], parts: &[&str]) {
    let done = finished(arguments);
    assert_eq!(done.code(), 2, "{arguments:?}: {}{}", done.stdout, done.stderr);
    for part in parts {
        assert!(done.stderr.contains(part), "{arguments:?} does not say {part:?}: {}", done.stderr);
    }
}

fn write(path: &Path, content: &str) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, content).unwrap();
}

/// The shipped example in a directory of its own, to be broken by a test.
fn example_in(dir: &Path) -> std::path::PathBuf {
    for file in ["alluvium.yaml", "api.yaml", "pipelines/pin.sql", "pipelines/geo.sql", "pipelines/user.sql"]
    {
        let content = fs_err::read_to_string(workspace().join("examples/pinterest").join(file)).unwrap();
        write(&dir.join(file), &content);
    }
    dir.join("alluvium.yaml")
}

pub(crate) fn broken(from: &str, to: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = example_in(dir.path());
    let content = fs_err::read_to_string(&path).unwrap();
    assert!(content.contains(from), "the example has no {from:?}");
    write(&path, &content.replacen(from, to, 1));
    (dir, path)
}

#[test]
fn help_shows_every_command_with_an_example() {
    let help = finished(&["--help"]);
    assert_eq!(help.code(), 0);
    for command in ["demo", "up", "serve", "emulate", "pipeline", "template", "sql", "seed-db"] {
        assert!(help.stdout.contains(command), "{command}: {}", help.stdout);
    }
    for command in ["demo", "up", "serve", "emulate", "sql", "seed-db"] {
        let help = finished(&[command, "--help"]);
        assert!(help.stdout.contains("Example:"), "{command}: {}", help.stdout);
    }
}

#[test]
fn an_unknown_key_is_an_error_with_its_place_and_a_suggestion() {
    let (_dir, path) = broken("user_id: demo", "user_idd: demo");
    check_usage(&["up", "-c", text(&path)], &["alluvium.yaml:3:1", "`user_idd`", "did you mean `user_id`?"]);
}

#[test]
fn how_the_service_behaves_is_checked_with_its_place() {
    let cases = [
        ("creating_ms: 3600001", "creating_ms 3600001 is more than an hour"),
        ("shard_limit: 0", "shard_limit 0"),
        ("limits: azure", "limits \"azure\" is none of: none, aws"),
        ("faults: {rules: [{throttled: 1.5}]}", "throttled 1.5: a share is from 0 to 1"),
        ("faults: {rules: [{latency_ms_min: 5, latency_ms_max: 2}]}", "latencyMillisMin"),
        ("faults: {rules: [{trotled: 1}]}", "did you mean `throttled`?"),
        ("faults: {rules: [{operations: [PutRecrd]}]}", "'PutRecrd' at 'rules.1.member.operations'"),
        ("faults: {rules: [{throttled: 0.6, failed: 0.5}]}", "'500' at 'rules.1.member.failedPerThousand'"),
        ("durability: no", "durability \"no\" is none of: sync, os"),
    ];
    for (line, message) in cases {
        let (_dir, path) = broken("kinesis: embedded", &format!("kinesis: embedded\n{line}"));
        check_usage(&["up", "-c", text(&path)], &["alluvium.yaml:", message]);
    }
    check_usage(&["serve", "--account-id", "12"], &["account_id \"12\"", "twelve digits"]);
    check_usage(&["serve", "--creating-ms", "3600001"], &["--creating-ms", "3600000"]);
    check_usage(&["serve", "--shard-limit", "0"], &["--shard-limit"]);
    for region in ["", "mars", "us-east", "US-EAST-1", "us-east-1/x", "us--1", "u-s-1"] {
        check_usage(&["serve", "--region", region], &[&format!("region {region:?}"), "us-east-1"]);
    }
    for listen in [":4566", "localhost:4566"] {
        check_usage(&["serve", "--listen", listen], &["--listen", "127.0.0.1:4566"]);
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    check_usage(
        &["serve", "--listen", "127.0.0.1:0", "--data-dir", text(file.path())],
        &["is a file, not a directory", "--data-dir"],
    );
}

#[test]
fn a_stream_that_is_named_twice_is_told_with_both_places() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("alluvium.yaml");
    write(&path, "user_id: u1\nstreams:\n  - name: clicks\n    shard_count: 2\n  - name: cli${END}\n");
    let mut command = crate::program::alluvium(&["serve", "-c", text(&path)]);
    let done = alluvium_testkit::run(command.env("END", "cks"), b"");
    assert_eq!(done.code(), 2, "{}", done.stderr);
    for part in ["alluvium.yaml:5:11", "\"clicks\"", "line 3, column 11"] {
        assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
    }
}

#[test]
fn a_policy_that_cannot_be_read_is_refused_at_its_place_before_anything_starts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("alluvium.yaml");
    let refused = |iam: &str, parts: &[&str]| {
        write(&path, &format!("user_id: u1\niam:\n{iam}"));
        let data_dir = dir.path().join("data");
        let words = ["serve", "-c", text(&path), "--data-dir", text(&data_dir), "--listen", "127.0.0.1:0"];
        check_usage(&words, parts);
    };
    let document =
        "document: {Version: \"2012-10-17\", Statement: [{Effect: Perhaps, Action: \"*\", Resource: \"*\"}]}";
    refused(
        &format!("  users:\n    - name: ana\n      policies:\n        - name: p\n          {document}\n"),
        &["alluvium.yaml:7:21", "policy \"p\"", "Statement", "Effect"],
    );
    refused(
        "  roles:\n    - name: r\n      trust: nowhere.json\n",
        &["alluvium.yaml:5:14", "trust", "nowhere.json"],
    );
    refused(
        "  roles:\n    - name: r\n      polices: []\n",
        &["alluvium.yaml:5:7", "`polices`", "did you mean `policies`?"],
    );
    refused("  users: [ana, bob, ana]\n", &["alluvium.yaml:3:21", "\"ana\"", "line 3, column 11"]);
    let short = "  users:\n    - {name: ana, access_key: {id: AKIAANAANAANAANAANA0, secret: hush}}\n";
    refused(short, &["alluvium.yaml:4:", "access_key.secret"]);
    let done = finished(&["serve", "-c", text(&path)]);
    assert!(!done.stderr.contains("hush"), "{}", done.stderr);
    refused("  users: [{name: ana, policies: [NoSuchPolicy]}]\n", &["iam.users: ana", "NoSuchPolicy"]);
}

#[test]
fn a_wrong_value_is_told_also_when_a_flag_stands_over_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("alluvium.yaml");
    for (yaml, flag, value) in [
        ("durability: fast", "--durability", "os"),
        ("limits: some", "--limits", "aws"),
        ("creating_ms: 4000000", "--creating-ms", "1"),
        ("shard_limit: 0", "--shard-limit", "5"),
        ("listen: nowhere", "--listen", "127.0.0.1:0"),
        ("iam: {auth: perhaps}", "--auth", "any"),
    ] {
        write(&path, &format!("{yaml}\n"));
        check_usage(&["serve", "-c", text(&path), flag, value], &["alluvium.yaml:1:"]);
    }
}

#[test]
fn open_methods_are_named_where_others_reach_them() {
    let dir = tempfile::tempdir().unwrap();
    let config = workspace().join("examples/pinterest/alluvium.yaml");
    let said = |listen: &str| {
        let data = dir.path().join(listen.replace(':', "-"));
        let arguments =
            ["serve", "-c", text(&config), "--listen", listen, "--json", "--data-dir", text(&data)];
        let mut program = alluvium_testkit::Program::start(&mut crate::program::alluvium(&arguments));
        program.ready();
        program.interrupt().stderr
    };
    let warned = said("0.0.0.0:0");
    for part in ["warning: everybody who reaches 0.0.0.0:0", "PUT /streams/{stream-name}/record", "AWS_IAM"] {
        assert!(warned.contains(part), "{part:?} is not in {warned}");
    }
    assert!(!said("127.0.0.1:0").contains("everybody"));
}

#[test]
fn enforcing_signatures_without_users_is_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    let warned = |auth: &str| {
        let server = crate::program::Server::start(&dir.path().join(auth), &["--auth", auth]);
        server.program.interrupt().stderr.contains("no user has an access key")
    };
    assert!(warned("enforce"));
    assert!(!warned("any"));
}

#[test]
fn a_value_that_is_none_of_the_choices_names_them_all() {
    let (_dir, path) = broken("kinesis: embedded", "kinesis: embeded");
    check_usage(&["up", "-c", text(&path)], &["alluvium.yaml:8:10", "\"embeded\"", "embedded, aws"]);
    let (_dir, path) = broken("auth: enforce", "auth: enforced");
    check_usage(&["up", "-c", text(&path)], &["\"enforced\"", "did you mean `enforce`?"]);
}

#[test]
fn an_unset_variable_and_a_missing_file_are_named() {
    let (_dir, path) = broken("user_id: demo", "user_id: ${ALLUVIUM_SURELY_UNSET}");
    check_usage(&["up", "-c", text(&path)], &["alluvium.yaml:3:", "ALLUVIUM_SURELY_UNSET"]);
    let (_dir, path) = broken("pipelines/geo.sql", "pipelines/none.sql");
    check_usage(&["up", "-c", text(&path)], &["alluvium.yaml:", "pipelines/none.sql"]);
    check_usage(&["up", "-c", "/nonexistent/alluvium.yaml"], &["/nonexistent/alluvium.yaml"]);
}

#[test]
fn yaml_that_does_not_parse_names_line_and_column() {
    let (_dir, path) = broken("  auth: enforce", "  auth: [enforce");
    check_usage(&["up", "-c", text(&path)], &["alluvium.yaml:"]);
}

#[test]
fn a_template_that_does_not_parse_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let template = dir.path().join("record.vtl");
    write(&template, "{\n  \"a\": #if($x\n}");
    check_usage(&["template", "render", text(&template), "--body", "{}"], &["record.vtl:3:1:", "`}`"]);
}

#[test]
fn a_template_renders_offline_alone_and_in_a_batch() {
    let dir = tempfile::tempdir().unwrap();
    let template = dir.path().join("record.vtl");
    write(
        &template,
        "{ \"StreamName\": \"$input.params('stream-name')\", \"Data\": \"$util.base64Encode($input.json('$.Data'))\" }",
    );
    let body = dir.path().join("body.json");
    write(&body, "{\"Data\": {\"a\": 1}}");
    let one = finished(&[
        "template",
        "render",
        text(&template),
        "--body",
        "{\"Data\": {\"a\": 1}}",
        "--params",
        "{\"path\": {\"stream-name\": \"s\"}}",
    ]);
    assert_eq!(one.code(), 0, "{}", one.stderr);
    assert_eq!(one.stdout.trim_end(), "{ \"StreamName\": \"s\", \"Data\": \"eyJhIjoxfQ==\" }");

    let mut command = crate::program::alluvium(&["template", "render", "--batch"]);
    let lines = b"{\"id\":1,\"template\":\"$input.path('$.a')\",\"body\":\"{\\\"a\\\": 7}\"}\n{\"id\":\"two\",\"template\":\"#if(\"}\n";
    let batch = alluvium_testkit::run(&mut command, lines);
    assert_eq!(batch.code(), 0, "{}", batch.stderr);
    let lines = batch.json_lines();
    assert_eq!(lines[0], serde_json::json!({"id": 1, "output": "7"}));
    assert_eq!(lines[1]["id"], "two");
    assert!(lines[1]["error"].as_str().is_some_and(|error| error.contains("1:")), "{}", lines[1]);
}

#[test]
fn a_pipeline_is_tried_out_line_by_line() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("lines.jsonl");
    write(
        &input,
        "{\"ind\": 7, \"timestamp\": \"2020-01-02 03:04:05\", \"latitude\": -1.5, \"longitude\": 2.25, \"country\": \"Cuba\"}\nnot json\n",
    );
    let done = finished(&["pipeline", "test", "geo", "--input", text(&input)]);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let lines = done.json_lines();
    assert_eq!(
        lines[0],
        serde_json::json!({"line": 1, "rows": [{
            "ind": 7, "country": "Cuba", "coordinates": ["-1.5", "2.25"], "timestamp": "2020-01-02T03:04:05.000000Z",
        }]})
    );
    assert_eq!(lines[1]["line"], 2);
    assert!(lines[1]["quarantined"].is_string(), "{}", lines[1]);
}

#[test]
fn a_pipeline_that_is_not_there_lists_those_that_are() {
    check_usage(
        &["pipeline", "test", "pins", "--input", "/dev/null"],
        &["\"pins\"", "did you mean `pin`?", "pin, geo, user"],
    );
}

#[test]
fn a_schema_that_names_no_column_of_the_sql_is_refused_by_name() {
    let (_dir, path) = broken("schema: ind INT, timestamp STRING,", "schema: ind INT, timestmp STRING,");
    check_usage(
        &["pipeline", "test", "geo", "-c", text(&path), "--input", "/dev/null"],
        &["geo.sql", "timestamp"],
    );
}

#[test]
fn seed_db_writes_private_credentials_and_a_readable_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (database, credentials) = (dir.path().join("a.db"), dir.path().join("db_creds.yaml"));
    let seed = |rows: &str| {
        finished(&[
            "seed-db",
            "--database",
            text(&database),
            "--credentials",
            text(&credentials),
            "--rows",
            rows,
            "--json",
        ])
    };
    let done = seed("50");
    assert_eq!(done.code(), 0, "{}", done.stderr);
    assert_eq!(done.json()["rows"], 50);
    assert_eq!(fs_err::metadata(&credentials).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(seed("50").code(), 2, "an existing database is left alone");

    std::fs::set_permissions(&credentials, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = finished(&[
        "emulate",
        "--invoke-url",
        "http://127.0.0.1:1/prod",
        "--credentials",
        text(&credentials),
    ]);
    assert_eq!(refused.code(), 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("chmod 600"), "{}", refused.stderr);

    std::fs::set_permissions(&credentials, std::fs::Permissions::from_mode(0o600)).unwrap();
    alluvium_testkit::secret_in_use("a database's password", "very-secret-password");
    fs_err::write(&credentials, "HOST: h\nPASWORD: very-secret-password\n").unwrap();
    let refused = finished(&[
        "emulate",
        "--invoke-url",
        "http://127.0.0.1:1/prod",
        "--credentials",
        text(&credentials),
    ]);
    assert_eq!(refused.code(), 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("db_creds.yaml:2:1") && refused.stderr.contains("PASSWORD"),
        "{}",
        refused.stderr
    );
    assert!(!refused.stderr.contains("very-secret-password"), "the secret is shown: {}", refused.stderr);
}

#[test]
fn sql_over_no_tables_and_wrong_sql_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let done = finished(&["sql", "SELECT 1 AS one", "--data-dir", text(dir.path()), "--format", "json"]);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    assert_eq!(done.json_lines(), [serde_json::json!({"one": 1})]);
    check_usage(&["sql", "SELEC 1", "--data-dir", text(dir.path())], &["SELEC"]);
    check_usage(&["sql", "SELECT * FROM nowhere", "--data-dir", text(dir.path())], &["nowhere"]);
    check_usage(&["sql", "DROP TABLE x", "--data-dir", text(dir.path())], &["SELECT"]);
}

#[test]
fn a_data_directory_of_a_newer_version_is_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("FORMAT"), "99\n");
    let done = finished(&["serve", "--listen", "127.0.0.1:0", "--data-dir", text(dir.path())]);
    assert_eq!(done.code(), 1, "{}", done.stderr);
    assert!(done.stderr.contains("format 99") && done.stderr.contains("up to 1"), "{}", done.stderr);
}
