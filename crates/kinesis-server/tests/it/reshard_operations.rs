//! SplitShard, MergeShards and UpdateShardCount: what they do, and everything that they refuse.

use alluvium_kinesis_server::KinesisOptions;
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, text};

const HALF: &str = "170141183460469231731687303715884105728";

/// The shards as `id of parents: starting-ending`, with `(closed)` after those that are.
async fn lineage(harness: &Harness) -> Vec<String> {
    let answer = harness.ok("ListShards", json!({"StreamName": "orders"})).await;
    let number = |id: &Value| id.as_str().map_or("-", |id| &id[id.len() - 2..]).to_owned();
    let shards = answer["Shards"].as_array().expect("shards").iter();
    shards
        .map(|shard| {
            let parents =
                format!("{} {}", number(&shard["ParentShardId"]), number(&shard["AdjacentParentShardId"]));
            let closed = shard["SequenceNumberRange"].get("EndingSequenceNumber").is_some();
            let range = &shard["HashKeyRange"];
            format!(
                "{} of {parents}: {}-{}{}",
                number(&shard["ShardId"]),
                text(&range["StartingHashKey"]),
                text(&range["EndingHashKey"]),
                if closed { " (closed)" } else { "" }
            )
        })
        .collect()
}

fn split_of(shard: &str, at: &str) -> Value {
    json!({"StreamName": "orders", "ShardToSplit": shard, "NewStartingHashKey": at})
}

fn merge_of(shard: &str, adjacent: &str) -> Value {
    json!({"StreamName": "orders", "ShardToMerge": shard, "AdjacentShardToMerge": adjacent})
}

fn count(target: u32) -> Value {
    json!({"StreamName": "orders", "TargetShardCount": target, "ScalingType": "UNIFORM_SCALING"})
}

#[tokio::test]
async fn a_split_at_the_lowest_key_and_a_merge_of_its_children() {
    let harness = Harness::new().await;
    harness.create("orders", 1).await;
    assert!(harness.ok("SplitShard", split_of("shardId-0", "2")).await.is_null());
    assert!(harness.ok("MergeShards", merge_of("shardId-000000000001", "2")).await.is_null());
    assert_eq!(
        lineage(&harness).await,
        [
            "00 of - -: 0-340282366920938463463374607431768211455 (closed)",
            "01 of 00 -: 0-1 (closed)",
            "02 of 00 -: 2-340282366920938463463374607431768211455 (closed)",
            "03 of 01 02: 0-340282366920938463463374607431768211455",
        ]
    );
}

#[tokio::test]
async fn a_stream_is_updating_after_a_reshard_and_takes_records_all_the_while() {
    let setup = Setup::default();
    let options = KinesisOptions { creating_millis: 60_000, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 1).await;
    let creating = "Stream orders under account 123456789012 not ACTIVE, instead in state CREATING";
    harness.check_refused("SplitShard", split_of("0", "2"), "ResourceInUseException", creating).await;
    harness.advance(std::time::Duration::from_mins(1)).await;
    harness.ok("SplitShard", split_of("0", HALF)).await;
    let updating = "Stream orders under account 123456789012 not ACTIVE, instead in state UPDATING";
    harness.check_refused("SplitShard", split_of("1", "2"), "ResourceInUseException", updating).await;
    harness.check_refused("MergeShards", merge_of("1", "2"), "ResourceInUseException", updating).await;
    harness.check_refused("UpdateShardCount", count(4), "ResourceInUseException", updating).await;
    let put = harness.put("orders", "a", "1").await;
    assert_eq!(put["ShardId"], "shardId-000000000001");
    harness.advance(std::time::Duration::from_mins(1)).await;
    harness.ok("SplitShard", split_of("1", "2")).await;
}

#[tokio::test]
async fn a_shard_that_cannot_be_found_is_told_as_aws_does() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    let missing =
        |shard: &str| format!("Could not find shard {shard} in stream orders under account 123456789012.");
    for (shard, told) in [
        ("2147483648", "2147483648"),
        ("shardId-002147483648", "shardId-002147483648"),
        ("ABKLFD8", "ABKLFD8"),
        ("2.14E4", "2.14E4"),
        ("shardId-5", "shardId-000000000005"),
    ] {
        for (operation, body) in [
            ("SplitShard", split_of(shard, "0")),
            ("MergeShards", merge_of(shard, "shardId-0")),
            ("MergeShards", merge_of("shardId-0", shard)),
        ] {
            harness.check_refused(operation, body, "ResourceNotFoundException", &missing(told)).await;
        }
    }
    // The id is looked at before the stream.
    let mut unknown = split_of("ABKLFD8", "0");
    unknown["StreamName"] = json!("nowhere");
    let message = "Could not find shard ABKLFD8 in stream nowhere under account 123456789012.";
    harness.check_refused("SplitShard", unknown.clone(), "ResourceNotFoundException", message).await;
    unknown["ShardToSplit"] = json!("-00002147483647");
    let message = "Stream nowhere under account 123456789012 not found.";
    harness.check_refused("SplitShard", unknown, "ResourceNotFoundException", message).await;
}

#[tokio::test]
async fn a_split_at_or_past_the_ends_of_a_shard_is_refused() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    for (shard, at, starting, ending) in [
        ("0", "0", "0", "113427455640312821154458202477256070484"),
        ("0", "1", "0", "113427455640312821154458202477256070484"),
        ("0", "113427455640312821154458202477256070484", "0", "113427455640312821154458202477256070484"),
        (
            "2",
            "340282366920938463463374607431768211456",
            "226854911280625642308916404954512140970",
            "340282366920938463463374607431768211455",
        ),
        (
            "2",
            "999999999999999999999999999999999999999",
            "226854911280625642308916404954512140970",
            "340282366920938463463374607431768211455",
        ),
    ] {
        let message = format!(
            "NewStartingHashKey {at} used in SplitShard() on shard shardId-00000000000{shard} in stream orders under account \
             123456789012 is not both greater than one plus the shard's StartingHashKey {starting} and less than the \
             shard's EndingHashKey {ending}."
        );
        harness.check_refused("SplitShard", split_of(shard, at), "InvalidArgumentException", &message).await;
    }
}

#[tokio::test]
async fn only_neighbours_in_their_order_merge_and_nothing_closed_is_resharded() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    for (shard, adjacent) in [("0", "2"), ("1", "0"), ("1", "1")] {
        let message = format!(
            "Shards shardId-00000000000{shard} and shardId-00000000000{adjacent} in stream orders under account \
             123456789012 are not an adjacent pair of shards eligible for merging"
        );
        let (operation, kind) = ("MergeShards", "InvalidArgumentException");
        harness.check_refused(operation, merge_of(shard, adjacent), kind, &message).await;
    }
    harness.ok("MergeShards", merge_of("0", "1")).await;
    let closed = "Shard shardId-000000000000 in stream orders under account 123456789012 has already been merged or split, \
                  and thus is not eligible for merging or splitting.";
    for (operation, body) in [
        ("SplitShard", split_of("0", HALF)),
        ("MergeShards", merge_of("0", "1")),
        ("MergeShards", merge_of("2", "0")),
    ] {
        harness.check_refused(operation, body, "InvalidArgumentException", closed).await;
    }
}

#[tokio::test]
async fn on_demand_streams_choose_their_shards_themselves() {
    let harness = Harness::new().await;
    harness.ok("CreateStream", json!({"StreamName": "orders"})).await;
    let message = "Request is invalid. Stream orders under account 123456789012 is in On-Demand mode.";
    for (operation, body) in [
        ("SplitShard", split_of("0", "2")),
        ("MergeShards", merge_of("0", "1")),
        ("UpdateShardCount", count(8)),
    ] {
        harness.check_refused(operation, body, "ValidationException", message).await;
    }
    let arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
    let mode = json!({"StreamARN": arn, "StreamModeDetails": {"StreamMode": "PROVISIONED"}});
    assert!(harness.ok("UpdateStreamMode", mode).await.is_null());
    harness.ok("UpdateShardCount", count(8)).await;
    let summary = harness.ok("DescribeStreamSummary", json!({"StreamARN": arn})).await;
    let summary = &summary["StreamDescriptionSummary"];
    assert_eq!(summary["StreamModeDetails"], json!({"StreamMode": "PROVISIONED"}));
    assert_eq!(summary["OpenShardCount"], 8);
}

#[tokio::test]
async fn uniform_scaling_doubles_halves_and_answers_both_counts() {
    let harness = Harness::new().await;
    harness.create("orders", 3).await;
    let answer = harness.ok("UpdateShardCount", count(4)).await;
    let expected = json!({
        "StreamName": "orders",
        "StreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        "CurrentShardCount": 3,
        "TargetShardCount": 4,
    });
    assert_eq!(answer, expected);
    let open = |lines: Vec<String>| lines.into_iter().filter(|line| !line.ends_with("(closed)"));
    assert_eq!(
        open(lineage(&harness).await).collect::<Vec<_>>(),
        [
            "03 of 00 -: 0-85070591730234615865843651857942052863",
            "08 of 02 -: 255211775190703847597530955573826158592-340282366920938463463374607431768211455",
            "09 of 04 05: 85070591730234615865843651857942052864-170141183460469231731687303715884105727",
            "10 of 06 07: 170141183460469231731687303715884105728-255211775190703847597530955573826158591",
        ]
    );
    harness.ok("UpdateShardCount", count(2)).await;
    assert_eq!(open(lineage(&harness).await).count(), 2);
    for (target, what) in [(5, "scale up over double"), (1_000, "scale up over double")] {
        let message = format!(
            "UpdateShardCount cannot {what} your current open shard count. Current open shard count: 2 Target shard count: \
             {target}"
        );
        harness.check_refused("UpdateShardCount", count(target), "LimitExceededException", &message).await;
    }
    harness.ok("UpdateShardCount", count(4)).await;
    let message = "UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: 4 \
                   Target shard count: 1";
    harness.check_refused("UpdateShardCount", count(1), "LimitExceededException", message).await;
}

#[tokio::test]
async fn a_reshard_that_would_exceed_the_shard_limit_is_refused() {
    let setup = Setup::default();
    let options = KinesisOptions { shard_limit: 3, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness.create("orders", 2).await;
    let message = |present: u32, more: u32| {
        format!(
            "This request would exceed the shard limit for the account 123456789012 in eu-west-1. Current shard count for \
             the account: {present}. Limit: 3. Number of additional shards that would have resulted from this request: \
             {more}. Refer to the AWS Service Limits page \
             (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request \
             higher limits."
        )
    };
    let kind = "LimitExceededException";
    harness.check_refused("UpdateShardCount", count(4), kind, &message(2, 2)).await;
    harness.ok("SplitShard", split_of("0", "2")).await;
    harness.check_refused("SplitShard", split_of("1", HALF), kind, &message(3, 1)).await;
    harness.ok("MergeShards", merge_of("2", "3")).await.is_null();
}
