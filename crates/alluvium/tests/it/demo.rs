//! The main job: a database row becomes a row of a Delta table, once each, also after Ctrl-C and on a second run.

use std::path::Path;

use alluvium_testkit::{Finished, Program, python, wait_until};
use serde_json::Value;

use crate::program::{alluvium, finished, secrets_of_data_dir, text, workspace};

const NAMES: [&str; 3] = ["pin", "geo", "user"];

fn demo(data_dir: &Path, posts: &str, more: &[&str]) -> Finished {
    let mut arguments = vec![
        "demo",
        "--posts",
        posts,
        "--data-dir",
        text(data_dir),
        "--listen",
        "127.0.0.1:0",
        "--source-rows",
        "500",
        "--json",
    ];
    arguments.extend_from_slice(more);
    let done = finished(&arguments);
    secrets_of_data_dir(data_dir);
    done
}

fn count(summary: &Value, what: &str, name: &str) -> u64 {
    summary[what][name].as_u64().unwrap_or_else(|| panic!("{what}.{name} is no number in {summary}"))
}

fn check_complete(summary: &Value, stored: u64) {
    for name in NAMES {
        assert_eq!(count(summary, "stored", name), stored, "{name}: {summary}");
        assert_eq!(
            count(summary, "rows", name) + count(summary, "quarantined", name),
            stored,
            "{name}: {summary}"
        );
    }
}

#[test]
fn every_acknowledged_record_is_in_a_table_and_other_readers_count_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let ack_log = dir.path().join("acks.jsonl");
    let done = demo(&data_dir, "60", &["--ack-log", text(&ack_log)]);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let summary = done.json();
    assert_eq!(summary["posts"], 60);
    for name in NAMES {
        assert_eq!(count(&summary, "acknowledged", name), 60);
        assert_eq!(count(&summary, "quarantined", name), 0);
    }
    check_complete(&summary, 60);
    assert!(summary["invoke_url"].as_str().is_some_and(|url| url.ends_with("/prod")), "{summary}");

    let acks = fs_err::read_to_string(&ack_log).unwrap();
    assert_eq!(acks.lines().count(), 180);
    let first: Value = serde_json::from_str(acks.lines().next().unwrap()).unwrap();
    assert!(first["stream"].as_str().unwrap().starts_with("streaming-demo-"));
    assert!(first["shard_id"].as_str().unwrap().starts_with("shardId-"));
    assert_eq!(first["sequence_number"].as_str().unwrap().len(), 56);

    let sql = finished(&[
        "sql",
        "SELECT count(*) AS n, count(ind) AS with_ind FROM demo_pin_table",
        "--data-dir",
        text(&data_dir),
        "--format",
        "json",
    ]);
    assert_eq!(sql.json_lines(), [serde_json::json!({"n": 60, "with_ind": 60})], "{}", sql.stderr);

    let Some(python) = python() else { return };
    let paths: Vec<&str> = NAMES.iter().map(|name| summary["tables"][name].as_str().unwrap()).collect();
    let read = python.script(&workspace().join("tests/read_tables.py"), &paths, &[]);
    assert_eq!(read.code(), 0, "{}", read.stderr);
    let read = read.json();
    let columns = [
        "ind,unique_id,title,description,follower_count,poster_name,tag_list,is_image_or_video,image_src,save_location,category",
        "ind,country,coordinates,timestamp",
        "ind,user_name,age,date_joined",
    ];
    for (path, expected) in paths.iter().zip(columns) {
        let seen = &read[path];
        assert_eq!(seen["duckdb_rows"], 60, "{seen}");
        assert_eq!(seen["deltalake_rows"], 60, "{seen}");
        assert_eq!((&seen["reader"], &seen["writer"]), (&1.into(), &2.into()), "{seen}");
        for reader in ["duckdb_columns", "deltalake_columns"] {
            let names: Vec<&str> =
                seen[reader].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            assert_eq!(names.join(","), expected, "{reader}");
        }
    }
}

#[test]
fn a_second_run_goes_on_and_repeats_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let first = demo(&data_dir, "20", &[]);
    assert_eq!(first.code(), 0, "{}", first.stderr);
    check_complete(&first.json(), 20);
    let second = demo(&data_dir, "15", &[]);
    assert_eq!(second.code(), 0, "{}", second.stderr);
    let summary = second.json();
    assert_eq!(count(&summary, "acknowledged", "pin"), 15);
    check_complete(&summary, 35);
    assert_eq!(
        first.json()["invoke_url"].as_str().unwrap().split('.').next().map(|host| host
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()),
        summary["invoke_url"].as_str().unwrap().split('.').next().map(|host| host
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()),
        "the API keeps its id"
    );
}

#[test]
fn ctrl_c_in_the_middle_drains_commits_and_says_what_was_done() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let ack_log = dir.path().join("acks.jsonl");
    let program = Program::start(&mut alluvium(&[
        "demo",
        "--posts",
        "100000000",
        "--data-dir",
        text(&data_dir),
        "--listen",
        "127.0.0.1:0",
        "--source-rows",
        "500",
        "--json",
        "--ack-log",
        text(&ack_log),
    ]));
    wait_for_lines(&ack_log, 30);
    let done = program.interrupt();
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let summary = done.json();
    let acknowledged: u64 = NAMES.iter().map(|name| count(&summary, "acknowledged", name)).sum();
    assert_eq!(acknowledged, fs_err::read_to_string(&ack_log).unwrap().lines().count() as u64);
    for name in NAMES {
        let stored = count(&summary, "stored", name);
        assert_eq!(count(&summary, "rows", name) + count(&summary, "quarantined", name), stored, "{summary}");
        assert!(stored >= count(&summary, "acknowledged", name), "{summary}");
    }
}

#[test]
fn killed_in_the_middle_the_next_run_has_every_acknowledged_record_once() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let ack_log = dir.path().join("acks.jsonl");
    for round in 1..=2_usize {
        let program = Program::start(&mut alluvium(&[
            "demo",
            "--posts",
            "100000000",
            "--data-dir",
            text(&data_dir),
            "--listen",
            "127.0.0.1:0",
            "--source-rows",
            "500",
            "--json",
            "--ack-log",
            text(&ack_log),
        ]));
        wait_for_lines(&ack_log, 40 * round);
        program.kill();
    }
    let done = demo(&data_dir, "5", &["--ack-log", text(&ack_log)]);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let summary = done.json();
    let acks = fs_err::read_to_string(&ack_log).unwrap();
    for name in NAMES {
        let stream = format!("streaming-demo-{name}");
        let logged = acks
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|ack| ack["stream"] == stream.as_str())
            .count() as u64;
        let stored = count(&summary, "stored", name);
        assert!(stored >= logged, "{name}: {logged} were acknowledged, {stored} are stored");
        assert_eq!(count(&summary, "rows", name) + count(&summary, "quarantined", name), stored, "{summary}");
    }
}

#[test]
fn without_json_the_summary_is_for_people() {
    let dir = tempfile::tempdir().unwrap();
    let done = finished(&[
        "demo",
        "--posts",
        "3",
        "--data-dir",
        text(&dir.path().join("data")),
        "--listen",
        "127.0.0.1:0",
        "--source-rows",
        "50",
    ]);
    assert_eq!(done.code(), 0, "{}", done.stderr);
    for part in [
        "posts sent",
        "acknowledged",
        "demo_pin_table",
        "invoke URL",
        "records/s",
        "alluvium sql",
        "boto3",
        "duckdb",
    ] {
        assert!(done.stdout.contains(part), "{part:?} is not said: {}", done.stdout);
    }
}

/// Waits until the acknowledgement log has this many lines.
fn wait_for_lines(path: &Path, lines: usize) {
    wait_until(&format!("{} has {lines} lines", path.display()), || {
        fs_err::read_to_string(path).is_ok_and(|content| content.lines().count() >= lines)
    });
}
