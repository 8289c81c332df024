//! What a user turns on to test clients: throttling as AWS's, faults, a purge.

use serde_json::json;

use crate::program::{Server, alluvium, finished, kinesis, text};

fn put(server: &Server, stream: &str) -> (u16, String) {
    let record = json!({"StreamName": stream, "Data": "AAAA", "PartitionKey": "k"});
    let answer = kinesis(&server.endpoint, "PutRecord", &record);
    (answer.status, answer.json()["__type"].as_str().unwrap_or_default().to_owned())
}

fn read(server: &Server, stream: &str) -> usize {
    let asked =
        json!({"StreamName": stream, "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = kinesis(&server.endpoint, "GetShardIterator", &asked).json();
    let page = kinesis(&server.endpoint, "GetRecords", &iterator);
    page.json()["Records"].as_array().map_or(0, Vec::len)
}

fn create(server: &Server, stream: &str) {
    let created = kinesis(&server.endpoint, "CreateStream", &json!({"StreamName": stream, "ShardCount": 1}));
    assert_eq!(created.status, 200, "{}", created.body);
}

#[test]
fn faults_of_the_configuration_strike_where_their_rules_say() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("alluvium.yaml");
    let rules = "creating_ms: 0\nfaults:\n  seed: 7\n  rules:\n    - operations: [PutRecord]\n      streams: [bad-*]\n      throttled: 1\n";
    fs_err::write(&config, rules).unwrap();
    let server = Server::start(&dir.path().join("data"), &["-c", text(&config)]);
    for stream in ["bad-one", "good"] {
        create(&server, stream);
    }
    assert_eq!(put(&server, "good").0, 200);
    assert_eq!(put(&server, "bad-one"), (400, "ProvisionedThroughputExceededException".to_owned()));
}

#[test]
fn limits_aws_throttles_a_shard_and_without_it_nothing_is() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &["--creating-ms", "0", "--limits", "aws"]);
    create(&server, "s");
    let data = "AAAA".repeat(200_000);
    let records = vec![json!({"Data": data, "PartitionKey": "k"}); 5];
    let answer =
        kinesis(&server.endpoint, "PutRecords", &json!({"StreamName": "s", "Records": records})).json();
    assert!(answer["FailedRecordCount"].as_u64().is_some_and(|failed| failed > 0), "{answer}");
    let free = Server::start(&dir.path().join("free"), &["--creating-ms", "0"]);
    create(&free, "s");
    let answer =
        kinesis(&free.endpoint, "PutRecords", &json!({"StreamName": "s", "Records": records})).json();
    assert_eq!(answer["FailedRecordCount"], 0, "{answer}");
}

#[test]
fn a_purge_takes_the_records_and_leaves_the_stream() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &["--creating-ms", "0"]);
    create(&server, "s");
    assert_eq!(put(&server, "s").0, 200);
    let purge = |more: &[&str]| {
        let mut arguments = vec!["stream", "purge", "s", "--endpoint", &server.endpoint, "--json"];
        arguments.extend_from_slice(more);
        let mut command = alluvium(&arguments);
        command.env("AWS_ACCESS_KEY_ID", "AKIAANYBODY").env("AWS_SECRET_ACCESS_KEY", "any-secret-will-do");
        alluvium_testkit::run(&mut command, b"")
    };
    let asked = purge(&["--dry-run"]);
    assert_eq!((asked.code(), &asked.json()["purged"]), (0, &json!(false)), "{}", asked.stderr);
    assert_eq!(read(&server, "s"), 1);
    let done = purge(&[]);
    assert_eq!((done.code(), &done.json()["purged"]), (0, &json!(true)), "{}", done.stderr);
    assert_eq!(read(&server, "s"), 0);
    assert_eq!(put(&server, "s").0, 200);
    assert_eq!(read(&server, "s"), 1);

    let absent = finished(&["stream", "purge", "nowhere", "--endpoint", &server.endpoint]);
    assert_eq!(absent.code(), 1, "{}", absent.stderr);
    assert!(absent.stderr.contains("ResourceNotFoundException"), "{}", absent.stderr);
    let no_url = finished(&["stream", "purge", "s", "--endpoint", "localhost"]);
    assert_eq!(no_url.code(), 2, "{}", no_url.stderr);
    assert_eq!(server.program.interrupt().code(), 0);
    let gone = finished(&["stream", "purge", "s", "--endpoint", &server.endpoint]);
    assert_eq!(gone.code(), 1, "{}", gone.stderr);
    assert!(
        gone.stderr.contains("Connection refused") && gone.stderr.contains("--endpoint"),
        "{}",
        gone.stderr
    );
}
