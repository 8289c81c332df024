//! Records are put and read back.

use std::time::Duration;

use base64_simd::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Harness, START_MILLIS, text, texts};

const HIGHEST: &str = "340282366920938463463374607431768211455";

#[tokio::test]
async fn a_record_comes_back_as_it_was_put() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let put = harness.put("orders", "käy \"1\"", "grüße \u{1f600}\0").await;
    assert_eq!(put["ShardId"], "shardId-000000000000");
    assert_eq!(text(&put["SequenceNumber"]).len(), 56);

    let iterator = harness
        .iterator("orders", "shardId-000000000000", json!({"ShardIteratorType": "TRIM_HORIZON"}))
        .await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(texts(&page), ["grüße \u{1f600}\0"]);
    let record = &page["Records"][0];
    assert_eq!(record["SequenceNumber"], put["SequenceNumber"]);
    assert_eq!(record["PartitionKey"], "käy \"1\"");
    let arrival = record["ApproximateArrivalTimestamp"].as_f64().expect("a time");
    assert!((arrival - START_MILLIS as f64 / 1000.0).abs() < 60.0, "{arrival}");
    assert_eq!(page["MillisBehindLatest"], 0);
    assert_eq!(page.get("ChildShards"), None);
    assert!(page["NextShardIterator"].is_string());
}

#[tokio::test]
async fn keys_choose_the_shard() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    // The MD5 of "a" is 0cc1..., of "b" 92eb..., of "e" e167....
    for (key, shard) in [("a", 0), ("b", 1), ("e", 2)] {
        let put = harness.put("orders", key, "").await;
        assert_eq!(text(&put["ShardId"]), format!("shardId-{shard:012}"), "{key}");
    }
    for (hash_key, shard) in [
        ("0", 0),
        (HIGHEST, 2),
        ("226854911280625642308916404954512140969", 1),
        ("226854911280625642308916404954512140970", 2),
    ] {
        let body =
            json!({"StreamName": "orders", "PartitionKey": "a", "Data": "", "ExplicitHashKey": hash_key});
        let put = harness.ok("PutRecord", body).await;
        assert_eq!(text(&put["ShardId"]), format!("shardId-{shard:012}"), "{hash_key}");
    }
    let past = "340282366920938463463374607431768211456";
    let message = format!(
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {past}"
    );
    let one = json!({"PartitionKey": "a", "Data": "", "ExplicitHashKey": past});
    let many = json!({"StreamName": "orders", "Records": [{"PartitionKey": "a", "Data": ""}, one]});
    harness.check_refused("PutRecords", many, "InvalidArgumentException", &message).await;
}

#[tokio::test]
async fn sequence_numbers_grow_and_one_from_the_future_is_refused() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let first = harness.put("orders", "a", "1").await;
    let body = json!({
        "StreamName": "orders", "PartitionKey": "a", "Data": "",
        "SequenceNumberForOrdering": first["SequenceNumber"],
    });
    let second = harness.ok("PutRecord", body).await;
    assert!(text(&second["SequenceNumber"]) > text(&first["SequenceNumber"]));

    for number in ["26227199374822427428162556223570313216", &"9".repeat(56)] {
        let body = json!({
            "StreamName": "orders", "PartitionKey": "a", "Data": "", "SequenceNumberForOrdering": number,
        });
        let message = format!(
            "ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream orders under account 123456789012 is \
             invalid."
        );
        harness.check_refused("PutRecord", body, "InvalidArgumentException", &message).await;
    }
}

#[tokio::test]
async fn many_records_are_answered_one_by_one_in_the_order_of_the_request() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    let keys = ["a", "b", "e", "f", "a", "b"];
    let records: Vec<Value> = keys
        .iter()
        .enumerate()
        .map(
            |(index, key)| json!({"PartitionKey": key, "Data": STANDARD.encode_to_string(index.to_string())}),
        )
        .collect();
    let answer = harness.ok("PutRecords", json!({"StreamName": "orders", "Records": records})).await;
    assert_eq!(answer["FailedRecordCount"], 0);
    let shards: Vec<&str> = answer["Records"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| text(&result["ShardId"]))
        .collect();
    let expected = [0, 1, 2, 1, 0, 1].map(|shard| format!("shardId-{shard:012}"));
    assert_eq!(shards, expected);

    let start = json!({
        "ShardIteratorType": "AT_SEQUENCE_NUMBER",
        "StartingSequenceNumber": answer["Records"][1]["SequenceNumber"],
    });
    let iterator = harness.iterator("orders", "shardId-1", start).await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(texts(&page), ["1", "3", "5"]);
    assert_eq!(page["Records"][2]["SequenceNumber"], answer["Records"][5]["SequenceNumber"]);
}

#[tokio::test]
async fn records_are_too_large_past_one_mebibyte_with_their_key() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let put = |bytes: usize| {
        let data = STANDARD.encode_to_string(vec![b'x'; bytes]);
        json!({"StreamName": "orders", "PartitionKey": "k", "Data": data})
    };
    harness.ok("PutRecord", put((1 << 20) - 1)).await;
    let message = "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1048576 cap=1048576]' at 'data' \
                   failed to satisfy constraint: Member must have length less than or equal to 1048576";
    harness.check_refused("PutRecord", put(1 << 20), "ValidationException", message).await;
}

#[tokio::test]
async fn a_request_is_too_large_past_ten_mebibytes() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let data = STANDARD.encode_to_string(vec![b'x'; 1 << 19]);
    let records = |count: usize| vec![json!({"PartitionKey": "k", "Data": data}); count];
    harness.ok("PutRecords", json!({"StreamName": "orders", "Records": records(19)})).await;
    let (status, answer) =
        harness.call("PutRecords", &json!({"StreamName": "orders", "Records": records(20)})).await;
    assert_eq!((status, text(&answer["__type"])), (400, "InvalidArgumentException"));
    assert!(text(&answer["message"]).starts_with("Records size exceeds 10 MB limit"), "{answer}");
}

#[tokio::test]
async fn pages_follow_each_other_and_say_how_far_behind_they_are() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    harness.put("orders", "k", "2").await;
    harness.advance(Duration::from_secs(100)).await;
    harness.put("orders", "k", "3").await;

    let trim_horizon = json!({"ShardIteratorType": "TRIM_HORIZON"});
    let iterator = harness.iterator("orders", "0", trim_horizon).await;
    let first = harness.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 2})).await;
    assert_eq!(texts(&first), ["1", "2"]);
    let behind = first["MillisBehindLatest"].as_u64().expect("a number");
    assert!((100_000..160_000).contains(&behind), "{behind}");
    let next = json!({"ShardIterator": first["NextShardIterator"]});
    let second = harness.ok("GetRecords", next).await;
    assert_eq!(texts(&second), ["3"]);
    assert_eq!(second["MillisBehindLatest"], 0);
    let tip = json!({"ShardIterator": second["NextShardIterator"]});
    let third = harness.ok("GetRecords", tip.clone()).await;
    assert_eq!(texts(&third), Vec::<String>::new());
    harness.put("orders", "k", "4").await;
    assert_eq!(texts(&harness.ok("GetRecords", tip).await), ["4"]);
}

#[tokio::test]
async fn a_page_ends_at_ten_mebibytes() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let data = STANDARD.encode_to_string(vec![b'x'; 1 << 19]);
    for _ in 0..3 {
        let records = vec![json!({"PartitionKey": "k", "Data": data}); 8];
        harness.ok("PutRecords", json!({"StreamName": "orders", "Records": records})).await;
    }
    let mut iterator =
        json!(harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await);
    let mut counts = Vec::new();
    while counts.iter().sum::<usize>() < 24 {
        let page = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
        let records = page["Records"].as_array().expect("records");
        assert!(!records.is_empty() && records.len() * (1 << 19) <= 10 << 20);
        counts.push(records.len());
        iterator = page["NextShardIterator"].clone();
    }
    assert_eq!(counts.len(), 2, "{counts:?}");
}

#[tokio::test]
async fn a_dry_run_puts_nothing() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let body = json!({"StreamName": "orders", "PartitionKey": "k", "Data": "", "DryRun": true});
    let message = "Request would have succeeded, but DryRun flag is set.";
    harness.check_refused("PutRecord", body, "DryRunOperationException", message).await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    assert_eq!(
        texts(&harness.ok("GetRecords", json!({"ShardIterator": iterator})).await),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_stream_that_is_not_there_takes_no_records() {
    let harness = Harness::new().await;
    let message = "Stream orders under account 123456789012 not found.";
    let one = json!({"StreamName": "orders", "PartitionKey": "a", "Data": ""});
    harness.check_refused("PutRecord", one, "ResourceNotFoundException", message).await;
    let many = json!({"StreamName": "orders", "Records": [{"PartitionKey": "a", "Data": ""}]});
    harness.check_refused("PutRecords", many, "ResourceNotFoundException", message).await;
}
