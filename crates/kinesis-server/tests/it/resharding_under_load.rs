//! Eight producers and four consumers through twenty random splits and merges, and some scaling: no record is lost, doubled
//! or out of order, and no hash key is without a shard at any moment.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::harness::{Harness, text};

const PRODUCERS: u64 = 8;
const CONSUMERS: usize = 4;
const RESHARDS: u64 = 20;
const KEYS_PER_PRODUCER: u64 = 5;
/// Records acknowledged between one reshard and the next.
const RECORDS_BETWEEN: u64 = 60;

/// A seeded sequence of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

#[derive(Default)]
struct Progress {
    acknowledged: AtomicU64,
    resharded: AtomicBool,
    producing: AtomicU64,
    read: Mutex<Read>,
}

/// What the consumers have read, and where they go on.
#[derive(Default)]
struct Read {
    records: u64,
    /// How many records of each partition key were read, which is the number that the next one has to carry.
    next_of_key: BTreeMap<String, u64>,
    waiting: VecDeque<(String, String)>,
    finished: BTreeSet<String>,
    begun: BTreeSet<String>,
}

async fn produce(harness: Arc<Harness>, progress: Arc<Progress>, producer: u64) {
    let mut numbers = Numbers(producer);
    let mut next_of_key = [0_u64; KEYS_PER_PRODUCER as usize];
    let mut last_rounds = 10;
    while last_rounds > 0 {
        if progress.resharded.load(Ordering::SeqCst) {
            last_rounds -= 1;
        }
        let count = 1 + numbers.next(8);
        let mut records = Vec::new();
        for _ in 0..count {
            let key = numbers.next(KEYS_PER_PRODUCER);
            let number = &mut next_of_key[key as usize];
            let data = base64_simd::STANDARD.encode_to_string(number.to_string());
            records.push(json!({"PartitionKey": format!("{producer}-{key}"), "Data": data}));
            *number += 1;
        }
        if let [record] = &mut records[..] {
            record["StreamName"] = json!("orders");
            harness.ok("PutRecord", record.take()).await;
        } else {
            let answer = harness.ok("PutRecords", json!({"StreamName": "orders", "Records": records})).await;
            assert_eq!(answer["FailedRecordCount"], 0, "{answer}");
        }
        progress.acknowledged.fetch_add(count, Ordering::SeqCst);
    }
    progress.producing.fetch_sub(1, Ordering::SeqCst);
}

/// The open shards in order of their hash keys, which have to cover the whole space once.
async fn open_shards(harness: &Harness) -> Vec<(String, u128, u128)> {
    let filter = json!({"StreamName": "orders", "ShardFilter": {"Type": "AT_LATEST"}});
    let answer = harness.ok("ListShards", filter).await;
    let key =
        |shard: &Value, end: &str| -> u128 { text(&shard["HashKeyRange"][end]).parse().expect("a hash key") };
    let shards = answer["Shards"].as_array().expect("shards").iter();
    let mut open: Vec<(String, u128, u128)> = shards
        .map(|shard| {
            let id = text(&shard["ShardId"]).to_owned();
            (id, key(shard, "StartingHashKey"), key(shard, "EndingHashKey"))
        })
        .collect();
    open.sort_by_key(|(_, starting, _)| *starting);
    let mut expected = Some(0);
    for (id, starting, ending) in &open {
        assert_eq!(Some(*starting), expected, "{id} of {open:?}");
        expected = ending.checked_add(1);
    }
    assert_eq!(expected, None, "{open:?}");
    open
}

async fn reshard(harness: Arc<Harness>, progress: Arc<Progress>) {
    let mut numbers = Numbers(1_000);
    for reshard in 1..=RESHARDS {
        while progress.acknowledged.load(Ordering::SeqCst) < reshard * RECORDS_BETWEEN {
            open_shards(&harness).await;
            tokio::task::yield_now().await;
        }
        let open = open_shards(&harness).await;
        let merge = open.len() > 1 && (open.len() > 8 || numbers.next(2) == 0);
        if merge {
            let first = numbers.next(open.len() as u64 - 1) as usize;
            let body = json!({
                "StreamName": "orders",
                "ShardToMerge": open[first].0,
                "AdjacentShardToMerge": open[first + 1].0,
            });
            harness.ok("MergeShards", body).await;
        } else {
            let (id, starting, ending) = &open[numbers.next(open.len() as u64) as usize];
            let share = 1 + u128::from(numbers.next(99));
            let at = starting + (ending - starting) / 100 * share;
            let body =
                json!({"StreamName": "orders", "ShardToSplit": id, "NewStartingHashKey": at.to_string()});
            harness.ok("SplitShard", body).await;
        }
    }
    // Uniform scaling on top of the uneven shards, with its short-lived shards between.
    let present = open_shards(&harness).await.len();
    for target in [present * 2, present * 2 - 1, present] {
        let body =
            json!({"StreamName": "orders", "TargetShardCount": target, "ScalingType": "UNIFORM_SCALING"});
        harness.ok("UpdateShardCount", body).await;
        assert_eq!(open_shards(&harness).await.len(), target);
        tokio::task::yield_now().await;
    }
    progress.resharded.store(true, Ordering::SeqCst);
}

impl Read {
    /// Notes a page of a shard.
    fn note(&mut self, page: &Value) {
        for record in page["Records"].as_array().expect("records") {
            let data = text(&record["Data"]);
            let data = base64_simd::STANDARD.decode_to_vec(data).expect("base64");
            let number: u64 = String::from_utf8(data).expect("text").parse().expect("a number");
            let key = text(&record["PartitionKey"]).to_owned();
            let next = self.next_of_key.entry(key.clone()).or_default();
            assert_eq!(number, *next, "the next record of {key}");
            *next += 1;
            self.records += 1;
        }
    }

    /// The children of a shard that ended whose parents have all ended.
    fn children(&mut self, shard: &str, page: &Value) -> Vec<String> {
        self.finished.insert(shard.to_owned());
        let mut ready = Vec::new();
        for child in page["ChildShards"].as_array().expect("children of a shard that ended") {
            let parents = child["ParentShards"].as_array().expect("parents");
            let all_ended = parents.iter().all(|parent| self.finished.contains(text(parent)));
            let id = text(&child["ShardId"]).to_owned();
            if all_ended && self.begun.insert(id.clone()) {
                ready.push(id);
            }
        }
        ready
    }
}

async fn consume(harness: Arc<Harness>, progress: Arc<Progress>) {
    loop {
        let next = progress.read.lock().expect("a lock").waiting.pop_front();
        let Some((shard, iterator)) = next else {
            if is_done(&progress) {
                return;
            }
            tokio::task::yield_now().await;
            continue;
        };
        let page = harness.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 50})).await;
        let children = {
            let mut read = progress.read.lock().expect("a lock");
            read.note(&page);
            match page["NextShardIterator"].as_str() {
                Some(next) => {
                    read.waiting.push_back((shard, next.to_owned()));
                    Vec::new()
                }
                None => read.children(&shard, &page),
            }
        };
        for child in children {
            let iterator =
                harness.iterator("orders", &child, json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
            progress.read.lock().expect("a lock").waiting.push_back((child, iterator));
        }
        if is_done(&progress) {
            return;
        }
        // A page that is in memory comes without waiting; the others have to have their turn.
        tokio::task::yield_now().await;
    }
}

fn is_done(progress: &Progress) -> bool {
    let read = progress.read.lock().expect("a lock").records;
    progress.producing.load(Ordering::SeqCst) == 0 && read >= progress.acknowledged.load(Ordering::SeqCst)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_is_read_once_and_in_order_through_twenty_reshards() {
    let harness = Arc::new(Harness::new().await);
    harness.create("orders", 2).await;
    let progress = Arc::new(Progress::default());
    progress.producing.store(PRODUCERS, Ordering::SeqCst);
    for (id, ..) in open_shards(&harness).await {
        let iterator = harness.iterator("orders", &id, json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
        let mut read = progress.read.lock().expect("a lock");
        read.begun.insert(id.clone());
        read.waiting.push_back((id, iterator));
    }
    let mut tasks = tokio::task::JoinSet::new();
    for producer in 0..PRODUCERS {
        tasks.spawn(produce(Arc::clone(&harness), Arc::clone(&progress), producer));
    }
    for _ in 0..CONSUMERS {
        tasks.spawn(consume(Arc::clone(&harness), Arc::clone(&progress)));
    }
    tasks.spawn(reshard(Arc::clone(&harness), Arc::clone(&progress)));
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no task fails");
    }
    let read = progress.read.lock().expect("a lock");
    assert_eq!(read.records, progress.acknowledged.load(Ordering::SeqCst));
    assert_eq!(read.next_of_key.len() as u64, PRODUCERS * KEYS_PER_PRODUCER);
    let shards = harness.store.streams()[0].shards.len() as u64;
    assert!(shards > 2 + RESHARDS, "{shards} shards after {RESHARDS} reshards");
}
