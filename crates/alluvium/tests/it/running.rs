//! How a pipeline runs: enhanced fan-out over the wire and within the process, triggers, and wrong options of a source.

use std::path::{Path, PathBuf};

use alluvium_testkit::{Finished, Program, wait_until};
use serde_json::json;

use crate::program::{Server, alluvium, finished, kinesis, text};

/// A configuration with one pipeline, with these lines in its source and below it.
fn config(dir: &Path, source: &str, more: &str) -> PathBuf {
    fs_err::write(dir.join("p.sql"), "SELECT id FROM stream").unwrap();
    let path = dir.join("alluvium.yaml");
    let yaml = format!(
        "streams: [{{name: s, shard_count: 2}}]\n\
         pipelines:\n- name: p\n  source:\n    streamName: s\n{source}  schema: id INT\n  sql: p.sql\n  table: t\n  \
         access_key: {{user: ana}}\n{more}"
    );
    fs_err::write(&path, yaml).unwrap();
    path
}

fn import_key(dir: &Path, data_dir: &Path) {
    let key_file = dir.join("key.csv");
    fs_err::write(
        &key_file,
        "User name,Access key ID,Secret access key\nana,AKIARUNNING000000000,some-secret-of-ana\n",
    )
    .unwrap();
    let imported = finished(&["access-key", "import", text(&key_file), "--data-dir", text(data_dir)]);
    assert_eq!(imported.code(), 0, "{}", imported.stderr);
}

fn put(endpoint: &str, ids: std::ops::Range<u32>) {
    for id in ids {
        let data = base64_simd::STANDARD.encode_to_string(format!("{{\"id\":{id}}}"));
        let record = json!({"StreamName": "s", "PartitionKey": id.to_string(), "Data": data});
        let done = kinesis(endpoint, "PutRecord", &record);
        assert_eq!(done.status, 200, "{}", done.body);
    }
}

fn run(config: &Path, data_dir: &Path, endpoint: &str, trigger: &str) -> Finished {
    let listen = endpoint.trim_start_matches("http://");
    let of = ["-c", text(config), "--data-dir", text(data_dir), "--listen", listen, trigger, "--json"];
    finished(&[&["pipeline", "run", "p"], &of[..]].concat())
}

#[test]
fn a_pipeline_reads_by_enhanced_fan_out_over_the_wire_and_within_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let config = config(dir.path(), "    consumerMode: efo\n    consumerName: cleaning\n", "");
    import_key(dir.path(), &data_dir);
    let server = Server::start(&data_dir, &["-c", text(&config)]);
    put(&server.endpoint, 0..20);
    let first = run(&config, &data_dir, &server.endpoint, "--available-now");
    assert_eq!(first.code(), 0, "{}", first.stderr);
    assert_eq!(first.json()["rows"], 20, "{}", first.stdout);
    let described = kinesis(&server.endpoint, "DescribeStreamSummary", &json!({"StreamName": "s"}));
    assert_eq!(described.json()["StreamDescriptionSummary"]["ConsumerCount"], 1, "it stays registered");
    let ended = server.program.interrupt();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);

    let of = ["-c", text(&config), "--data-dir", text(&data_dir), "--listen", "127.0.0.1:0", "--json"];
    let mut up = Program::start(&mut alluvium(&[&["up"], &of[..]].concat()));
    let endpoint = up.ready()["endpoint"].as_str().unwrap().to_owned();
    put(&endpoint, 20..40);
    wait_until("all records are rows", || {
        let counted = ["sql", "SELECT count(*) AS n FROM t", "--data-dir", text(&data_dir), "--json"];
        finished(&counted).stdout.contains("{\"n\":40}")
    });
    let ended = up.interrupt();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);
}

#[test]
fn once_commits_one_batch_and_available_now_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let config = config(dir.path(), "    maxRecordsPerFetch: 2\n    maxRecordsPerTrigger: 6\n", "");
    import_key(dir.path(), &data_dir);
    let server = Server::start(&data_dir, &["-c", text(&config)]);
    put(&server.endpoint, 0..20);
    let once = run(&config, &data_dir, &server.endpoint, "--once");
    assert_eq!(once.code(), 0, "{}", once.stderr);
    let report = once.json();
    assert_eq!((&report["batches"], &report["rows"]), (&1.into(), &6.into()), "{report}");
    let rest = run(&config, &data_dir, &server.endpoint, "--available-now");
    assert_eq!((rest.code(), &rest.json()["rows"]), (0, &14.into()), "{}", rest.stderr);
}

#[test]
fn wrong_options_of_a_source_are_refused_at_their_place() {
    let dir = tempfile::tempdir().unwrap();
    for (source, said) in [
        ("    consumermode: efo\n", "did you mean `consumerMode`?"),
        ("    consumerMode: fanout\n", "none of: polling, efo"),
        ("    consumerName: cleaning\n", "add `consumerMode: efo`"),
        ("    awsSecretKey: hush-hush\n", "put the key into the Delta table of `access_key`"),
        ("    maxRecordsPerFetch: 0\n", "from 1 to 10000"),
        ("    maxFetchRate: 0\n", "megabytes a second and shard"),
        ("    minFetchPeriod: soon\n", "no time such as `400 milliseconds`"),
        ("    maxBytesPerTrigger: 0\n", "from 1 to 1073741824"),
        ("    endpointUrl: localhost\n", "no URL such as"),
        ("    initialPosition: newest\n", "none of: latest, trim_horizon, earliest"),
        ("    initialPosition: {at_timestamp: soon}\n", "no time such as"),
        ("    initialPosition: {at_timestamp: \"1\", format: yyyy-MM}\n", "does not match the format"),
    ] {
        let config = config(dir.path(), source, "");
        let refused = finished(&["pipeline", "run", "p", "-c", text(&config)]);
        assert_eq!(refused.code(), 2, "{source}: {}", refused.stderr);
        let stderr = refused.stderr;
        assert!(stderr.contains("alluvium.yaml:") && stderr.contains(said), "{source}: {stderr}");
        assert!(!stderr.contains("hush-hush"), "{stderr}");
    }
}

#[test]
fn a_source_takes_databricks_words() {
    let dir = tempfile::tempdir().unwrap();
    for source in [
        "    initialPosition: {\"at_timestamp\": \"06/25/2020 10:23:45 PDT\", \"format\": \"MM/dd/yyyy HH:mm:ss ZZZ\"}\n",
        "    initialPosition: 2020-06-25T10:23:45Z\n    maxFetchRate: 1.0\n    minFetchPeriod: 400 milliseconds\n",
        "    region: eu-central-1\n    endpointUrl: http://127.0.0.1:1\n    maxBytesPerTrigger: 1000000\n",
    ] {
        let config = config(dir.path(), source, "  trigger: available_now\n");
        let input = dir.path().join("records");
        fs_err::write(&input, "{\"id\":1}\n").unwrap();
        let tried = finished(&["pipeline", "test", "p", "-c", text(&config), "--input", text(&input)]);
        assert_eq!(tried.code(), 0, "{source}: {}", tried.stderr);
    }
}
