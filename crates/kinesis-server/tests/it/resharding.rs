//! Shards close and their children take over; the reshard itself is the store's.

use std::time::Duration;

use alluvium_kinesis_model::{SequenceNumber, SequenceParts};
use serde_json::{Value, json};

use crate::harness::{Harness, text, texts};

async fn listed(harness: &Harness, filter: Value) -> Vec<String> {
    let answer = harness.ok("ListShards", json!({"StreamName": "orders", "ShardFilter": filter})).await;
    let shards = answer["Shards"].as_array().expect("shards");
    shards
        .iter()
        .map(|shard| text(&shard["ShardId"]).trim_start_matches("shardId-0000000000").to_owned())
        .collect()
}

#[tokio::test]
async fn a_closed_shard_ends_with_its_children() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    harness.put("orders", "k", "2").await;
    let latest = harness.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    harness.split("orders").await;

    let children = json!([
        {
            "ShardId": "shardId-000000000001",
            "ParentShards": ["shardId-000000000000"],
            "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": "170141183460469231731687303715884105727"},
        },
        {
            "ShardId": "shardId-000000000002",
            "ParentShards": ["shardId-000000000000"],
            "HashKeyRange": {
                "StartingHashKey": "170141183460469231731687303715884105728",
                "EndingHashKey": "340282366920938463463374607431768211455",
            },
        },
    ]);
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let first = harness.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 1})).await;
    assert_eq!(texts(&first), ["1"]);
    assert_eq!(first.get("ChildShards"), None);
    let last = harness.ok("GetRecords", json!({"ShardIterator": first["NextShardIterator"]})).await;
    assert_eq!(texts(&last), ["2"]);
    assert_eq!(last.get("NextShardIterator"), None);
    assert_eq!(last["ChildShards"], children);

    // An iterator from before the split, and those made on the closed shard at its end, find its end.
    let after = harness.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    let described = harness.ok("DescribeStream", json!({"StreamName": "orders"})).await;
    let ending = &described["StreamDescription"]["Shards"][0]["SequenceNumberRange"]["EndingSequenceNumber"];
    let start = |kind: &str| json!({"ShardIteratorType": kind, "StartingSequenceNumber": ending});
    let at_ending = harness.iterator("orders", "0", start("AT_SEQUENCE_NUMBER")).await;
    let after_ending = harness.iterator("orders", "0", start("AFTER_SEQUENCE_NUMBER")).await;
    for iterator in [latest, after, at_ending, after_ending] {
        let end = harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
        assert_eq!(end["Records"], json!([]));
        assert_eq!(end.get("NextShardIterator"), None);
        assert_eq!(end["ChildShards"], children);
    }
}

#[tokio::test]
async fn records_go_to_the_children_after_a_split() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let before = harness.put("orders", "a", "1").await;
    harness.split("orders").await;
    let after = harness.put("orders", "a", "2").await;
    assert_eq!(after["ShardId"], "shardId-000000000001");
    assert!(text(&after["SequenceNumber"]) > text(&before["SequenceNumber"]));

    let described = harness.ok("DescribeStream", json!({"StreamName": "orders"})).await;
    let shards = &described["StreamDescription"]["Shards"];
    let ending = SequenceNumber::parse(text(&shards[0]["SequenceNumberRange"]["EndingSequenceNumber"]));
    let ending = ending.as_ref().and_then(SequenceParts::decode).expect("an ending sequence number");
    // As on AWS: after any record that the shard could have taken.
    assert_eq!((ending.shard, ending.counter), (0, 0x7fff_ffff_ffff_ffff));
    assert_eq!(shards[1]["ParentShardId"], "shardId-000000000000");
    assert_eq!(shards[1]["SequenceNumberRange"].get("EndingSequenceNumber"), None);
    let summary = harness.ok("DescribeStreamSummary", json!({"StreamName": "orders"})).await;
    assert_eq!(summary["StreamDescriptionSummary"]["OpenShardCount"], 2);
}

#[tokio::test]
async fn filters_tell_shards_by_when_they_were_open() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let made_secs = harness.clock.since_epoch().as_secs();
    harness.advance(Duration::from_secs(1_000)).await;
    harness.split("orders").await;
    harness.advance(Duration::from_secs(1_000)).await;

    let at = |kind: &str, secs: u64| json!({"Type": kind, "Timestamp": made_secs + secs});
    for (filter, expected) in [
        (json!({"Type": "FROM_TRIM_HORIZON"}), vec!["00", "01", "02"]),
        (json!({"Type": "AT_TRIM_HORIZON"}), vec!["00"]),
        (json!({"Type": "AT_LATEST"}), vec!["01", "02"]),
        (json!({"Type": "AFTER_SHARD_ID", "ShardId": "shardId-000000000001"}), vec!["02"]),
        (at("AT_TIMESTAMP", 500), vec!["00"]),
        (at("AT_TIMESTAMP", 1_500), vec!["01", "02"]),
        (json!({"Type": "AT_TIMESTAMP", "Timestamp": 1}), vec!["00"]),
        (at("FROM_TIMESTAMP", 500), vec!["00", "01", "02"]),
        (at("FROM_TIMESTAMP", 1_500), vec!["01", "02"]),
    ] {
        assert_eq!(listed(&harness, filter.clone()).await, expected, "{filter}");
    }

    // A day later nothing of the closed shard is left, so it is not listed any more.
    harness.advance(Duration::from_hours(24)).await;
    assert_eq!(listed(&harness, json!({"Type": "FROM_TRIM_HORIZON"})).await, ["01", "02"]);
}

#[tokio::test]
async fn a_filter_holds_over_pages() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.split("orders").await;
    let body = json!({"StreamName": "orders", "ShardFilter": {"Type": "AT_LATEST"}, "MaxResults": 1});
    let first = harness.ok("ListShards", body).await;
    assert_eq!(first["Shards"][0]["ShardId"], "shardId-000000000001");
    let second = harness.ok("ListShards", json!({"NextToken": first["NextToken"]})).await;
    assert_eq!(second["Shards"][0]["ShardId"], "shardId-000000000002");
    assert_eq!(second.get("NextToken"), None);
}
