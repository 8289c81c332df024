//! The whole path with another Kinesis server, moto, in place of our own streams.

use alluvium_testkit::{Program, python, wait_until};

use crate::program::{Moto, alluvium, finished, http, text, workspace};

#[test]
fn with_kinesis_set_to_a_url_the_path_runs_through_that_server() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let Moto { program: moto, url: moto_url } = Moto::start(&python);

    let data_dir = dir.path().join("data");
    let example = workspace().join("examples/pinterest");
    let config = fs_err::read_to_string(example.join("alluvium.yaml"))
        .unwrap()
        .replace("kinesis: embedded", &format!("kinesis: {moto_url}"))
        .replace("rate: human", "rate: max\n  posts: 5")
        .replace("file: api.yaml", &format!("file: {}", text(&example.join("api.yaml"))))
        .replace("sql: pipelines/", &format!("sql: {}/pipelines/", text(&example)));
    let config_file = dir.path().join("alluvium.yaml");
    fs_err::write(&config_file, config).unwrap();

    let credentials = data_dir.join("db_creds.yaml");
    let seeded = finished(&[
        "seed-db",
        "--database",
        text(&data_dir.join("source.db")),
        "--credentials",
        text(&credentials),
        "--rows",
        "20",
    ]);
    assert_eq!(seeded.code(), 0, "{}", seeded.stderr);
    let key_file = dir.path().join("key.csv");
    fs_err::write(
        &key_file,
        "User name,Access key ID,Secret access key\ndemo,AKIAMOTO00000000TEST,moto-secret\n",
    )
    .unwrap();
    let imported = finished(&["access-key", "import", text(&key_file), "--data-dir", text(&data_dir)]);
    assert_eq!(imported.code(), 0, "{}", imported.stderr);
    assert!(!imported.stdout.contains("moto-takes-any-secret") && !imported.stderr.contains("moto-secret"));

    let mut command = alluvium(&[
        "up",
        "-c",
        text(&config_file),
        "--data-dir",
        text(&data_dir),
        "--listen",
        "127.0.0.1:0",
        "--json",
    ]);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAMOTO00000000TEST")
        .env("AWS_SECRET_ACCESS_KEY", "moto-takes-any-secret");
    let mut up = Program::start(&mut command);
    let ready = up.ready();
    let invoke_url = ready["invoke_urls"][0].as_str().expect("an invoke URL");
    let listed = http("GET", &format!("{invoke_url}/streams"), &[], "");
    assert_eq!(listed.status, 200, "{}", listed.body);
    assert_eq!(
        listed.json()["StreamNames"].as_array().map(Vec::len),
        Some(3),
        "moto lists the streams that we made there"
    );

    for table in ["pin", "geo", "user"] {
        let query = format!("SELECT count(*) AS n FROM demo_{table}_table");
        wait_until(&format!("the five posts are in demo_{table}_table"), || {
            let counted = finished(&["sql", &query, "--data-dir", text(&data_dir), "--format", "json"]);
            counted.stdout.contains("{\"n\":5}")
        });
    }
    check_key_kept(&data_dir);
    let ended = up.interrupt();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);
    drop(moto);
}

/// The key that was imported is still the one that pipelines sign with.
fn check_key_kept(data_dir: &std::path::Path) {
    let keys = finished(&[
        "sql",
        "SELECT access_key_id FROM authentication_credentials",
        "--data-dir",
        text(data_dir),
        "--json",
    ]);
    assert!(keys.stdout.contains("AKIAMOTO00000000TEST"), "the imported key was replaced: {}", keys.stdout);
}
