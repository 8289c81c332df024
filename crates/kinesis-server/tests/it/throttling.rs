//! Throttling as AWS does it, on a paused clock.

use std::time::Duration;

use alluvium_kinesis_server::{KinesisOptions, Limits};
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, stop_the_clock, text};

const RATE_EXCEEDED: &str =
    "Rate exceeded for shard shardId-000000000000 in stream orders under account 123456789012.";

/// A server with AWS's limits, on a clock that stands still.
async fn throttled() -> Harness {
    let setup = Setup::default();
    let options = KinesisOptions { limits: Limits::Aws, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 1).await;
    stop_the_clock();
    harness
}

fn records(count: usize, bytes: usize) -> Value {
    let data = base64_simd::STANDARD.encode_to_string(vec![b'x'; bytes]);
    let records: Vec<Value> = (0..count).map(|_| json!({"Data": data, "PartitionKey": "k"})).collect();
    json!({"StreamName": "orders", "Records": records})
}

#[tokio::test]
async fn put_records_refuses_each_record_past_the_thousandth() {
    let harness = throttled().await;
    for _ in 0..2 {
        let answer = harness.ok("PutRecords", records(450, 1)).await;
        assert_eq!(answer["FailedRecordCount"], 0);
    }
    let answer = harness.ok("PutRecords", records(200, 1)).await;
    assert_eq!(answer["FailedRecordCount"], 100);
    assert_eq!(text(&answer["Records"][99]["ShardId"]), "shardId-000000000000");
    let refused =
        json!({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": RATE_EXCEEDED});
    assert_eq!(answer["Records"][100], refused);

    let answer = harness.ok("PutRecords", records(2, 1)).await;
    assert_eq!(answer["FailedRecordCount"], 2, "also when not one is taken");
    let put = json!({"StreamName": "orders", "PartitionKey": "k", "Data": ""});
    harness
        .check_refused("PutRecord", put.clone(), "ProvisionedThroughputExceededException", RATE_EXCEEDED)
        .await;
    tokio::time::advance(Duration::from_millis(2)).await;
    harness.ok("PutRecord", put).await;
}

#[tokio::test]
async fn a_shard_takes_a_mebibyte_a_second() {
    let harness = throttled().await;
    let answer = harness.ok("PutRecords", records(3, (1 << 19) - 1)).await;
    assert_eq!(answer["FailedRecordCount"], 1);
}

#[tokio::test]
async fn a_shard_is_read_five_times_a_second() {
    let harness = throttled().await;
    let iterator = harness.iterator("orders", "0", json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
    let read = json!({"ShardIterator": iterator});
    for _ in 0..5 {
        harness.ok("GetRecords", read.clone()).await;
    }
    harness.check_refused("GetRecords", read, "ProvisionedThroughputExceededException", RATE_EXCEEDED).await;
}

#[tokio::test]
async fn control_operations_have_quotas_by_account_or_by_stream() {
    let harness = throttled().await;
    for _ in 0..5 {
        harness.ok("ListStreams", json!({})).await;
    }
    let message = "Rate exceeded for account 123456789012.";
    harness.check_refused("ListStreams", json!({}), "LimitExceededException", message).await;
    for _ in 0..10 {
        harness.ok("DescribeStream", json!({"StreamName": "orders"})).await;
    }
    let message = "Rate exceeded for stream orders under account 123456789012.";
    let describe = json!({"StreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"});
    harness.check_refused("DescribeStream", describe, "LimitExceededException", message).await;
    for _ in 0..100 {
        harness.ok("ListShards", json!({"StreamName": "orders"})).await;
    }
    tokio::time::advance(Duration::from_secs(1)).await;
    harness.ok("ListStreams", json!({})).await;
}

/// Quotas are looked at before anybody is asked who may know what an id names: the text said the stream's name.
#[tokio::test]
async fn a_refused_call_does_not_tell_which_stream_an_id_names() {
    let harness = throttled().await;
    let there = harness.stream("orders").stream_id.to_string();
    for id in [format!("{}-000", "0".repeat(20)), there] {
        let describe = json!({"StreamId": id});
        for _ in 0..10 {
            harness.call("DescribeStream", &describe).await;
        }
        let message = format!("Rate exceeded for stream {id} under account 123456789012.");
        harness.check_refused("DescribeStream", describe, "LimitExceededException", &message).await;
    }
}
