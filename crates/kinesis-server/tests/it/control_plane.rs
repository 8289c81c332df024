//! Streams are made, described and deleted.

use std::time::Duration;

use alluvium_kinesis_server::KinesisOptions;
use serde_json::json;

use crate::harness::{Harness, START_MILLIS, Setup, text};

fn creating_for(millis: u32) -> Setup {
    let setup = Setup::default();
    Setup { options: KinesisOptions { creating_millis: millis, ..setup.options }, ..setup }
}

#[tokio::test]
async fn a_stream_that_is_deleted_shows_no_shards() {
    let harness = Harness::with(creating_for(500_000)).await;
    let name = json!({"StreamName": "orders"});
    harness.create("orders", 2).await;
    harness.advance(Duration::from_secs(500)).await;
    let active = harness.ok("DescribeStream", name.clone()).await;
    assert_eq!(active["StreamDescription"]["Shards"].as_array().map(Vec::len), Some(2));
    harness.ok("DeleteStream", name.clone()).await;
    let deleting = harness.ok("DescribeStream", name).await;
    assert_eq!(deleting["StreamDescription"]["StreamStatus"], "DELETING");
    assert_eq!(deleting["StreamDescription"]["Shards"], json!([]));
}

#[tokio::test]
async fn a_stream_is_creating_then_active_with_its_shards() {
    let harness = Harness::with(creating_for(500_000)).await;
    harness.create("orders", 3).await;
    let name = json!({"StreamName": "orders"});
    let creating = harness.ok("DescribeStream", name.clone()).await;
    assert_eq!(creating["StreamDescription"]["StreamStatus"], "CREATING");
    assert_eq!(creating["StreamDescription"]["Shards"], json!([]));
    let summary = harness.ok("DescribeStreamSummary", name.clone()).await;
    assert_eq!(summary["StreamDescriptionSummary"]["OpenShardCount"], 0);
    harness
        .check_refused(
            "ListShards",
            name.clone(),
            "ResourceInUseException",
            "Stream orders under account 123456789012 not ACTIVE, instead in state CREATING",
        )
        .await;
    harness
        .check_refused(
            "PutRecord",
            json!({"StreamName": "orders", "PartitionKey": "a", "Data": ""}),
            "ResourceNotFoundException",
            "Stream orders under account 123456789012 not found.",
        )
        .await;

    harness.advance(Duration::from_secs(500)).await;
    let mut active = harness.ok("DescribeStream", name).await;
    let description = &mut active["StreamDescription"];
    for shard in description["Shards"].as_array_mut().expect("shards") {
        let range = shard["SequenceNumberRange"].as_object_mut().expect("a range");
        let starting = range.remove("StartingSequenceNumber").expect("a number");
        assert_eq!(text(&starting).len(), 56);
    }
    let shard = |id: &str, starting: &str, ending: &str| {
        json!({
            "ShardId": id,
            "HashKeyRange": {"StartingHashKey": starting, "EndingHashKey": ending},
            "SequenceNumberRange": {},
        })
    };
    let expected = json!({
        "StreamName": "orders",
        "StreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        "StreamCreationTimestamp": START_MILLIS as f64 / 1000.0,
        "RetentionPeriodHours": 24,
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
        "EncryptionType": "NONE",
        "HasMoreShards": false,
        "Shards": [
            shard("shardId-000000000000", "0", "113427455640312821154458202477256070484"),
            shard(
                "shardId-000000000001",
                "113427455640312821154458202477256070485",
                "226854911280625642308916404954512140969",
            ),
            shard(
                "shardId-000000000002",
                "226854911280625642308916404954512140970",
                "340282366920938463463374607431768211455",
            ),
        ],
    });
    assert_eq!(*description, expected);
}

#[tokio::test]
async fn an_on_demand_stream_starts_with_four_shards() {
    let harness = Harness::new().await;
    let mode = json!({"StreamMode": "ON_DEMAND"});
    harness.ok("CreateStream", json!({"StreamName": "a", "StreamModeDetails": mode})).await;
    harness.ok("CreateStream", json!({"StreamName": "b"})).await;
    for name in ["a", "b"] {
        let summary = harness.ok("DescribeStreamSummary", json!({"StreamName": name})).await;
        let summary = &summary["StreamDescriptionSummary"];
        assert_eq!(summary["OpenShardCount"], 4, "{name}");
        assert_eq!(summary["StreamModeDetails"], mode, "{name}");
        assert_eq!(summary["ConsumerCount"], 0, "{name}");
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_in_use_until_its_stream_is_deleted() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let again = json!({"StreamName": "orders", "ShardCount": 1});
    harness
        .check_refused(
            "CreateStream",
            again.clone(),
            "ResourceInUseException",
            "Stream orders under account 123456789012 already exists.",
        )
        .await;
    assert!(harness.ok("DeleteStream", json!({"StreamName": "orders"})).await.is_null());
    harness
        .check_refused(
            "DeleteStream",
            json!({"StreamName": "orders"}),
            "ResourceNotFoundException",
            "Stream orders under account 123456789012 not found.",
        )
        .await;
    harness.ok("CreateStream", again).await;
}

#[tokio::test]
async fn a_stream_is_found_by_its_arn_and_not_by_somebody_elses() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    let arn = |region: &str, account: &str| json!({"StreamARN": format!("arn:aws:kinesis:{region}:{account}:stream/orders")});
    let summary = harness.ok("DescribeStreamSummary", arn("eu-west-1", "123456789012")).await;
    assert_eq!(summary["StreamDescriptionSummary"]["StreamName"], "orders");
    for (region, account) in [("eu-west-1", "999999999999"), ("us-east-1", "123456789012")] {
        let message = format!("Stream orders under account {account} not found.");
        let (operation, body) = ("DescribeStreamSummary", arn(region, account));
        harness.check_refused(operation, body, "ResourceNotFoundException", &message).await;
    }
}

#[tokio::test]
async fn more_shards_than_the_limit_are_refused_with_the_count() {
    let setup = Setup::default();
    let options = KinesisOptions { shard_limit: 10, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 3).await;
    harness
        .check_refused(
            "CreateStream",
            json!({"StreamName": "many", "ShardCount": 8}),
            "LimitExceededException",
            "This request would exceed the shard limit for the account 123456789012 in eu-west-1. Current shard count for \
             the account: 3. Limit: 10. Number of additional shards that would have resulted from this request: 8. Refer to \
             the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for \
             current limits and how to request higher limits.",
        )
        .await;
    harness.create("enough", 7).await;
}

#[tokio::test]
async fn what_only_on_demand_streams_have_is_refused_for_others() {
    let harness = Harness::new().await;
    let auto = json!({"StreamName": "a", "ShardCount": 1, "RecordDistributionStrategy": "AUTO"});
    let message = "RecordDistributionStrategy AUTO is only supported for streams in On-Demand mode.";
    harness.check_refused("CreateStream", auto, "InvalidArgumentException", message).await;
    let warm = json!({"StreamName": "a", "WarmThroughputMiBps": 100});
    let message = "WarmThroughputMiBps 100 cannot be set: MinimumThroughputBillingCommitment is not enabled for account \
                   123456789012. Enable it with UpdateAccountSettings.";
    harness.check_refused("CreateStream", warm, "InvalidArgumentException", message).await;
}

#[tokio::test]
async fn a_stream_is_deleting_for_a_while_and_then_its_name_is_free() {
    let harness = Harness::with(creating_for(500_000)).await;
    harness.create("orders", 1).await;
    let name = json!({"StreamName": "orders"});
    // Also a stream that is still being made can be deleted.
    harness.ok("DeleteStream", name.clone()).await;
    let summary = harness.ok("DescribeStreamSummary", name.clone()).await;
    assert_eq!(summary["StreamDescriptionSummary"]["StreamStatus"], "DELETING");
    let in_use = "Stream orders under account 123456789012 not ACTIVE, instead in state DELETING";
    for (operation, body) in [
        ("DeleteStream", name.clone()),
        ("ListShards", name.clone()),
        ("MergeShards", json!({"StreamName": "orders", "ShardToMerge": "0", "AdjacentShardToMerge": "1"})),
        ("AddTagsToStream", json!({"StreamName": "orders", "Tags": {"a": "b"}})),
        ("IncreaseStreamRetentionPeriod", json!({"StreamName": "orders", "RetentionPeriodHours": 48})),
    ] {
        harness.check_refused(operation, body, "ResourceInUseException", in_use).await;
    }
    let exists = "Stream orders under account 123456789012 already exists.";
    let again = json!({"StreamName": "orders", "ShardCount": 2});
    harness.check_refused("CreateStream", again.clone(), "ResourceInUseException", exists).await;
    let gone = "Stream orders under account 123456789012 not found.";
    let record = json!({"StreamName": "orders", "PartitionKey": "a", "Data": ""});
    harness.check_refused("PutRecord", record, "ResourceNotFoundException", gone).await;

    harness.advance(Duration::from_secs(500)).await;
    harness.check_refused("DescribeStreamSummary", name, "ResourceNotFoundException", gone).await;
    assert_eq!(harness.ok("ListStreams", json!({})).await["StreamNames"], json!([]));
    harness.ok("CreateStream", again).await;
}
