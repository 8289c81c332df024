//! Space that comes back, and counters that do not.

use alluvium_stream_store::{Files, StreamChange};
use tempfile::tempdir;

use crate::harness::{HOUR, NOW, SHARD, open, put, records, shown, stream};

fn segment_files(dir: &std::path::Path) -> usize {
    let names = fs_err::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().ends_with(".shardlog")).count()
}

#[tokio::test]
async fn expired_segments_go_and_counters_stay_also_after_a_restart() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let text = "x".repeat(1_000);
    for hour in 0..30 {
        store.append(made.id, SHARD, records(&[&text]), NOW + hour * HOUR).await.unwrap();
    }
    let before = segment_files(dir.path());
    let swept = store.sweep(NOW + 29 * HOUR).await.unwrap();
    assert!(swept.segments > 0 && swept.bytes > 0, "{swept:?}");
    assert_eq!(segment_files(dir.path()), before - swept.segments as usize);
    assert_eq!(store.sweep(NOW + 29 * HOUR).await.unwrap().segments, 0);
    let left = shown(&store, made.id, SHARD, NOW + 29 * HOUR).await;
    assert!(left.starts_with("6:x") && left.contains("30:x"), "{left}");

    store.sweep(NOW + 100 * HOUR).await.unwrap();
    assert_eq!((segment_files(dir.path()), store.stats().segment_bytes), (0, 0));
    assert_eq!(shown(&store, made.id, SHARD, NOW + 100 * HOUR).await, "");
    store.close().await;
    let store = open(dir.path(), Files).await;
    assert_eq!(store.accepted(made.id), Some(30));
    assert_eq!(store.tip(made.id, SHARD).unwrap().arrival_millis, Some(NOW + 29 * HOUR));
    put(&store, &made, &["again"]).await;
    assert_eq!(shown(&store, made.id, SHARD, NOW + 29 * HOUR).await, "31:again");
    assert_eq!(store.accepted(made.id), Some(31));
}

#[tokio::test]
async fn a_segment_stays_while_one_stream_in_it_still_needs_it() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let (kept, gone) = (stream(&store, "kept").await, stream(&store, "gone").await);
    put(&store, &gone, &["a", "b"]).await;
    put(&store, &kept, &["c"]).await;
    store.delete_stream(gone.id).await.unwrap();
    assert_eq!(store.sweep(NOW).await.unwrap().segments, 0);
    assert_eq!(shown(&store, kept.id, SHARD, NOW).await, "1:c");
    store.delete_stream(kept.id).await.unwrap();
    assert_eq!(store.sweep(NOW).await.unwrap().segments, 1);
    assert_eq!(segment_files(dir.path()), 0);
}

#[tokio::test]
async fn a_longer_retention_keeps_what_is_still_there() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    put(&store, &made, &["a", "b"]).await;
    let change = StreamChange { retention_hours: Some(100), ..StreamChange::default() };
    store.update_stream(made.id, change).await.unwrap();
    assert_eq!(store.sweep(NOW + 99 * HOUR).await.unwrap().segments, 0);
    assert_eq!(shown(&store, made.id, SHARD, NOW + 99 * HOUR).await, "1:a 2:b");
    let change = StreamChange { retention_hours: Some(24), ..StreamChange::default() };
    store.update_stream(made.id, change).await.unwrap();
    assert_eq!(shown(&store, made.id, SHARD, NOW + 99 * HOUR).await, "");
}

/// What was trimmed must not come back when the retention is raised afterwards.
#[tokio::test]
async fn what_was_trimmed_stays_gone() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let (short, long) = (stream(&store, "short").await, stream(&store, "long").await);
    put(&store, &short, &["a", "b"]).await;
    store.append(long.id, SHARD, records(&["z"]), NOW + 30 * HOUR).await.unwrap();
    store.sweep(NOW + 30 * HOUR).await.unwrap();
    store.append(short.id, SHARD, records(&["c"]), NOW + 30 * HOUR).await.unwrap();
    let change = StreamChange { retention_hours: Some(8760), ..StreamChange::default() };
    store.update_stream(short.id, change).await.unwrap();
    assert_eq!(shown(&store, short.id, SHARD, NOW + 31 * HOUR).await, "3:c");
    store.close().await;
    let store = open(dir.path(), Files).await;
    assert_eq!(shown(&store, short.id, SHARD, NOW + 31 * HOUR).await, "3:c");
}

/// A client that hangs up while its retention is being changed must not leave the catalog and the shards of two minds.
#[tokio::test]
async fn a_change_that_nobody_waits_for_still_reaches_the_shards() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    put(&store, &made, &["a"]).await;
    let change = StreamChange { retention_hours: Some(48), ..StreamChange::default() };
    {
        let mut changing = std::pin::pin!(store.update_stream(made.id, change));
        let polled_once = std::future::poll_fn(|context| {
            let _ = changing.as_mut().poll(context);
            std::task::Poll::Ready(())
        });
        polled_once.await;
    }
    while shown(&store, made.id, SHARD, NOW + 30 * HOUR).await != "1:a" {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.stream_by_id(made.id).unwrap().retention_hours, 48);
}

/// Records that had expired and were not swept yet, be it beside others in one extent, must not come back either.
#[tokio::test]
async fn what_had_expired_stays_gone_when_the_retention_is_raised() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let (mixed, old) = (stream(&store, "mixed").await, stream(&store, "old").await);
    put(&store, &mixed, &["a", "b"]).await;
    put(&store, &old, &["x"]).await;
    store.append(mixed.id, SHARD, records(&["c"]), NOW + 20 * HOUR).await.unwrap();
    for made in [&mixed, &old] {
        let change = StreamChange {
            retention_hours: Some(48),
            now_millis: NOW + 25 * HOUR,
            ..StreamChange::default()
        };
        store.update_stream(made.id, change).await.unwrap();
    }
    assert_eq!(shown(&store, mixed.id, SHARD, NOW + 25 * HOUR).await, "3:c");
    store.close().await;
    assert_eq!(
        alluvium_stream_store::verify_directory(&Files, dir.path(), &[], &mut |_| {}).unwrap().problems,
        []
    );
    let store = open(dir.path(), Files).await;
    assert_eq!(shown(&store, mixed.id, SHARD, NOW + 25 * HOUR).await, "3:c");
    assert_eq!(shown(&store, old.id, SHARD, NOW + 25 * HOUR).await, "");
    assert_eq!(store.tip(old.id, SHARD).unwrap().arrival_millis, Some(NOW));
    put(&store, &old, &["y"]).await;
    assert_eq!(shown(&store, old.id, SHARD, NOW).await, "2:y");
}
