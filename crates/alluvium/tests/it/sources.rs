//! The source database as the program meets it: tables that a configuration names, and servers that db_creds.yaml names.

use alluvium_testkit::{DatabaseServer, mariadb, postgresql};

use crate::program::{finished, text};

#[test]
fn tables_that_contradict_each_other_are_refused_at_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("alluvium.yaml");
    for (yaml, place, problem) in [
        (
            "source:\n  tables:\n    - {name: a, key: k, stream: s}\n    - {name: b, key: k, stream: s}\n",
            ":4:33:",
            "two tables go to stream \"s\"",
        ),
        (
            "source:\n  tables:\n    - {name: a, key: k, stream: s}\n    - {name: a, key: k, stream: t}\n",
            ":4:14:",
            "two tables are called \"a\" in reports",
        ),
        (
            "source:\n  tables:\n    - {name: a, key: k, stream: s}\n\
             emulator:\n  invoke_url: http://127.0.0.1:1\n  streams: {pin: a, geo: b, user: c}\n",
            ":6:18:",
            "take `emulator.streams` out",
        ),
        ("source:\n  tables:\n    - {name: a, stream: s}\n", ":3:", "key"),
        ("source:\n  tables:\n    - {name: a, key: k, stream: 's s'}\n", ":3:33:", "s s"),
    ] {
        fs_err::write(&path, yaml).unwrap();
        let refused = finished(&["up", "-c", text(&path)]);
        assert_eq!(refused.code(), 2, "{}", refused.stderr);
        assert!(refused.stderr.contains(place) && refused.stderr.contains(problem), "{}", refused.stderr);
    }
}

#[test]
fn the_examples_tables_are_written_into_a_database_server_once() {
    for server in [mariadb(), postgresql()].into_iter().flatten() {
        seed_twice(&server);
    }
}

fn seed_twice(server: &DatabaseServer) {
    let dir = tempfile::tempdir().unwrap();
    let credentials = server.credentials_file(dir.path(), "");
    let seed = |more: &[&str]| {
        finished(&[&["seed-db", "--credentials", text(&credentials), "--rows", "20"], more].concat())
    };
    let first = seed(&[]);
    assert_eq!(first.code(), 0, "{}", first.stderr);
    assert!(first.stdout.contains(&format!("localhost:{}/posts", server.port)), "{}", first.stdout);
    let second = seed(&[]);
    assert_eq!(second.code(), 2, "{}", second.stderr);
    assert!(second.stderr.contains("--force replaces it"), "{}", second.stderr);
    let forced = seed(&["--force", "--json"]);
    assert_eq!(forced.code(), 0, "{}", forced.stderr);
    assert_eq!(forced.json()["rows"], 20);
    assert!(credentials.exists(), "the credentials of a server are read, never written");
}

#[test]
fn flags_of_the_emulator_that_cannot_be_are_usage_errors() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    fs_err::write(&empty, "\n").unwrap();
    for (flags, said) in [
        (&["--concurrency", "0"][..], "--concurrency"),
        (&["--burst", "0"], "--burst"),
        (&["--burst", "5"], "--burst goes with --rate in posts per second"),
        (&["--duration", "5"], "such as 90s"),
        (&["--keys", "7..5"], "such as 1000..2000"),
        (&["--resume", "mark.json"], "--resume goes with --rows sequential"),
        (&["--rows", "sequential", "--resume", "mark.json", "--keys", "1..2"], "cannot be used with"),
        (&["--api-key-file", text(&empty)], "an API key of up to 1024 bytes is expected"),
        (&["--api-key-file", "nowhere"], "nowhere"),
        (&["--region", "eu-west-1"], "--sign"),
        (&["--rate", "0"], "no rate"),
    ] {
        let refused = finished(&[&["emulate", "--invoke-url", "http://127.0.0.1:1"], flags].concat());
        assert_eq!(refused.code(), 2, "{flags:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(said), "{flags:?}: {}", refused.stderr);
    }
}
