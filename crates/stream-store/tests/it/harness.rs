//! What the tests share: opening, making streams and records, and reading a shard to its end.

use std::path::Path;
use std::sync::Arc;

use alluvium_kinesis_model::{ShardId, StreamName};
use alluvium_stream_store::{
    NewRecord, NewStream, PageLimits, ReadFrom, Storage, Store, StoreOptions, StoredRecord, Stream,
    StreamMode, StreamSettings, Tags,
};

/// The present in most tests: 2026-01-01T00:00:00Z.
pub(crate) const NOW: i64 = 1_767_225_600_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const SHARD: ShardId = ShardId(0);

pub(crate) async fn open(dir: &Path, storage: impl Storage) -> Store {
    Store::open(options(dir), storage).await.expect("the store opens")
}

/// Small segments, so that tests make many.
pub(crate) fn options(dir: &Path) -> StoreOptions {
    StoreOptions { segment_bytes_max: 4096, ..StoreOptions::new(dir) }
}

pub(crate) fn new_stream(name: &str, shard_count: u32) -> NewStream {
    NewStream {
        name: StreamName::parse(name).expect("a good name"),
        mode: StreamMode::Provisioned,
        shard_count,
        retention_hours: 24,
        settings: StreamSettings::default(),
        tags: Tags::new(),
        active_at_millis: NOW,
        now_millis: NOW,
    }
}

pub(crate) async fn stream(store: &Store, name: &str) -> Arc<Stream> {
    store.create_stream(new_stream(name, 1)).await.expect("the stream is made")
}

pub(crate) fn record(text: &str) -> NewRecord {
    let key: String = text.chars().take(20).collect();
    NewRecord { partition_key: format!("key of {key}"), data: text.to_owned().into() }
}

pub(crate) fn records(texts: &[&str]) -> Vec<NewRecord> {
    texts.iter().map(|text| record(text)).collect()
}

/// Appends texts to the first shard, one append each.
pub(crate) async fn put(store: &Store, stream: &Stream, texts: &[&str]) {
    for text in texts {
        store.append(stream.id, SHARD, records(&[text]), NOW).await.expect("the append is acknowledged");
    }
}

/// All records of a shard, read in small pages.
pub(crate) async fn read_all(
    store: &Store,
    stream_id: u64,
    shard: ShardId,
    now_millis: i64,
) -> Vec<StoredRecord> {
    let limits = PageLimits { records_max: 7, bytes_max: 300 };
    let mut all = Vec::new();
    let mut from = ReadFrom::TrimHorizon;
    loop {
        let page = store.read(stream_id, shard, from, limits, now_millis).await.expect("the page is read");
        from = ReadFrom::CounterInclusive(page.next_counter_inclusive);
        if page.records.is_empty() {
            assert!(page.next_counter_inclusive > page.tip.counter, "an empty page is at the tip");
            return all;
        }
        all.extend(page.records);
    }
}

/// What a shard holds, as `counter:data` with spaces between.
pub(crate) async fn shown(store: &Store, stream_id: u64, shard: ShardId, now_millis: i64) -> String {
    let all = read_all(store, stream_id, shard, now_millis).await;
    let texts: Vec<String> = all.iter().map(show).collect();
    texts.join(" ")
}

pub(crate) fn show(record: &StoredRecord) -> String {
    format!("{}:{}", record.sequence.counter, String::from_utf8_lossy(&record.data))
}
