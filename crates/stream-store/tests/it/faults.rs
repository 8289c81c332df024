//! A disk that is full or cannot sync: writes stop with a named cause, reads go on, a restart is clean.

use std::path::Path;

use alluvium_stream_store::{AppendError, CatalogError, Fault, FaultyDisk, Reshard};

use crate::harness::{HOUR, NOW, SHARD, new_stream, open, put, records, shown, stream};

const DIR: &str = "/data";

async fn check(fault: Fault, later_operation: u64, cause: &str) {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    put(&store, &made, &["a", "b"]).await;
    disk.fail_at(disk.operations() + later_operation, fault);
    let failed = store.append(made.id, SHARD, records(&["lost?"]), NOW).await.unwrap_err();
    assert!(matches!(failed, AppendError::OutcomeUnknown(_)), "{failed:?}");
    assert!(failed.to_string().contains(cause), "{failed}");
    for _ in 0..2 {
        let refused = store.append(made.id, SHARD, records(&["no"]), NOW).await.unwrap_err();
        assert!(matches!(refused, AppendError::Refused(_)), "{refused:?}");
        assert!(refused.to_string().contains(cause), "{refused}");
    }
    let refused = store.create_stream(new_stream("t", 1)).await.unwrap_err();
    assert!(matches!(refused, CatalogError::Refused(_)), "{refused:?}");
    let reshard = Reshard { parents: vec![], children: vec![], active_at_millis: 0, now_millis: 0 };
    let refused = store.reshard(made.id, reshard).await.unwrap_err();
    assert!(matches!(refused, CatalogError::Refused(_)), "{refused:?}");
    let refusal = store.write_refusal().unwrap();
    assert_eq!(refusal.is_disk_full(), fault == Fault::DiskFull);
    assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:a 2:b", "reads go on");
    store.close().await;

    let store = open(Path::new(DIR), disk.after_power_loss(1)).await;
    assert!(store.write_refusal().is_none());
    let there = shown(&store, made.id, SHARD, NOW).await;
    assert!(there == "1:a 2:b" || there == "1:a 2:b 3:lost?", "{there}");
    put(&store, &made, &["c"]).await;
    assert!(shown(&store, made.id, SHARD, NOW).await.ends_with(":c"));
}

#[tokio::test]
async fn after_a_full_disk_writes_are_refused_and_a_restart_is_clean() {
    check(Fault::DiskFull, 0, "writing /data/day-00000000000000000001.shardlog failed: no space left").await;
}

#[tokio::test]
async fn after_a_failed_sync_writes_are_refused_and_a_restart_is_clean() {
    check(Fault::Error, 1, "syncing /data/day-00000000000000000001.shardlog failed: input/output error")
        .await;
}

#[tokio::test]
async fn after_a_failed_write_writes_are_refused_and_a_restart_is_clean() {
    check(Fault::Error, 0, "writing /data/day-00000000000000000001.shardlog failed: input/output error")
        .await;
}

/// Where a write failed there may be half a frame, which a footer must not be written over.
#[tokio::test]
async fn a_sweep_seals_nothing_when_writes_are_refused() {
    for fault in [Fault::DiskFull, Fault::Error] {
        let disk = FaultyDisk::new();
        let store = open(Path::new(DIR), disk.clone()).await;
        let made = stream(&store, "s").await;
        put(&store, &made, &["a", "b"]).await;
        disk.fail_at(disk.operations(), fault);
        let text = "x".repeat(2_000);
        store.append(made.id, SHARD, records(&[&text]), NOW).await.unwrap_err();
        let _ = store.sweep(NOW + 100 * HOUR).await;
        let segment = Path::new(DIR).join("day-00000000000000000001.shardlog");
        assert!(!disk.content(&segment).unwrap().windows(8).any(|bytes| bytes == b"ALVSEALD"));
        store.close().await;
        let store = open(Path::new(DIR), disk.after_power_loss(3)).await;
        put(&store, &made, &["c"]).await;
        assert!(store.accepted(made.id) >= Some(3));
    }
}

#[tokio::test]
async fn a_stream_can_be_deleted_when_writes_are_refused() {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    disk.fail_at(disk.operations() + 3, Fault::Error);
    store.append(made.id, SHARD, records(&["x"]), NOW).await.unwrap_err();
    store.delete_stream(made.id).await.unwrap();
    assert!(store.streams().is_empty());
}

/// A catalog that cannot be written refuses records too, with its cause; what was there is read on, and a restart is clean.
#[tokio::test]
async fn after_a_failed_change_of_the_catalog_writes_are_refused_and_a_restart_is_clean() {
    let changes = {
        let disk = FaultyDisk::new();
        let store = open(Path::new(DIR), disk.clone()).await;
        stream(&store, "s").await;
        let before = disk.operations();
        stream(&store, "t").await;
        disk.operations() - before
    };
    assert!(changes > 2, "writes and syncs");
    for change in 0..changes {
        for fault in [Fault::DiskFull, Fault::Error, Fault::ShortWrite] {
            let disk = FaultyDisk::new();
            let store = open(Path::new(DIR), disk.clone()).await;
            let made = stream(&store, "s").await;
            put(&store, &made, &["a"]).await;
            disk.fail_at(disk.operations() + change, fault);
            let failed = store.create_stream(new_stream("t", 1)).await.unwrap_err();
            assert!(matches!(failed, CatalogError::Database(_)), "{failed:?}");
            let refused = store.append(made.id, SHARD, records(&["no"]), NOW).await.unwrap_err();
            assert!(refused.to_string().contains("changing the stream catalog failed"), "{refused}");
            let refused = store.create_stream(new_stream("u", 1)).await.unwrap_err();
            assert!(matches!(refused, CatalogError::Refused(_)), "{refused:?}");
            assert_eq!(store.write_refusal().unwrap().is_disk_full(), fault == Fault::DiskFull);
            assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:a", "reads go on");
            store.close().await;
            let store = open(Path::new(DIR), disk.after_power_loss(change)).await;
            put(&store, &made, &["b"]).await;
            assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:a 2:b");
            stream(&store, "u").await;
        }
    }
}
