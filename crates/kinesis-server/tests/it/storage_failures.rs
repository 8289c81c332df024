//! A disk that fails: what a client reads of it, and what stays.

use std::collections::HashSet;

use alluvium_iam::{AuthMode, Authenticator, Iam};
use alluvium_kinesis_server::{KinesisOptions, KinesisServer, TokenKey};
use alluvium_stream_store::{Fault, FaultyDisk, Files};
use serde_json::{Value, json};

use crate::harness::{ACCOUNT_ID, Harness, REGION, Setup, open_store, text, texts};

#[tokio::test]
async fn a_full_disk_is_told_without_a_path_and_reads_go_on() {
    let disk = FaultyDisk::new();
    let harness = Harness::on(disk.clone(), Setup::default()).await;
    harness.create("orders", 2).await;
    harness.put("orders", "a", "kept").await;
    disk.fail_at(disk.operations(), Fault::DiskFull);

    let one = json!({"StreamName": "orders", "PartitionKey": "a", "Data": "bG9zdA=="});
    let many = json!({"StreamName": "orders", "Records": [
        {"PartitionKey": "a", "Data": ""}, {"PartitionKey": "e", "Data": ""},
    ]});
    let mut told = HashSet::new();
    for (operation, body) in [("PutRecord", &one), ("PutRecord", &one), ("PutRecords", &many)] {
        let (status, answer) = harness.call(operation, body).await;
        assert_eq!((status, text(&answer["__type"])), (500, "InternalFailure"), "{operation}");
        told.insert(text(&answer["message"]).to_owned());
    }
    let full = "The server takes no more writes because its disk is full. Nothing of this request was stored, nothing that \
                was acknowledged before is lost, and reads go on.";
    assert!(told.contains(full), "{told:?}");
    assert!(told.iter().all(|message| !message.contains('/') && !message.contains("os error")), "{told:?}");

    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(texts(&page), ["kept"]);
}

#[tokio::test]
async fn a_closed_server_says_so() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.server.close().await;
    let body = json!({"StreamName": "orders", "PartitionKey": "a", "Data": ""});
    harness.check_refused("PutRecord", body, "InternalFailure", "The server is shutting down.").await;
}

#[tokio::test]
async fn records_and_iterators_survive_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let iterator = {
        let server = start(directory.path()).await;
        call(&server, "CreateStream", json!({"StreamName": "orders", "ShardCount": 1})).await;
        call(&server, "PutRecord", json!({"StreamName": "orders", "PartitionKey": "a", "Data": "MQ=="}))
            .await;
        let body = json!({"StreamName": "orders", "ShardId": "0", "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = call(&server, "GetShardIterator", body).await["ShardIterator"].take();
        server.close().await;
        iterator
    };
    let server = start(directory.path()).await;
    let page = call(&server, "GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(texts(&page), ["1"]);
}

async fn start(directory: &std::path::Path) -> KinesisServer {
    let store = open_store(directory, Files).await;
    let clock = alluvium_clock::Clock::system();
    let key = TokenKey::load_or_create(&directory.join("token.key")).expect("a key");
    let options = KinesisOptions { creating_millis: 0, ..KinesisOptions::new(ACCOUNT_ID, REGION, key) };
    let authenticator = Authenticator::new(Iam::in_memory(clock, ACCOUNT_ID), AuthMode::Any);
    KinesisServer::new(store, authenticator, options, clock)
}

async fn call(server: &KinesisServer, operation: &str, body: Value) -> Value {
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    let request = crate::harness::request(operation, &body.to_string());
    let response = server.service().oneshot(request).await.expect("the service always answers");
    assert_eq!(response.status(), 200, "{operation}");
    let body = response.into_body().collect().await.expect("the body is there").to_bytes();
    if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("JSON") }
}
