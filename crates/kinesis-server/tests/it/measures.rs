//! What the service measures, as Prometheus reads it.

use std::time::{Duration, UNIX_EPOCH};

use alluvium_clock::Clock;
use alluvium_cloudwatch::Metrics;
use alluvium_kinesis_model::ShardId;
use alluvium_kinesis_server::{KinesisOptions, Limits};
use alluvium_stream_store::{ShardMetric, StreamChange, StreamSettings};
use serde_json::json;

use crate::harness::{Harness, START_MILLIS, Setup, stop_the_clock};
use crate::subscriptions::{consumer, subscribe};

const STREAM: &str = r#"stream_name="orders""#;
const SHARD: &str = r#"shard_id="shardId-000000000000",stream_name="orders""#;

async fn measured() -> (Harness, Metrics) {
    measured_with(Limits::None).await
}

async fn measured_with(limits: Limits) -> (Harness, Metrics) {
    let metrics = Metrics::new(Clock::starting_at(UNIX_EPOCH + Duration::from_millis(START_MILLIS)));
    let setup = Setup::default();
    let options = KinesisOptions { metrics: Some(metrics.clone()), limits, ..setup.options };
    (Harness::with(Setup { options, ..setup }).await, metrics)
}

fn check(harness: &Harness, metrics: &Metrics, expected: &[(&str, &str, &str)]) {
    let text = metrics.prometheus(harness.server.service().process_values());
    for (name, labels, value) in expected {
        let line = format!("{name}{{{labels}}} {value}");
        assert!(text.lines().any(|present| present == line), "{line}\nis not in\n{text}");
    }
}

/// Turns enhanced monitoring on for the one stream that there is.
async fn monitor(harness: &Harness, shard_metrics: impl Iterator<Item = ShardMetric>) {
    let stream = harness.store.streams().remove(0);
    let settings = StreamSettings { shard_metrics: shard_metrics.collect(), ..StreamSettings::default() };
    let change = StreamChange { settings: Some(settings), ..StreamChange::default() };
    harness.store.update_stream(stream.id, change).await.expect("the stream is there");
}

/// A record, a request of two records, one read and one refusal.
async fn use_stream(harness: &Harness) {
    harness.put("orders", "a", "12345").await;
    let record = json!({"PartitionKey": "a", "Data": "AAAA"});
    harness.ok("PutRecords", json!({"StreamName": "orders", "Records": [record, record]})).await;
    let start = json!({"ShardIteratorType": "TRIM_HORIZON"});
    let iterator = harness.iterator("orders", "shardId-000000000000", start).await;
    harness.ok("GetRecords", json!({"ShardIterator": iterator})).await;
    let body =
        json!({"StreamName": "orders", "PartitionKey": "a", "Data": "", "ExplicitHashKey": "4".repeat(39)});
    assert_eq!(harness.call("PutRecord", &body).await.0, 400);
    let absent = json!({"StreamName": "absent", "PartitionKey": "a", "Data": ""});
    assert_eq!(harness.call("PutRecord", &absent).await.0, 400);
}

#[tokio::test]
async fn puts_and_gets_are_measured_under_cloudwatchs_names() {
    let (harness, metrics) = measured().await;
    harness.create("orders", 1).await;
    use_stream(&harness).await;
    check(
        &harness,
        &metrics,
        &[
            ("aws_kinesis_incoming_bytes_sum", STREAM, "11.0"),
            ("aws_kinesis_incoming_records_sum", STREAM, "3.0"),
            ("aws_kinesis_put_record_bytes_sum", STREAM, "5.0"),
            ("aws_kinesis_put_record_latency_count", STREAM, "2"),
            ("aws_kinesis_put_record_success_sum", STREAM, "1.0"),
            ("aws_kinesis_put_record_success_count", STREAM, "2"),
            ("aws_kinesis_put_records_total_records_sum", STREAM, "2.0"),
            ("aws_kinesis_put_records_successful_records_sum", STREAM, "2.0"),
            ("aws_kinesis_put_records_failed_records_sum", STREAM, "0.0"),
            ("aws_kinesis_put_records_throttled_records_sum", STREAM, "0.0"),
            ("aws_kinesis_put_records_bytes_sum", STREAM, "6.0"),
            ("aws_kinesis_get_records_records_sum", STREAM, "3.0"),
            ("aws_kinesis_get_records_bytes_sum", STREAM, "11.0"),
            ("aws_kinesis_get_records_iterator_age_milliseconds_sum", STREAM, "0.0"),
            ("aws_kinesis_write_provisioned_throughput_exceeded_count", STREAM, "3"),
            ("aws_kinesis_write_provisioned_throughput_exceeded_sum", STREAM, "0.0"),
            ("alluvium_kinesis_requests_total", r#"operation="PutRecord",outcome="OK""#, "1"),
            (
                "alluvium_kinesis_requests_total",
                r#"operation="PutRecord",outcome="InvalidArgumentException""#,
                "1",
            ),
            (
                "alluvium_kinesis_requests_total",
                r#"operation="PutRecord",outcome="ResourceNotFoundException""#,
                "1",
            ),
        ],
    );
    let text = metrics.prometheus(harness.server.service().process_values());
    assert!(text.contains("\nalluvium_store_records_total 3\n"), "{text}");
    assert!(!text.contains("absent") && !text.contains("shard_id"), "{text}");
}

#[tokio::test]
async fn shards_are_measured_where_enhanced_monitoring_is_on() {
    let (harness, metrics) = measured().await;
    harness.create("orders", 1).await;
    monitor(&harness, ShardMetric::ALL.into_iter().filter(|metric| *metric != ShardMetric::OutgoingBytes))
        .await;
    use_stream(&harness).await;
    check(
        &harness,
        &metrics,
        &[
            ("aws_kinesis_incoming_bytes_sum", SHARD, "11.0"),
            ("aws_kinesis_incoming_records_sum", SHARD, "3.0"),
            ("aws_kinesis_outgoing_records_sum", SHARD, "3.0"),
            ("aws_kinesis_iterator_age_milliseconds_count", SHARD, "1"),
            ("aws_kinesis_read_provisioned_throughput_exceeded_sum", SHARD, "0.0"),
        ],
    );
    let text = metrics.prometheus(harness.server.service().process_values());
    assert!(!text.contains("aws_kinesis_outgoing_bytes"), "{text}");
}

#[tokio::test]
async fn a_shard_that_is_no_more_is_measured_no_more() {
    let (harness, metrics) = measured().await;
    harness.create("orders", 1).await;
    monitor(&harness, ShardMetric::ALL.into_iter()).await;
    harness.put("orders", "a", "1").await;
    harness.split("orders").await;
    let shown = || metrics.prometheus(harness.server.service().process_values());
    assert!(shown().contains(SHARD));
    // The shard goes with its record, then its meter, and its metrics when their last points do: each at the sweep that comes
    // after.
    let mut days = 0;
    while shown().contains(SHARD) {
        assert!(days < 100, "{}", shown());
        days += 1;
        harness.advance(Duration::from_hours(25)).await;
        harness.put("orders", "a", "2").await;
    }
    assert!(harness.stream("orders").shard(ShardId(0)).is_none());
}

#[tokio::test]
async fn what_is_refused_for_its_rate_or_on_purpose_is_measured() {
    let (harness, metrics) = measured_with(Limits::Aws).await;
    harness.create("orders", 1).await;
    monitor(&harness, ShardMetric::ALL.into_iter()).await;
    stop_the_clock();
    let record = json!({"PartitionKey": "k", "Data": "eA=="});
    for _ in 0..3 {
        harness.ok("PutRecords", json!({"StreamName": "orders", "Records": vec![&record; 400]})).await;
    }
    let mut one = record.clone();
    one["StreamName"] = json!("orders");
    assert_eq!(harness.call("PutRecord", &one).await.0, 400);
    let rules = json!({"Rules": [{"Operations": ["GetRecords"], "ThrottledPerThousand": 1_000}]});
    let start = json!({"ShardIteratorType": "TRIM_HORIZON"});
    let iterator = harness.iterator("orders", "shardId-000000000000", start).await;
    assert_eq!(harness.extension("PutFaultInjection", &rules).await.0, 200);
    assert_eq!(harness.call("GetRecords", &json!({"ShardIterator": iterator})).await.0, 400);
    check(
        &harness,
        &metrics,
        &[
            ("aws_kinesis_put_records_throttled_records_sum", STREAM, "200.0"),
            ("aws_kinesis_put_records_successful_records_sum", STREAM, "1000.0"),
            ("aws_kinesis_put_record_success_sum", STREAM, "0.0"),
            ("aws_kinesis_write_provisioned_throughput_exceeded_sum", STREAM, "201.0"),
            ("aws_kinesis_write_provisioned_throughput_exceeded_sum", SHARD, "201.0"),
            ("aws_kinesis_read_provisioned_throughput_exceeded_sum", STREAM, "1.0"),
            ("aws_kinesis_get_records_success_count", STREAM, "1"),
        ],
    );
}

#[tokio::test]
async fn subscriptions_are_measured_by_consumer() {
    let (harness, metrics) = measured().await;
    let arn = consumer(&harness, "orders").await;
    harness.put("orders", "k", "12345").await;
    let mut subscriber = subscribe(&harness, &arn, json!({"Type": "TRIM_HORIZON"})).await;
    assert_eq!(subscriber.event().await["Records"].as_array().map(Vec::len), Some(1));
    let again = json!({"ConsumerARN": arn, "ShardId": "shardId-000000000000", "StartingPosition": {"Type": "LATEST"}});
    let (status, told) = harness.call("SubscribeToShard", &again).await;
    assert_eq!((status, &told["__type"]), (400, &json!("ResourceInUseException")));
    let labels = r#"consumer_name="app",stream_name="orders""#;
    check(
        &harness,
        &metrics,
        &[
            ("aws_kinesis_subscribe_to_shard_success_sum", labels, "1.0"),
            ("aws_kinesis_subscribe_to_shard_rate_exceeded_sum", labels, "1.0"),
            ("aws_kinesis_subscribe_to_shard_event_success_sum", labels, "1.0"),
            ("aws_kinesis_subscribe_to_shard_event_records_sum", labels, "1.0"),
            ("aws_kinesis_subscribe_to_shard_event_bytes_sum", labels, "5.0"),
            ("aws_kinesis_subscribe_to_shard_event_millis_behind_latest_sum", labels, "0.0"),
        ],
    );
}
