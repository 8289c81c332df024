//! Measures what many streams and many shards cost: making them, a record for each, opening again, and memory.
//!
//! `cargo run --release -p alluvium-stream-store --example store_scale -- DIR STREAMS SHARDS`, with a DIR that is empty. Each
//! case wants a process of its own, for memory is that of the whole process: the first run makes the store, a second one on
//! the same DIR opens it only.

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on shall stop")]

use std::path::PathBuf;
use std::sync::Arc;

use alluvium_kinesis_model::StreamName;
use alluvium_stream_store::{
    Files, NewRecord, NewStream, ShardRecords, Store, StoreOptions, Stream, StreamMode, StreamSettings, Tags,
};
use tokio::time::Instant;

const NOW: i64 = 1_767_225_600_000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().expect("a directory as the first argument"));
    let mut number =
        || arguments.next().and_then(|text| text.parse().ok()).expect("numbers of streams and shards");
    let (streams, shards): (u32, u32) = (number(), number());
    println!("before: {} MiB", resident_mib());
    let started = Instant::now();
    let store = Store::open(StoreOptions::new(dir), Files).await.unwrap();
    println!("open: {:?}, {} streams, {} MiB", started.elapsed(), store.streams().len(), resident_mib());
    if store.streams().is_empty() {
        make(&store, streams, shards).await;
    }
    let started = Instant::now();
    store.sweep(NOW).await.unwrap();
    println!("sweep: {:?}, {} MiB", started.elapsed(), resident_mib());
    store.close().await;
}

async fn make(store: &Store, streams: u32, shards: u32) {
    let started = Instant::now();
    for n in 0..streams {
        let new = NewStream {
            name: StreamName::parse(&format!("stream-{n:05}")).unwrap(),
            mode: StreamMode::Provisioned,
            shard_count: shards,
            retention_hours: 24,
            settings: StreamSettings::default(),
            tags: Tags::new(),
            active_at_millis: NOW,
            now_millis: NOW,
        };
        store.create_stream(new).await.unwrap();
    }
    println!("making: {:?}, {} MiB", started.elapsed(), resident_mib());
    let started = Instant::now();
    let mut appends = tokio::task::JoinSet::new();
    for stream in store.streams() {
        let store = store.clone();
        appends.spawn(async move { fill(&store, &stream).await });
    }
    appends.join_all().await;
    println!("a record for each shard: {:?}, {} MiB", started.elapsed(), resident_mib());
}

async fn fill(store: &Store, stream: &Arc<Stream>) {
    let batch = |id| {
        let record = NewRecord { partition_key: "key".to_owned(), data: "x".repeat(100).into() };
        ShardRecords { shard: id, records: vec![record] }
    };
    let batches = stream.open_shards().map(|shard| batch(shard.id)).collect();
    for answer in store.append_many(stream.id, batches, NOW).await {
        answer.unwrap();
    }
}

/// Memory of this process, in MiB.
fn resident_mib() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}
