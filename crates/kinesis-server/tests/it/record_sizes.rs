//! Records as large as their stream takes, streams that distribute their records by themselves, and streams that are purged.

use std::collections::BTreeMap;

use alluvium_stream_store::RecordDistribution;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Harness, request, text, texts};

fn record(bytes: usize, partition_key: &str) -> Value {
    let data = base64_simd::STANDARD.encode_to_string(vec![b'x'; bytes]);
    json!({"StreamName": "orders", "Data": data, "PartitionKey": partition_key})
}

async fn is_put(harness: &Harness, bytes: usize) -> bool {
    let (status, answer) = harness.call("PutRecord", &record(bytes, "key")).await;
    assert!(status == 200 || text(&answer["__type"]) == "ValidationException", "{answer}");
    status == 200
}

#[tokio::test]
async fn a_record_is_as_large_as_its_stream_takes_with_its_key() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    assert!(is_put(&harness, (1 << 20) - 3).await);
    assert!(!is_put(&harness, (1 << 20) - 2).await);
    harness.set("orders", |settings| settings.record_kib_max = 10_240).await;
    assert!(is_put(&harness, (10 << 20) - 3).await);
    assert!(!is_put(&harness, (10 << 20) - 2).await);
    assert!(!is_put(&harness, (10 << 20) + 1).await);

    let mut iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let mut lengths = Vec::new();
    for _ in 0..2 {
        let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
        lengths.push(texts(&page).iter().map(String::len).collect::<Vec<_>>());
        text(&page["NextShardIterator"]).clone_into(&mut iterator);
    }
    assert_eq!(lengths, [vec![(1 << 20) - 3], vec![(10 << 20) - 3]], "a page has at most 10 MiB");
}

#[tokio::test]
async fn put_records_takes_ten_mebibytes_with_their_keys() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.set("orders", |settings| settings.record_kib_max = 10_240).await;
    let entry = |bytes: usize| {
        let mut entry = record(bytes, "k");
        entry.as_object_mut().expect("an object").remove("StreamName");
        entry
    };
    let half = 5 << 20;
    let answer = harness
        .ok("PutRecords", json!({"StreamName": "orders", "Records": [entry(half - 1), entry(half - 1)]}))
        .await;
    assert_eq!(answer["FailedRecordCount"], 0);
    let over = json!({"StreamName": "orders", "Records": [entry(half - 1), entry(half)]});
    let (status, answer) = harness.call("PutRecords", &over).await;
    assert_eq!((status, text(&answer["__type"])), (400, "InvalidArgumentException"));
    let many = json!({"StreamName": "orders", "Records": vec![entry(0); 501]});
    let (status, answer) = harness.call("PutRecords", &many).await;
    assert_eq!((status, text(&answer["__type"])), (400, "ValidationException"));
}

#[tokio::test]
async fn a_stream_that_distributes_its_records_by_itself_wants_no_keys_and_uses_none() {
    let harness = Harness::new().await;
    harness.create("orders", 4).await;
    let without_key = json!({"StreamName": "orders", "Data": "eA=="});
    let (status, _) = harness.call("PutRecord", &without_key).await;
    assert_eq!(status, 400);
    harness.set("orders", |settings| settings.record_distribution = RecordDistribution::Auto).await;

    let mut per_shard: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |shard: &Value| *per_shard.entry(text(shard).to_owned()).or_default() += 1;
    for _ in 0..40 {
        count(&harness.ok("PutRecord", without_key.clone()).await["ShardId"]);
    }
    let entry = json!({"Data": "eA==", "PartitionKey": "k", "ExplicitHashKey": "0"});
    let answer = harness.ok("PutRecords", json!({"StreamName": "orders", "Records": vec![entry; 40]})).await;
    for result in answer["Records"].as_array().expect("results") {
        count(&result["ShardId"]);
    }
    assert_eq!(per_shard.into_values().collect::<Vec<_>>(), [20, 20, 20, 20]);
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(page["Records"][0].get("PartitionKey"), None);
}

#[tokio::test]
async fn streams_that_take_turns_distribute_each_for_itself() {
    let harness = Harness::new().await;
    let mut per_shard: BTreeMap<String, usize> = BTreeMap::new();
    for stream in ["orders", "others"] {
        harness.create(stream, 2).await;
        harness.set(stream, |settings| settings.record_distribution = RecordDistribution::Auto).await;
    }
    for _ in 0..10 {
        for stream in ["orders", "others"] {
            let answer = harness.ok("PutRecord", json!({"StreamName": stream, "Data": "eA=="})).await;
            *per_shard.entry(format!("{stream} {}", text(&answer["ShardId"]))).or_default() += 1;
        }
    }
    assert_eq!(per_shard.into_values().collect::<Vec<_>>(), [5; 4]);
}

#[tokio::test]
async fn an_explicit_hash_key_reaches_both_ends_of_the_range_and_no_further() {
    let harness = Harness::new().await;
    harness.create("orders", 2).await;
    let max = u128::MAX.to_string();
    for (hash_key, shard) in [("0", "shardId-000000000000"), (max.as_str(), "shardId-000000000001")] {
        let mut body = record(1, "k");
        body["ExplicitHashKey"] = json!(hash_key);
        assert_eq!(text(&harness.ok("PutRecord", body).await["ShardId"]), shard);
    }
    let mut body = record(1, "k");
    body["ExplicitHashKey"] = json!("340282366920938463463374607431768211456");
    let (status, answer) = harness.call("PutRecord", &body).await;
    assert_eq!((status, text(&answer["__type"])), (400, "InvalidArgumentException"));
}

#[tokio::test]
async fn a_purged_stream_is_empty_and_goes_on() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let before = harness.put("orders", "k", "1").await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let (status, answer) = harness.extension("PurgeStream", &json!({"StreamName": "orders"})).await;
    assert_eq!((status, answer), (200, Value::Null));
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!((texts(&page).len(), &page["MillisBehindLatest"]), (0, &json!(0)));
    let after = harness.put("orders", "k", "2").await;
    assert!(text(&after["SequenceNumber"]) > text(&before["SequenceNumber"]), "both have 56 digits");
    let next = json!({"ShardIterator": page["NextShardIterator"]});
    assert_eq!(texts(&harness.ok("GetRecords", next).await), ["2"]);

    let (status, answer) = harness.extension("PurgeStream", &json!({"StreamName": "none"})).await;
    assert_eq!((status, text(&answer["__type"])), (400, "ResourceNotFoundException"));
}

#[tokio::test]
async fn clients_that_do_not_take_their_pages_leave_others_smaller_ones() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    for _ in 0..10 {
        assert!(is_put(&harness, (1 << 20) - 3).await);
    }
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let body = json!({"ShardIterator": iterator});
    let mut not_taken = Vec::new();
    for _ in 0..110 {
        let asked = request("GetRecords", &body.to_string());
        not_taken.push(harness.server.service().oneshot(asked).await.expect("an answer"));
    }
    let page = harness.ok("GetRecords", body.clone()).await;
    assert_eq!(texts(&page).len(), 1);
    drop(not_taken);
    let page = harness.ok("GetRecords", body).await;
    assert_eq!(texts(&page).len(), 10);
}
