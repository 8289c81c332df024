//! The five kinds of shard iterator, and what becomes of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Harness, START_MILLIS, text, texts};

async fn read(harness: &Harness, start: Value) -> Vec<String> {
    let iterator = harness.iterator("orders", "shardId-000000000000", start).await;
    texts(&harness.ok("GetRecords", json!({"ShardIterator": iterator})).await)
}

#[tokio::test]
async fn every_kind_begins_where_it_says() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    harness.advance(Duration::from_secs(1_000)).await;
    let second = harness.put("orders", "k", "2").await;
    harness.put("orders", "k", "3").await;

    let at =
        |kind: &str| json!({"ShardIteratorType": kind, "StartingSequenceNumber": second["SequenceNumber"]});
    assert_eq!(read(&harness, at("AT_SEQUENCE_NUMBER")).await, ["2", "3"]);
    assert_eq!(read(&harness, at("AFTER_SEQUENCE_NUMBER")).await, ["3"]);
    assert_eq!(read(&harness, json!({"ShardIteratorType": "TRIM_HORIZON"})).await, ["1", "2", "3"]);
    let since = |secs: u64| {
        let timestamp = START_MILLIS / 1_000 + secs;
        json!({"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": timestamp})
    };
    assert_eq!(read(&harness, since(500)).await, ["2", "3"]);
    assert_eq!(read(&harness, json!({"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 1.5})).await.len(), 3);

    let latest = harness.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    harness.put("orders", "k", "4").await;
    assert_eq!(texts(&harness.ok("GetRecords", json!({"ShardIterator": latest})).await), ["4"]);
}

#[tokio::test]
async fn the_starting_sequence_number_of_a_shard_is_before_its_first_record() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    let shards = harness.ok("ListShards", json!({"StreamName": "orders"})).await;
    let number = &shards["Shards"][0]["SequenceNumberRange"]["StartingSequenceNumber"];
    for kind in ["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"] {
        let start = json!({"ShardIteratorType": kind, "StartingSequenceNumber": number});
        assert_eq!(read(&harness, start).await, ["1"], "{kind}");
    }
}

#[tokio::test]
async fn a_shard_that_is_not_there_is_told_by_its_whole_name() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    for (stream, shard, message) in [
        (
            "other",
            "2147483647",
            "Shard shardId-002147483647 in stream other under account 123456789012 does not exist",
        ),
        (
            "other",
            "2147483648",
            "Could not find shard 2147483648 in stream other under account 123456789012.",
        ),
        ("other", "ABKLFD8", "Could not find shard ABKLFD8 in stream other under account 123456789012."),
        (
            "orders",
            "shardId-5",
            "Shard shardId-000000000005 in stream orders under account 123456789012 does not exist",
        ),
    ] {
        let body = json!({"StreamName": stream, "ShardId": shard, "ShardIteratorType": "LATEST"});
        harness.check_refused("GetShardIterator", body, "ResourceNotFoundException", message).await;
    }
}

#[tokio::test]
async fn a_sequence_number_of_another_shard_or_stream_is_refused() {
    let harness = Harness::new().await;
    harness.create("orders", 2).await;
    harness.create("other", 2).await;
    let number = text(&harness.put("other", "a", "").await["SequenceNumber"]).to_owned();
    let long = "26227199374822427428162556223570313216";
    for (shard, number, message) in [
        (
            "1",
            number.as_str(),
            "Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a call to a shard with \
             shardId-000000000001"
                .to_owned(),
        ),
        (
            "0",
            "5",
            "Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard with \
             shardId-000000000000"
                .to_owned(),
        ),
        (
            "0",
            long,
            format!(
                "StartingSequenceNumber {long} used in GetShardIterator on shard shardId-000000000000 in stream orders \
                 under account 123456789012 is invalid."
            ),
        ),
        (
            "0",
            "0",
            "StartingSequenceNumber 0 used in GetShardIterator on shard shardId-000000000000 in stream orders under account \
             123456789012 is invalid because it did not come from this stream."
                .to_owned(),
        ),
    ] {
        let body = json!({
            "StreamName": "orders", "ShardId": shard, "ShardIteratorType": "AT_SEQUENCE_NUMBER",
            "StartingSequenceNumber": number,
        });
        harness.check_refused("GetShardIterator", body, "InvalidArgumentException", &message).await;
    }
}

#[tokio::test]
async fn an_iterator_is_good_for_five_minutes() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    harness.advance(Duration::from_mins(4)).await;
    harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    harness.advance(Duration::from_mins(1)).await;
    let (status, answer) = harness.call("GetRecords", &json!({"ShardIterator": iterator})).await;
    assert_eq!((status, text(&answer["__type"])), (400, "ExpiredIteratorException"));
    let message = text(&answer["message"]);
    assert!(
        message.starts_with(
            "Iterator expired. The iterator was created at time Thu Jan 01 00:00:00 UTC 2026 while right now"
        ),
        "{message}"
    );
}

#[tokio::test]
async fn an_iterator_of_one_server_is_invalid_at_another() {
    let (here, there) = (Harness::new().await, Harness::new().await);
    here.create("orders", 1).await;
    there.create("orders", 1).await;
    let iterator = here.iterator("orders", "0", json!({"ShardIteratorType": "LATEST"})).await;
    for foreign in [iterator.as_str(), "AAAAAAAAAAE=", "a"] {
        let body = json!({"ShardIterator": foreign});
        there.check_refused("GetRecords", body, "InvalidArgumentException", "Invalid ShardIterator.").await;
    }
}

#[tokio::test]
async fn an_iterator_ends_with_its_stream_also_when_the_name_is_taken_again() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    harness.ok("DeleteStream", json!({"StreamName": "orders"})).await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "of the new stream").await;
    harness
        .check_refused(
            "GetRecords",
            json!({"ShardIterator": iterator}),
            "ResourceNotFoundException",
            "Shard shardId-000000000000 in stream orders under account 123456789012 does not exist",
        )
        .await;
}

#[tokio::test]
async fn what_is_past_its_retention_is_not_read() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    harness.advance(Duration::from_hours(23)).await;
    harness.put("orders", "k", "2").await;
    harness.advance(Duration::from_hours(2)).await;
    assert_eq!(read(&harness, json!({"ShardIteratorType": "TRIM_HORIZON"})).await, ["2"]);
}

#[tokio::test]
async fn a_timestamp_counts_to_the_millisecond() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    harness.advance(Duration::from_millis(5)).await;
    harness.put("orders", "k", "2").await;
    let all = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": all})).await;
    let second = page["Records"][1]["ApproximateArrivalTimestamp"].as_f64().expect("seconds");
    for (secs, expected) in [(second, vec!["2"]), (second - 0.001, vec!["2"]), (second - 1.0, vec!["1", "2"])]
    {
        assert_eq!(
            read(&harness, json!({"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": secs})).await,
            expected
        );
    }
    harness.advance(Duration::from_millis(2)).await;
    let after = json!({"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": second + 0.001});
    assert_eq!(read(&harness, after).await, [""; 0]);
}

#[tokio::test]
async fn what_expires_under_a_reader_is_passed_over() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.put("orders", "k", "1").await;
    harness.advance(Duration::from_mins(24 * 60 - 1)).await;
    let start = json!({"ShardIteratorType": "TRIM_HORIZON"});
    let iterator = harness.iterator("orders", "0", start).await;
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 1})).await;
    assert_eq!(texts(&page), ["1"]);
    harness.put("orders", "k", "2").await;
    harness.advance(Duration::from_mins(2)).await;
    harness.store.sweep(harness.clock.now_millis()).await.expect("swept");
    let page = harness.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 1})).await;
    assert_eq!((texts(&page), &page["MillisBehindLatest"]), (vec!["2".to_owned()], &json!(0)));
}
