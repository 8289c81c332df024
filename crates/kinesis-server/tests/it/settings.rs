//! What can be set on a stream and on the account.

use std::time::Duration;

use alluvium_kinesis_server::{KinesisOptions, Limits};
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, text};

const ARN: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

async fn summary(harness: &Harness) -> Value {
    harness.ok("DescribeStreamSummary", json!({"StreamARN": ARN})).await["StreamDescriptionSummary"].take()
}

#[tokio::test]
async fn encryption_is_kept_and_shown_and_takes_every_form_of_a_key() {
    let setup = Setup::default();
    let options = KinesisOptions { creating_millis: 60_000, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 1).await;
    harness.advance(Duration::from_mins(1)).await;
    let body = |key: &str| json!({"StreamName": "orders", "EncryptionType": "KMS", "KeyId": key});
    for key in
        ["alias/aws/kinesis", "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"]
    {
        harness.ok("StartStreamEncryption", body(key)).await;
        let updating = summary(&harness).await;
        assert_eq!(updating["StreamStatus"], "UPDATING");
        assert_eq!((&updating["EncryptionType"], &updating["KeyId"]), (&json!("KMS"), &json!(key)));
        let message = "Stream orders under account 123456789012 not ACTIVE, instead in state UPDATING";
        harness.check_refused("StopStreamEncryption", body(key), "ResourceInUseException", message).await;
        harness.advance(Duration::from_mins(1)).await;
    }
    let put = harness.put("orders", "a", "1").await;
    assert_eq!(put["EncryptionType"], "KMS");
    harness.ok("StopStreamEncryption", body("alias/aws/kinesis")).await;
    let stopped = summary(&harness).await;
    assert_eq!((&stopped["EncryptionType"], stopped.get("KeyId")), (&json!("NONE"), None));
    let invalid = "InvalidArgumentException";
    let none = json!({"StreamName": "orders", "EncryptionType": "NONE", "KeyId": "alias/a"});
    harness.check_refused("StartStreamEncryption", none, invalid, "EncryptionType must be KMS.").await;
    let message = "KeyId mine is not the id of a KMS key, the ARN of a key or an alias, or an alias name beginning with alias/.";
    harness.check_refused("StartStreamEncryption", body("mine"), invalid, message).await;
}

#[tokio::test]
async fn metrics_of_shards_are_turned_on_and_off() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let change = async |operation: &str, metrics: Value| {
        let answer =
            harness.ok(operation, json!({"StreamName": "orders", "ShardLevelMetrics": metrics})).await;
        assert_eq!((&answer["StreamName"], &answer["StreamARN"]), (&json!("orders"), &json!(ARN)));
        (answer["CurrentShardLevelMetrics"].clone(), answer["DesiredShardLevelMetrics"].clone())
    };
    let first = change("EnableEnhancedMonitoring", json!(["OutgoingBytes", "IncomingBytes"])).await;
    assert_eq!(first, (json!([]), json!(["IncomingBytes", "OutgoingBytes"])));
    let (_, all) = change("EnableEnhancedMonitoring", json!(["ALL"])).await;
    assert_eq!(all.as_array().map(Vec::len), Some(7));
    assert_eq!(summary(&harness).await["EnhancedMonitoring"], json!([{"ShardLevelMetrics": all}]));
    let (_, fewer) = change("DisableEnhancedMonitoring", json!(["IncomingBytes"])).await;
    assert_eq!(fewer.as_array().map(Vec::len), Some(6));
    let (_, none) = change("DisableEnhancedMonitoring", json!(["ALL"])).await;
    assert_eq!(none, json!([]));
}

fn in_mode(word: &str) -> Value {
    json!({"StreamARN": ARN, "StreamModeDetails": {"StreamMode": word}})
}

#[tokio::test]
async fn record_size_and_distribution_are_set_and_survive_in_the_description() {
    let harness = Harness::new().await;
    let create = json!({
        "StreamName": "orders",
        "MaxRecordSizeInKiB": 2_048,
        "RecordDistributionStrategy": "AUTO",
    });
    harness.ok("CreateStream", create).await;
    let made = summary(&harness).await;
    assert_eq!(
        (&made["MaxRecordSizeInKiB"], &made["RecordDistributionStrategy"]),
        (&json!(2_048), &json!("AUTO"))
    );
    harness.ok("UpdateMaxRecordSize", json!({"StreamARN": ARN, "MaxRecordSizeInKiB": 10_240})).await;
    let strategy = |word: &str| json!({"StreamARN": ARN, "RecordDistributionStrategy": word});
    harness.ok("UpdateStreamRecordDistributionStrategy", strategy("USER_PARTITION_KEY")).await;
    let changed = summary(&harness).await;
    assert_eq!(changed["MaxRecordSizeInKiB"], 10_240);
    assert_eq!(changed["RecordDistributionStrategy"], "USER_PARTITION_KEY");

    harness.ok("UpdateStreamMode", in_mode("PROVISIONED")).await;
    let message = "RecordDistributionStrategy AUTO is only supported for streams in On-Demand mode.";
    let (operation, invalid) = ("UpdateStreamRecordDistributionStrategy", "InvalidArgumentException");
    harness.check_refused(operation, strategy("AUTO"), invalid, message).await;
    let message = "WarmThroughputMiBps is only supported for streams in On-Demand mode.";
    let warm = json!({"StreamARN": ARN, "WarmThroughputMiBps": 8});
    harness.check_refused("UpdateStreamWarmThroughput", warm, invalid, message).await;
}

#[tokio::test]
async fn a_committed_account_can_warm_its_streams_up() {
    let harness = Harness::new().await;
    let off = json!({"MinimumThroughputBillingCommitment": {"Status": "DISABLED"}});
    let on = json!({"MinimumThroughputBillingCommitment": {"Status": "ENABLED"}});
    assert_eq!(harness.ok("DescribeAccountSettings", json!({})).await, off);
    let answer = harness.ok("UpdateAccountSettings", on.clone()).await;
    let enabled = &answer["MinimumThroughputBillingCommitment"];
    let time = |member: &str| enabled[member].as_f64().expect("a time");
    assert_eq!((&enabled["Status"], enabled.get("EndedAt")), (&json!("ENABLED"), None));
    assert!((time("EarliestAllowedEndAt") - time("StartedAt") - 86_400.0).abs() < 0.001, "{enabled}");

    harness.ok("CreateStream", json!({"StreamName": "orders", "WarmThroughputMiBps": 6})).await;
    let made = summary(&harness).await;
    assert_eq!(made["OpenShardCount"], 6);
    assert_eq!(made["WarmThroughput"], json!({"TargetMiBps": 6, "CurrentMiBps": 6}));
    let answer = harness
        .ok("UpdateStreamWarmThroughput", json!({"StreamName": "orders", "WarmThroughputMiBps": 9}))
        .await;
    assert_eq!(answer["WarmThroughput"], json!({"TargetMiBps": 9, "CurrentMiBps": 9}));
    assert_eq!(summary(&harness).await["OpenShardCount"], 9);
    let message = "WarmThroughputMiBps 10241 exceeds the limit of 10240 for one stream.";
    let body = json!({"StreamName": "orders", "WarmThroughputMiBps": 10_241});
    harness.check_refused("UpdateStreamWarmThroughput", body, "LimitExceededException", message).await;

    let status = async |body: Value| {
        let answer = harness.ok("UpdateAccountSettings", body).await;
        text(&answer["MinimumThroughputBillingCommitment"]["Status"]).to_owned()
    };
    assert_eq!(status(off.clone()).await, "ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    assert_eq!(status(on.clone()).await, "ENABLED");
    assert_eq!(status(off).await, "ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    harness.advance(Duration::from_hours(24)).await;
    let ended = harness.ok("DescribeAccountSettings", json!({})).await;
    assert_eq!(ended["MinimumThroughputBillingCommitment"]["Status"], "DISABLED");
    assert!(ended["MinimumThroughputBillingCommitment"]["EndedAt"].is_number());
    assert_eq!(status(on).await, "ENABLED");
}

#[tokio::test]
async fn limits_are_described() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    harness.ok("CreateStream", json!({"StreamName": "more"})).await;
    let answer = harness.ok("DescribeLimits", json!({})).await;
    assert_eq!((&answer["ShardLimit"], &answer["OpenShardCount"]), (&json!(20_000), &json!(7)));
    assert_eq!(
        (&answer["OnDemandStreamCount"], &answer["OnDemandStreamCountLimit"]),
        (&json!(1), &json!(50))
    );
}

#[tokio::test]
async fn a_stream_is_found_by_its_id_and_by_what_agrees_with_it() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    harness.create("other", 1).await;
    let id = text(&summary(&harness).await["StreamId"]).to_owned();
    for body in [json!({"StreamId": id}), json!({"StreamId": id, "StreamName": "orders", "StreamARN": ARN})] {
        let found = harness.ok("DescribeStreamSummary", body).await;
        assert_eq!(found["StreamDescriptionSummary"]["StreamName"], "orders");
    }
    harness.ok("SplitShard", json!({"StreamId": id, "ShardToSplit": "0", "NewStartingHashKey": "7"})).await;
    let message = format!("StreamId {id} is not the id of stream other under account 123456789012.");
    let both = json!({"StreamId": id, "StreamName": "other"});
    harness.check_refused("DescribeStream", both, "InvalidArgumentException", &message).await;
    let unknown = "abcdefghij0123456789-abc";
    let message = format!("Stream {unknown} under account 123456789012 not found.");
    let body = json!({"StreamId": unknown});
    harness.check_refused("DescribeStream", body, "ResourceNotFoundException", &message).await;
}

#[tokio::test]
async fn with_limits_a_day_has_ten_scalings_and_five_streams_are_made_at_a_time() {
    let setup = Setup::default();
    let options = KinesisOptions { creating_millis: 0, limits: Limits::Aws, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 2).await;
    let body = |target: u32| json!({"StreamName": "orders", "TargetShardCount": target, "ScalingType": "UNIFORM_SCALING"});
    for round in 0..10 {
        harness.advance(Duration::from_secs(1)).await;
        harness.ok("UpdateShardCount", body(if round % 2 == 0 { 3 } else { 2 })).await;
    }
    harness.advance(Duration::from_secs(1)).await;
    let message = "This request would exceed the limit of 10 successful UpdateShardCount calls within 24 hours for stream \
                   orders under account 123456789012.";
    harness.check_refused("UpdateShardCount", body(3), "LimitExceededException", message).await;
    harness.advance(Duration::from_hours(24)).await;
    harness.ok("UpdateShardCount", body(3)).await;

    let setup = Setup::default();
    let options = KinesisOptions { creating_millis: 60_000, limits: Limits::Aws, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    for name in ["a", "b", "c", "d", "e"] {
        harness.create(name, 1).await;
        harness.advance(Duration::from_secs(1)).await;
    }
    let message =
        "This request would exceed the limit of 5 streams in CREATING status for account 123456789012.";
    let sixth = json!({"StreamName": "f", "ShardCount": 1});
    harness.check_refused("CreateStream", sixth, "LimitExceededException", message).await;
}

#[tokio::test]
async fn a_throughput_that_the_account_has_no_shards_for_changes_nothing() {
    let setup = Setup::default();
    let options = KinesisOptions { shard_limit: 10, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    let on = json!({"MinimumThroughputBillingCommitment": {"Status": "ENABLED"}});
    harness.ok("UpdateAccountSettings", on).await;
    harness.ok("CreateStream", json!({"StreamName": "orders"})).await;
    let warm = json!({"StreamARN": ARN, "WarmThroughputMiBps": 11});
    let (status, answer) = harness.call("UpdateStreamWarmThroughput", &warm).await;
    assert_eq!((status, text(&answer["__type"])), (400, "LimitExceededException"));
    assert_eq!(summary(&harness).await.get("WarmThroughput"), None);

    harness.ok("UpdateStreamMode", in_mode("PROVISIONED")).await;
    let mut body = in_mode("ON_DEMAND");
    body["WarmThroughputMiBps"] = json!(11);
    let (status, answer) = harness.call("UpdateStreamMode", &body).await;
    assert_eq!((status, text(&answer["__type"])), (400, "LimitExceededException"));
    assert_eq!(summary(&harness).await["StreamModeDetails"]["StreamMode"], "PROVISIONED");
}
