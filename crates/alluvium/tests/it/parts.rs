//! The parts as programs of their own: servers, emulator and pipeline in three processes that meet on the wire.

use crate::program::{Server, finished, text, workspace};

#[test]
fn servers_emulator_and_pipeline_work_as_three_programs() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let config = workspace().join("examples/pinterest/alluvium.yaml");
    let server = Server::start(&data_dir, &["-c", text(&config)]);
    let address = server.endpoint.trim_start_matches("http://");

    let (database, credentials) = (dir.path().join("source.db"), dir.path().join("db_creds.yaml"));
    let seeded = finished(&[
        "seed-db",
        "--database",
        text(&database),
        "--credentials",
        text(&credentials),
        "--rows",
        "30",
    ]);
    assert_eq!(seeded.code(), 0, "{}", seeded.stderr);
    let invoke_url = server.ready["invoke_urls"][0].as_str().unwrap();
    let posted = finished(&[
        "emulate",
        "--invoke-url",
        invoke_url,
        "--credentials",
        text(&credentials),
        "--posts",
        "7",
        "--json",
    ]);
    assert_eq!(posted.code(), 0, "{}", posted.stderr);
    assert_eq!(posted.json()["acknowledged"], serde_json::json!({"pin": 7, "geo": 7, "user": 7}));

    let run = |worker: &str| {
        finished(&[
            "pipeline",
            "run",
            "user",
            "-c",
            text(&config),
            "--data-dir",
            text(&data_dir),
            "--listen",
            address,
            "--available-now",
            "--worker-id",
            worker,
            "--json",
        ])
    };
    let first = run("first");
    assert_eq!(first.code(), 0, "{}", first.stderr);
    assert_eq!(
        (&first.json()["rows"], &first.json()["quarantined"]),
        (&7.into(), &0.into()),
        "{}",
        first.stdout
    );
    let again = run("second");
    assert_eq!(again.code(), 0, "{}", again.stderr);
    assert_eq!(again.json()["rows"], 0, "what is in the table is not read again: {}", again.stdout);

    let counted = finished(&[
        "sql",
        "SELECT count(*) AS n FROM demo_user_table",
        "--data-dir",
        text(&data_dir),
        "--json",
    ]);
    assert_eq!(counted.json_lines(), [serde_json::json!({"n": 7})], "{}", counted.stderr);
}

#[test]
fn an_endpoint_that_is_not_there_is_an_error_of_the_emulator() {
    let dir = tempfile::tempdir().unwrap();
    let (database, credentials) = (dir.path().join("source.db"), dir.path().join("db_creds.yaml"));
    let seeded = finished(&[
        "seed-db",
        "--database",
        text(&database),
        "--credentials",
        text(&credentials),
        "--rows",
        "5",
    ]);
    assert_eq!(seeded.code(), 0, "{}", seeded.stderr);
    let wrong = finished(&[
        "emulate",
        "--invoke-url",
        "not a url",
        "--credentials",
        text(&credentials),
        "--posts",
        "1",
    ]);
    assert_eq!(wrong.code(), 2, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("not a url"), "{}", wrong.stderr);
}

#[test]
fn a_pipeline_without_its_access_key_says_where_it_looked() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let run = || {
        finished(&[
            "pipeline",
            "run",
            "pin",
            "--data-dir",
            text(&data_dir),
            "--listen",
            "127.0.0.1:1",
            "--available-now",
        ])
    };
    let missing = run();
    assert_eq!(missing.code(), 1, "{}", missing.stderr);
    assert!(missing.stderr.contains("authentication_credentials"), "{}", missing.stderr);

    let key_file = dir.path().join("key.csv");
    fs_err::write(
        &key_file,
        "User name,Access key ID,Secret access key\nana,AKIAOTHER0000000TEST,hush-hush\n",
    )
    .unwrap();
    let imported =
        finished(&["access-key", "import", text(&key_file), "--data-dir", text(&data_dir), "--json"]);
    assert_eq!(imported.code(), 0, "{}", imported.stderr);
    assert_eq!(imported.json()["users"], serde_json::json!(["ana"]));
    let other = run();
    assert_eq!(other.code(), 1, "{}", other.stderr);
    assert!(other.stderr.contains("\"demo\"") && !other.stderr.contains("hush-hush"), "{}", other.stderr);
}
