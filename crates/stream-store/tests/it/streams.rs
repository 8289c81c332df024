//! Making, changing and deleting streams; births and ids are never used twice.

use alluvium_stream_store::{
    CatalogError, Files, Store, StoreOptions, StreamChange, StreamMode, StreamStatus,
};
use tempfile::tempdir;

use crate::harness::{HOUR, NOW, SHARD, new_stream, open, put, records, shown, stream};

#[tokio::test]
async fn streams_are_listed_by_name_and_survive_a_restart() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    for name in ["b", "a.2", "A"] {
        stream(&store, name).await;
    }
    let taken = store.create_stream(new_stream("b", 2)).await;
    assert_eq!(taken.unwrap_err().to_string(), "stream b already exists");
    let before = store.streams();
    assert_eq!(before.iter().map(|stream| stream.name.as_str()).collect::<Vec<_>>(), ["A", "a.2", "b"]);
    store.close().await;
    let store = open(dir.path(), Files).await;
    assert_eq!(store.streams(), before);
    assert_eq!(store.stream(&before[1].name).as_ref(), Some(&before[1]));
    assert_eq!(store.stream_by_id(before[2].id).as_ref(), Some(&before[2]));
}

#[tokio::test]
async fn creating_becomes_active_at_its_time_also_after_a_restart() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let mut new = new_stream("s", 4);
    new.active_at_millis = NOW + 500;
    let made = store.create_stream(new).await.unwrap();
    store.close().await;
    let store = open(dir.path(), Files).await;
    let found = store.stream(&made.name).unwrap();
    assert_eq!(found.shards.len(), 4);
    assert_eq!(found.status(NOW + 499), StreamStatus::Creating);
    assert_eq!(found.status(NOW + 500), StreamStatus::Active);
}

/// A stream made again in the same second must not repeat the sequence numbers of its predecessor.
#[tokio::test]
async fn a_stream_made_again_reuses_neither_id_nor_sequence_numbers() {
    let dir = tempdir().unwrap();
    let mut last = None;
    for round in 0..4 {
        let store = open(dir.path(), Files).await;
        for _ in 0..2 {
            let made = stream(&store, "s").await;
            let appended = store.append(made.id, SHARD, records(&["x"]), NOW).await.unwrap();
            let now = (made.id, appended.sequence_number(0));
            assert!(
                last.as_ref().is_none_or(|last: &(u64, _)| last.0 < now.0 && last.1 < now.1),
                "round {round}"
            );
            assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:x");
            last = Some(now);
            store.delete_stream(made.id).await.unwrap();
            assert_eq!((store.streams().len(), store.accepted(made.id)), (0, None));
        }
        store.close().await;
    }
}

#[tokio::test]
async fn changes_are_durable_and_out_of_range_ones_refused() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let change = StreamChange {
        mode: Some(StreamMode::OnDemand),
        retention_hours: Some(48),
        active_at_millis: Some(NOW + 9),
        ..StreamChange::default()
    };
    store.update_stream(made.id, change).await.unwrap();
    store.close().await;
    let store = open(dir.path(), Files).await;
    let found = store.stream_by_id(made.id).unwrap();
    assert_eq!((found.mode, found.retention_hours), (StreamMode::OnDemand, 48));
    assert_eq!((found.status(NOW), found.status(NOW + 9)), (StreamStatus::Updating, StreamStatus::Active));

    let too_long = StreamChange { retention_hours: Some(8761), ..StreamChange::default() };
    let refused = store.update_stream(made.id, too_long).await.unwrap_err();
    assert_eq!(refused.to_string(), "retention in hours is 8761, it must be between 24 and 8760");
    let refused = store.create_stream(new_stream("t", 0)).await.unwrap_err();
    assert_eq!(refused.to_string(), "shard count is 0, it must be between 1 and 100000");
    let refused = store.delete_stream(99).await.unwrap_err();
    assert!(matches!(refused, CatalogError::StreamNotFound { stream_id: 99 }));
}

/// A shard whose retention moves it to another class of segments and back keeps its order.
#[tokio::test]
async fn a_change_of_retention_class_keeps_every_record_in_order() {
    let dir = tempdir().unwrap();
    let store = Store::open(StoreOptions::new(dir.path()), Files).await.unwrap();
    let made = stream(&store, "s").await;
    for (hours, text) in [(24, "a"), (48, "b"), (24, "c"), (8760, "d"), (24, "e")] {
        let change = StreamChange { retention_hours: Some(hours), ..StreamChange::default() };
        store.update_stream(made.id, change).await.unwrap();
        put(&store, &made, &[text]).await;
    }
    assert_eq!(store.stats().segments, 3);
    assert_eq!(shown(&store, made.id, SHARD, NOW + HOUR).await, "1:a 2:b 3:c 4:d 5:e");
    store.close().await;
    let store = open(dir.path(), Files).await;
    assert_eq!(shown(&store, made.id, SHARD, NOW + HOUR).await, "1:a 2:b 3:c 4:d 5:e");
    put(&store, &made, &["f"]).await;
    assert_eq!(shown(&store, made.id, SHARD, NOW + HOUR).await, "1:a 2:b 3:c 4:d 5:e 6:f");
}
