//! Measures the store alone, without a protocol: appends with a sync, pages from memory and from files, and opening.
//!
//! `cargo run --release -p alluvium-stream-store --example store_speed -- DIR [os]`. DIR must be empty; beside the store's
//! figures stand those of the bare disk in the same minute, for figures of two machines say nothing.

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on shall stop")]

use std::path::Path;
use std::time::Duration;

use alluvium_kinesis_model::{ShardId, StreamName};
use alluvium_stream_store::{
    Durability, Files, NewRecord, NewStream, PageLimits, ReadFrom, ShardRecords, Storage, Store,
    StoreOptions, StreamMode, StreamSettings, Tags,
};
use tokio::time::Instant;

const RECORD_BYTES: usize = 1024;
const SHARDS: u32 = 4;
const RUN: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().expect("a directory as the first argument");
    let durability =
        if arguments.next().is_some_and(|word| word == "os") { Durability::Os } else { Durability::Sync };
    let options = StoreOptions { durability, ..StoreOptions::new(Path::new(&dir).join("store")) };
    disk(Path::new(&dir));
    let store = Store::open(options.clone(), Files).await.unwrap();
    let new = NewStream {
        name: StreamName::parse("speed").unwrap(),
        mode: StreamMode::Provisioned,
        shard_count: SHARDS,
        retention_hours: 24,
        settings: StreamSettings::default(),
        tags: Tags::new(),
        active_at_millis: 0,
        now_millis: 0,
    };
    let id = store.create_stream(new).await.unwrap().id;
    for (tasks, shards, records) in
        [(1, 1, 1), (16, 1, 1), (64, 1, 1), (256, 1, 1), (4, SHARDS, 125), (16, SHARDS, 125)]
    {
        appends(&store, id, tasks, shards, records).await;
    }
    store.close().await;
    let started = Instant::now();
    let store = Store::open(options, Files).await.unwrap();
    let (stats, opened) = (store.stats(), started.elapsed());
    let megabytes = stats.segment_bytes / 1_000_000;
    println!("opened {megabytes} MB in {} segments in {opened:.1?}", stats.segments);
    read(&store, id, "files").await;
    fill_tail(&store, id).await;
    read_tip(&store, id).await;
    store.close().await;
}

/// What the disk does with synced writes, and nothing else.
fn disk(dir: &Path) {
    Files.create_dir_all(dir).unwrap();
    let path = dir.join("disk");
    let file = Files.create(&path).unwrap();
    for bytes in [4 * 1024, 64 * 1024, 512 * 1024] {
        let block = vec![7; bytes];
        let (mut offset, started) = (0, Instant::now());
        while started.elapsed() < Duration::from_secs(1) {
            file.write_all_at(&block, offset).unwrap();
            file.sync_data().unwrap();
            offset += bytes as u64;
        }
        let megabytes = offset as f64 / 1e6 / started.elapsed().as_secs_f64();
        println!(
            "the bare disk: {} synced writes/s of {} KiB, {megabytes:.0} MB/s",
            offset / bytes as u64,
            bytes / 1024
        );
        file.set_len(0).unwrap();
    }
    Files.remove(&path).unwrap();
}

fn records(count: usize) -> Vec<NewRecord> {
    let data = bytes::Bytes::from(vec![7; RECORD_BYTES]);
    (0..count).map(|n| NewRecord { partition_key: format!("key-{n}"), data: data.clone() }).collect()
}

async fn appends(store: &Store, id: u64, tasks: u32, shards: u32, per_shard: usize) {
    let (before, started) = (store.stats(), Instant::now());
    let running = (0..tasks).map(|task| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut waited = Vec::new();
            while started.elapsed() < RUN {
                let first = task % SHARDS;
                let shards = (0..shards).map(|shard| ShardId((first + shard) % SHARDS));
                let batches =
                    shards.map(|shard| ShardRecords { shard, records: records(per_shard) }).collect();
                let asked = Instant::now();
                for answer in store.append_many(id, batches, 0).await {
                    answer.unwrap();
                }
                waited.push(asked.elapsed());
            }
            waited
        })
    });
    let mut waited = Vec::new();
    for task in running.collect::<Vec<_>>() {
        waited.extend(task.await.unwrap());
    }
    waited.sort();
    let (after, seconds) = (store.stats(), started.elapsed().as_secs_f64());
    let rate = |from: u64, to: u64| (to - from) as f64 / seconds;
    println!(
        "{tasks} tasks, {shards} shards x {per_shard} records: {:.0} records/s, {:.0} appends/s, {:.0} syncs/s, p50 {:.1?}, p99 {:.1?}",
        rate(before.records, after.records),
        waited.len() as f64 / seconds,
        rate(before.syncs, after.syncs),
        waited[waited.len() / 2],
        waited[waited.len() * 99 / 100],
    );
}

/// Reads the first shard from the beginning in full pages.
async fn read(store: &Store, id: u64, from_where: &str) {
    let (started, mut bytes, mut count, mut pages) = (Instant::now(), 0, 0, 0_u64);
    let mut from = ReadFrom::TrimHorizon;
    while started.elapsed() < RUN {
        let page = store.read(id, ShardId(0), from, PageLimits::default(), 0).await.unwrap();
        if page.records.is_empty() {
            break;
        }
        from = ReadFrom::CounterInclusive(page.next_counter_inclusive);
        count += page.records.len();
        bytes += page.records.iter().map(|record| record.data.len()).sum::<usize>();
        pages += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    let (rate, megabytes) = (count as f64 / seconds, bytes as f64 / 1e6 / seconds);
    println!(
        "pages from {from_where}: {rate:.0} records/s, {megabytes:.0} MB/s, {:.0} pages/s",
        pages as f64 / seconds
    );
}

/// Brings the newest records into the tail: 8 MiB, half of its budget.
async fn fill_tail(store: &Store, id: u64) {
    for _ in 0..64 {
        store.append(id, ShardId(0), records(128), 0).await.unwrap();
    }
}

/// Reads the newest 8,000 records of the first shard over and over.
async fn read_tip(store: &Store, id: u64) {
    let tip = store.tip(id, ShardId(0)).unwrap().counter;
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < RUN {
        let from = ReadFrom::CounterInclusive(tip - 8_000);
        count += store.read(id, ShardId(0), from, PageLimits::default(), 0).await.unwrap().records.len();
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    println!("pages from memory: {rate:.0} records/s, {:.0} MB/s", rate * RECORD_BYTES as f64 / 1e6);
}
