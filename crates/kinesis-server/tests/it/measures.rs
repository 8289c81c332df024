//! What the service measures, as Prometheus reads it.

use std::time::{Duration, UNIX_EPOCH};

use alluvium_clock::Clock;
use alluvium_cloudwatch::Metrics;
use alluvium_kinesis_server::KinesisOptions;
use alluvium_stream_store::{ShardMetric, StreamChange, StreamSettings};
use serde_json::json;

use crate::harness::{Harness, START_MILLIS, Setup};

const STREAM: &str = r#"stream_name="orders""#;
const SHARD: &str = r#"shard_id="shardId-000000000000",stream_name="orders""#;

async fn measured() -> (Harness, Metrics) {
    let metrics = Metrics::new(Clock::starting_at(UNIX_EPOCH + Duration::from_millis(START_MILLIS)));
    let setup = Setup::default();
    let options = KinesisOptions { metrics: Some(metrics.clone()), ..setup.options };
    (Harness::with(Setup { options, ..setup }).await, metrics)
}

fn check(harness: &Harness, metrics: &Metrics, expected: &[(&str, &str, &str)]) {
    let text = metrics.prometheus(harness.server.service().process_values());
    for (name, labels, value) in expected {
        let line = format!("{name}{{{labels}}} {value}");
        assert!(text.lines().any(|present| present == line), "{line}\nis not in\n{text}");
    }
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
    let stream = harness.store.streams().remove(0);
    let shard_metrics = ShardMetric::ALL.into_iter().filter(|metric| *metric != ShardMetric::OutgoingBytes);
    let settings = StreamSettings { shard_metrics: shard_metrics.collect(), ..StreamSettings::default() };
    let change = StreamChange { settings: Some(settings), ..StreamChange::default() };
    harness.store.update_stream(stream.id, change).await.expect("the stream is there");
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
