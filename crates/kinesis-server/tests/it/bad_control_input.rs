//! Every operation on a stream or a consumer with bad input: the error is AWS's, and the server goes on.

use std::time::Duration;

use alluvium_kinesis_server::KinesisOptions;
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, text};

/// An operation on a stream, and the members that it has beside the stream.
struct Case {
    operation: &'static str,
    members: Value,
    /// Whether it takes `StreamName`, or else only `StreamARN`.
    by_name: bool,
    /// Whether the stream has to be ACTIVE.
    active: bool,
}

fn cases() -> Vec<Case> {
    let case = |operation, members, by_name, active| Case { operation, members, by_name, active };
    let encryption = json!({"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"});
    vec![
        case("AddTagsToStream", json!({"Tags": {"a": "b"}}), true, false),
        case("RemoveTagsFromStream", json!({"TagKeys": ["a"]}), true, false),
        case("ListTagsForStream", json!({}), true, false),
        case("DecreaseStreamRetentionPeriod", json!({"RetentionPeriodHours": 24}), true, true),
        case("IncreaseStreamRetentionPeriod", json!({"RetentionPeriodHours": 24}), true, true),
        case("DeleteStream", json!({}), true, false),
        case("DescribeStream", json!({}), true, false),
        case("DescribeStreamSummary", json!({}), true, false),
        case("EnableEnhancedMonitoring", json!({"ShardLevelMetrics": ["ALL"]}), true, true),
        case("DisableEnhancedMonitoring", json!({"ShardLevelMetrics": ["ALL"]}), true, true),
        case("MergeShards", json!({"ShardToMerge": "0", "AdjacentShardToMerge": "1"}), true, true),
        case("SplitShard", json!({"ShardToSplit": "0", "NewStartingHashKey": "2"}), true, true),
        case("StartStreamEncryption", encryption.clone(), true, true),
        case("StopStreamEncryption", encryption, true, true),
        case(
            "UpdateShardCount",
            json!({"TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}),
            true,
            true,
        ),
        case("UpdateStreamWarmThroughput", json!({"WarmThroughputMiBps": 0}), true, true),
        case("UpdateMaxRecordSize", json!({"MaxRecordSizeInKiB": 1_024}), false, true),
        case("UpdateStreamMode", json!({"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}), false, true),
        case(
            "UpdateStreamRecordDistributionStrategy",
            json!({"RecordDistributionStrategy": "USER_PARTITION_KEY"}),
            false,
            true,
        ),
        case("RegisterStreamConsumer", json!({"ConsumerName": "a"}), false, true),
        case("ListStreamConsumers", json!({}), false, false),
        case("DescribeStreamConsumer", json!({"ConsumerName": "a"}), false, false),
        case("DeregisterStreamConsumer", json!({"ConsumerName": "a"}), false, false),
    ]
}

/// Operations on a stream or a consumer by `ResourceARN`.
fn resource_cases() -> Vec<(&'static str, Value)> {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
    vec![
        ("TagResource", json!({"Tags": {"a": "b"}})),
        ("UntagResource", json!({"TagKeys": ["a"]})),
        ("ListTagsForResource", json!({})),
        ("PutResourcePolicy", json!({"Policy": policy})),
        ("GetResourcePolicy", json!({})),
        ("DeleteResourcePolicy", json!({})),
    ]
}

fn with(members: &Value, name: &str, value: Value) -> Value {
    let mut body = members.clone();
    body[name] = value;
    body
}

fn arn(region: &str, account: &str, stream: &str) -> String {
    format!("arn:aws:kinesis:{region}:{account}:stream/{stream}")
}

#[tokio::test]
async fn a_stream_that_is_not_there_or_somebody_elses_is_not_found() {
    let harness = Harness::new().await;
    harness.create("orders", 2).await;
    for (region, account, stream) in [
        ("eu-west-1", "123456789012", "nowhere"),
        ("us-east-1", "123456789012", "orders"),
        ("eu-west-1", "999999999999", "orders"),
    ] {
        let arn = arn(region, account, stream);
        let message = format!("Stream {stream} under account {account} not found.");
        let kind = "ResourceNotFoundException";
        for case in cases() {
            let body = with(&case.members, "StreamARN", json!(arn));
            harness.check_refused(case.operation, body, kind, &message).await;
        }
        for (operation, members) in resource_cases() {
            for arn in [arn.clone(), format!("{arn}/consumer/a:1")] {
                let body = with(&members, "ResourceARN", json!(arn));
                harness.check_refused(operation, body, kind, &message).await;
            }
        }
    }
    for case in cases().into_iter().filter(|case| case.by_name) {
        let message = "Stream nowhere under account 123456789012 not found.";
        let body = with(&case.members, "StreamName", json!("nowhere"));
        harness.check_refused(case.operation, body, "ResourceNotFoundException", message).await;
    }
}

#[tokio::test]
async fn what_changes_a_stream_waits_until_it_is_active() {
    let setup = Setup::default();
    let options = KinesisOptions { creating_millis: 60_000, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 2).await;
    let own = arn("eu-west-1", "123456789012", "orders");
    let refused_as = async |state: &str, operation: &str, members: &Value| {
        let message =
            format!("Stream orders under account 123456789012 not ACTIVE, instead in state {state}");
        let body = with(members, "StreamARN", json!(own));
        harness.check_refused(operation, body, "ResourceInUseException", &message).await;
    };
    for case in cases().into_iter().filter(|case| case.active) {
        refused_as("CREATING", case.operation, &case.members).await;
    }
    harness.advance(Duration::from_mins(1)).await;
    harness.ok("SplitShard", json!({"StreamARN": own, "ShardToSplit": "0", "NewStartingHashKey": "2"})).await;
    // A consumer can be registered while shards change.
    for case in cases().into_iter().filter(|case| case.active && case.operation != "RegisterStreamConsumer") {
        refused_as("UPDATING", case.operation, &case.members).await;
    }
    harness.advance(Duration::from_mins(1)).await;
    harness.ok("DeleteStream", json!({"StreamARN": own})).await;
    for case in cases().into_iter().filter(|case| case.active) {
        refused_as("DELETING", case.operation, &case.members).await;
    }
}

#[tokio::test]
async fn members_that_are_missing_null_or_of_a_wrong_type_are_refused_and_the_server_lives() {
    let harness = Harness::new().await;
    harness.create("orders", 2).await;
    let own = arn("eu-west-1", "123456789012", "orders");
    let streams = cases().into_iter().map(|case| (case.operation, case.members, "StreamARN"));
    let resources =
        resource_cases().into_iter().map(|(operation, members)| (operation, members, "ResourceARN"));
    for (operation, members, identifier) in streams.chain(resources) {
        let whole = with(&members, identifier, json!(own));
        for name in whole.as_object().expect("members").keys() {
            let mut missing = whole.clone();
            missing.as_object_mut().expect("members").remove(name);
            let expected = match (operation, name.as_str()) {
                // Where the model requires none of several ways to name a thing, one is required all the same.
                ("DescribeStreamConsumer" | "DeregisterStreamConsumer", _)
                | ("UpdateMaxRecordSize", "StreamARN") => "InvalidArgumentException",
                _ => "ValidationException",
            };
            for body in [missing, with(&whole, name, Value::Null)] {
                let (status, answer) = harness.call(operation, &body).await;
                assert_eq!((status, text(&answer["__type"])), (400, expected), "{operation} {body}");
            }
            let wrong_types = [json!([[]]), json!({"a": {"b": []}}), json!(true), json!(7), json!("")];
            for value in wrong_types {
                let body = with(&whole, name, value);
                let (status, answer) = harness.call(operation, &body).await;
                let kind = answer["__type"].as_str().unwrap_or_default();
                let refused = ["SerializationException", "ValidationException", "InvalidArgumentException"];
                let taken =
                    status == 200 || kind == "ResourceNotFoundException" || kind == "LimitExceededException";
                assert!(refused.contains(&kind) || taken, "{operation} {body}: {answer}");
                assert_ne!(status, 500, "{operation} {body}: {answer}");
            }
        }
        for body in ["", "[]", "7", "\"a\"", "{", "\u{0}", "{\"StreamName\":"] {
            let response = harness.send(crate::harness::request(operation, body)).await;
            assert_eq!(response.status(), 400, "{operation} {body}");
        }
    }
    assert_eq!(harness.ok("ListStreams", json!({})).await["StreamNames"], json!(["orders"]));
}
