//! `alluvium store`: what it counts and finds in a directory that a server wrote, and what it says to one that it cannot read.

use std::path::Path;

use serde_json::json;

use crate::program::{Server, finished, kinesis, text};

/// A data directory with two streams, one of them with records.
fn written(dir: &Path) -> std::path::PathBuf {
    let data_dir = dir.join("data");
    let server = Server::start(&data_dir, &["--creating-ms", "0"]);
    for name in ["full", "empty"] {
        kinesis(&server.endpoint, "CreateStream", &json!({"StreamName": name, "ShardCount": 2}));
    }
    for _ in 0..5 {
        let put = json!({"StreamName": "full", "Data": "AAAA", "PartitionKey": "k"});
        assert_eq!(kinesis(&server.endpoint, "PutRecord", &put).status, 200);
    }
    let in_use = finished(&["store", "verify", text(&data_dir)]);
    assert_eq!(in_use.code(), 1, "{}", in_use.stderr);
    assert!(in_use.stderr.contains("in use by another process"), "{}", in_use.stderr);
    assert_eq!(server.program.interrupt().code(), 0);
    data_dir
}

#[test]
fn stats_counts_by_stream_and_verify_finds_all_sound() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = written(dir.path());
    let counted = finished(&["store", "stats", text(&data_dir), "--json"]);
    assert_eq!(counted.code(), 0, "{}", counted.stderr);
    let seen = counted.json();
    assert_eq!(seen["records"]["records"], 5);
    assert_eq!(seen["streams"][0]["name"], "full");
    assert_eq!(seen["streams"][0]["shards_open"], 2);
    assert_eq!(seen["streams"][0]["records"]["records"], 5);
    assert_eq!(seen["streams"][1]["records"]["records"], 0);

    // The directory of the streams itself will do.
    let table = finished(&["store", "stats", text(&data_dir.join("streams"))]);
    assert!(table.stdout.contains("full") && table.stdout.contains("empty"), "{}", table.stdout);
    let checked = finished(&["store", "verify", text(&data_dir)]);
    assert_eq!(checked.code(), 0, "{}{}", checked.stdout, checked.stderr);
    assert!(checked.stdout.contains("sound"), "{}", checked.stdout);
    assert!(!checked.stdout.contains("note:"), "our own files are known: {}", checked.stdout);
}

#[test]
fn verify_names_the_file_and_the_place_of_a_changed_byte() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = written(dir.path());
    let segment = fs_err::read_dir(data_dir.join("streams"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "shardlog"))
        .expect("a segment");
    let mut bytes = fs_err::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs_err::write(&segment, bytes).unwrap();
    let checked = finished(&["store", "verify", text(&data_dir), "--json"]);
    assert_eq!(checked.code(), 1, "{}", checked.stdout);
    let seen = checked.json();
    assert_eq!(seen["sound"], false);
    assert_eq!(seen["problems"][0]["file"], text(&segment));
    assert!(seen["problems"][0]["advice"].as_str().is_some_and(|advice| !advice.is_empty()));
}

#[test]
fn a_directory_without_a_store_is_a_usage_error() {
    let dir = tempfile::tempdir().unwrap();
    for (path, said) in
        [(dir.path().join("absent"), "no such directory"), (dir.path().to_owned(), "not a stream store")]
    {
        for command in ["verify", "stats"] {
            let done = finished(&["store", command, text(&path)]);
            assert_eq!(done.code(), 2, "{}", done.stderr);
            assert!(done.stderr.contains(said), "{}", done.stderr);
        }
    }
}
