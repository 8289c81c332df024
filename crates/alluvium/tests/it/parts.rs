//! The parts as programs of their own: servers, emulator and pipeline in three processes that meet on the wire.

use alluvium_testkit::{Program, wait_until};

use crate::program::{Server, alluvium, finished, text, workspace};

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
fn up_runs_the_shipped_configuration_from_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let example = workspace().join("examples/pinterest");
    let config = fs_err::read_to_string(example.join("alluvium.yaml"))
        .unwrap()
        .replace("rate: human", "rate: max\n  posts: 4")
        .replace("file: api.yaml", &format!("file: {}", text(&example.join("api.yaml"))))
        .replace("sql: pipelines/", &format!("sql: {}/pipelines/", text(&example)));
    fs_err::write(dir.path().join("alluvium.yaml"), config).unwrap();
    let data_dir = dir.path().join("sub/../data");
    fs_err::create_dir_all(dir.path().join("sub")).unwrap();
    let (database, credentials) = (dir.path().join("source.db"), dir.path().join("data/db_creds.yaml"));
    let seeded = finished(&[
        "seed-db",
        "--database",
        text(&database),
        "--credentials",
        text(&credentials),
        "--rows",
        "20",
    ]);
    assert_eq!(seeded.code(), 0, "{}", seeded.stderr);
    let mut up = Program::start(&mut alluvium(&[
        "up",
        "-c",
        text(&dir.path().join("alluvium.yaml")),
        "--data-dir",
        text(&data_dir),
        "--listen",
        "127.0.0.1:0",
        "--json",
    ]));
    assert_eq!(up.ready()["pipelines"], serde_json::json!(["pin", "geo", "user"]));
    for table in ["pin", "geo", "user"] {
        let query = format!("SELECT count(*) AS n FROM demo_{table}_table");
        wait_until(&format!("the four posts are in demo_{table}_table"), || {
            finished(&["sql", &query, "--data-dir", text(&data_dir), "--json"]).stdout.contains("{\"n\":4}")
        });
    }
    let ended = up.interrupt();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);
}

#[test]
fn a_rate_that_is_none_is_refused_at_its_place_before_anything_starts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("alluvium.yaml");
    fs_err::write(
        &path,
        "emulator:\n  rate: 0\n  invoke_url: http://127.0.0.1:1\n  streams: {pin: a, geo: b, user: c}\n",
    )
    .unwrap();
    let refused = finished(&["up", "-c", text(&path)]);
    assert_eq!(refused.code(), 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("alluvium.yaml:2:9"), "{}", refused.stderr);
    assert!(!dir.path().join("alluvium-data").exists());
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
