//! On-demand streams grow and shrink by themselves, on a clock that only the test moves.

use std::time::Duration;

use alluvium_kinesis_server::{KinesisOptions, OnDemandScaling};
use alluvium_stream_store::StreamChange;
use serde_json::{Value, json};

use crate::harness::{Harness, Setup, stop_the_clock, text, texts};

const INTERVAL: Duration = Duration::from_secs(1);
const QUIET_INTERVALS: u32 = 24;

/// A server that looks at its on-demand streams every second, and one of those.
async fn on_demand(scaling: Option<OnDemandScaling>) -> Harness {
    stop_the_clock();
    let setup = Setup::default();
    let options = KinesisOptions { on_demand_scaling: scaling, ..setup.options };
    let harness = Harness::with(Setup { options, ..setup }).await;
    harness
        .ok("CreateStream", json!({"StreamName": "orders", "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}))
        .await;
    settle().await;
    harness
}

fn every_second() -> OnDemandScaling {
    OnDemandScaling { interval: INTERVAL, quiet: INTERVAL * QUIET_INTERVALS }
}

/// Lets every task run that can.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

fn open_shards(harness: &Harness) -> usize {
    harness.stream("orders").open_shards().len()
}

/// Moves on by an interval, and by what timers may be late.
async fn next_look() {
    tokio::time::advance(INTERVAL + Duration::from_millis(2)).await;
    settle().await;
}

/// Waits until the stream has this many open shards, while the store's thread works.
async fn until_open(harness: &Harness, count: usize) {
    for _ in 0..1_000_000 {
        if open_shards(harness) == count {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{} open shards, expected {count}", open_shards(harness));
}

/// Puts `mebibytes` in records of 64 KiB, evenly over all hash keys; the number of records.
async fn put(harness: &Harness, mebibytes: usize) -> usize {
    let data = base64_simd::STANDARD.encode_to_string(vec![b'x'; 65_535]);
    let count = mebibytes * 16;
    let step = u128::MAX / count as u128;
    let entry = |number: usize| {
        let hash_key = (step * number as u128).to_string();
        json!({"Data": data, "PartitionKey": "k", "ExplicitHashKey": hash_key})
    };
    let records: Vec<Value> = (0..count).map(entry).collect();
    let answer = harness.ok("PutRecords", json!({"StreamName": "orders", "Records": records})).await;
    assert_eq!(answer["FailedRecordCount"], 0);
    count
}

/// How many records all shards hold together, closed ones too.
async fn stored(harness: &Harness) -> usize {
    let shards = harness.ok("ListShards", json!({"StreamName": "orders"})).await;
    let mut count = 0;
    for shard in shards["Shards"].as_array().expect("shards") {
        let start = json!({"ShardIteratorType": "TRIM_HORIZON"});
        let iterator = harness.iterator("orders", text(&shard["ShardId"]), start).await;
        count += texts(&harness.ok("GetRecords", json!({"ShardIterator": iterator})).await).len();
    }
    count
}

#[tokio::test]
async fn a_stream_grows_to_twice_its_peak_and_shrinks_when_the_peak_is_long_gone() {
    let harness = on_demand(Some(every_second())).await;
    assert_eq!(open_shards(&harness), 4);
    let mut put_count = put(&harness, 3).await;
    next_look().await;
    until_open(&harness, 6).await;
    put_count += put(&harness, 6).await;
    next_look().await;
    until_open(&harness, 12).await;
    assert_eq!(
        harness.ok("DescribeStreamSummary", json!({"StreamName": "orders"})).await["StreamDescriptionSummary"]
            ["StreamStatus"],
        "ACTIVE"
    );

    for _ in 0..QUIET_INTERVALS - 1 {
        next_look().await;
        assert_eq!(open_shards(&harness), 12, "the peak is not long gone");
    }
    next_look().await;
    until_open(&harness, 6).await;
    next_look().await;
    until_open(&harness, 4).await;
    for _ in 0..5 {
        next_look().await;
        assert_eq!(open_shards(&harness), 4, "never below four");
    }
    assert_eq!(stored(&harness).await, put_count);
}

#[tokio::test]
async fn what_a_stream_is_put_counts_although_it_is_updating_at_the_look() {
    let harness = on_demand(Some(every_second())).await;
    put(&harness, 3).await;
    let now_millis = harness.clock.now_millis();
    let active_at_millis = Some(now_millis + 1_500);
    let change = StreamChange { active_at_millis, now_millis, ..StreamChange::default() };
    harness.store.update_stream(harness.stream("orders").id, change).await.expect("changed");
    next_look().await;
    assert_eq!(open_shards(&harness), 4, "it is UPDATING");
    next_look().await;
    until_open(&harness, 6).await;
}

#[tokio::test]
async fn switched_off_it_leaves_streams_as_they_are() {
    let harness = on_demand(None).await;
    for _ in 0..3 {
        put(&harness, 8).await;
        next_look().await;
        assert_eq!(open_shards(&harness), 4);
    }
}

#[tokio::test]
async fn a_provisioned_stream_keeps_its_shards() {
    let harness = on_demand(Some(every_second())).await;
    harness.create("fixed", 1).await;
    let data = base64_simd::STANDARD.encode_to_string(vec![b'x'; 1 << 19]);
    for _ in 0..8 {
        let record = json!({"StreamName": "fixed", "PartitionKey": "k", "Data": data});
        harness.ok("PutRecord", record).await;
    }
    next_look().await;
    assert_eq!(harness.stream("fixed").open_shards().len(), 1);
}
