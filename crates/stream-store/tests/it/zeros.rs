//! Commits that are written over zeros: which of their sectors reached the disk when the power went, and zeros where an
//! acknowledged record was.
//!
//! What must stay true: zeros never hide a record that was synced before another one was written.

use std::path::{Path, PathBuf};

use alluvium_kinesis_model::ShardId;
use alluvium_stream_store::{
    Durability, Fault, FaultyDisk, OpenError, ShardRecords, Store, StoreOptions, limits, verify_directory,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::harness::{NOW, SHARD, new_stream, put, record, shown, stream};

const DIR: &str = "/data";
const SHARDS: u32 = 4;
/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

async fn open(disk: &FaultyDisk) -> Result<Store, OpenError> {
    let options = StoreOptions { segment_bytes_max: 1 << 20, ..StoreOptions::new(DIR) };
    Store::open(options, disk.clone()).await
}

fn segment() -> PathBuf {
    Path::new(DIR).join("day-00000000000000000001.shardlog")
}

/// One commit with a frame for each shard, of some sectors each.
async fn commit(store: &Store, stream_id: u64, text: &str) {
    let long = format!("{text}{}", "~".repeat(1_500));
    let batches =
        (0..SHARDS).map(|shard| ShardRecords { shard: ShardId(shard), records: vec![record(&long)] });
    for answer in store.append_many(stream_id, batches.collect(), NOW).await {
        answer.unwrap();
    }
}

/// What the segment's file was after each of three commits.
async fn three_commits() -> (FaultyDisk, u64, [Vec<u8>; 3]) {
    let disk = FaultyDisk::new();
    let store = open(&disk).await.unwrap();
    let made = store.create_stream(new_stream("s", SHARDS)).await.unwrap();
    let mut contents = Vec::new();
    for text in ["a", "b", "c"] {
        commit(&store, made.id, text).await;
        contents.push(disk.content(&segment()).unwrap());
    }
    let killed = disk.after_kill();
    store.close().await;
    (killed, made.id, contents.try_into().unwrap())
}

/// Where the frames of a content end.
fn end(content: &[u8]) -> usize {
    content.iter().rposition(|byte| *byte != 0).unwrap() + 1
}

/// `1a 2b`: the counters of a shard's records, and how their texts begin.
async fn begins(store: &Store, stream_id: u64, shard: u32) -> String {
    shown(store, stream_id, ShardId(shard), NOW).await.replace([':', '~'], "")
}

#[tokio::test]
async fn whichever_sectors_of_the_last_commit_are_missing_what_was_before_is_there() {
    let (disk, stream_id, [before, after, _]) = three_commits().await;
    assert_eq!(before.len(), after.len(), "the second commit is written over zeros");
    let sectors = end(&before) / SECTOR_BYTES..=end(&after) / SECTOR_BYTES;
    let mut random = StdRng::seed_from_u64(7);
    let (mut whole, mut cut) = (0, 0);
    for _ in 0..400 {
        let disk = disk.after_kill();
        let mut content = before.clone();
        for sector in sectors.clone().filter(|_| random.random_range(0..8) > 0) {
            let bytes = sector * SECTOR_BYTES..(sector + 1) * SECTOR_BYTES;
            content[bytes.clone()].copy_from_slice(&after[bytes]);
        }
        disk.put(&segment(), content);
        assert!(verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap().is_sound());
        let store = open(&disk).await.unwrap();
        let mut is_there = true;
        for shard in 0..SHARDS {
            let found = begins(&store, stream_id, shard).await;
            // Frames are there up to the first that is not whole.
            is_there &= found == "1a 2b";
            assert_eq!(found, if is_there { "1a 2b" } else { "1a" });
        }
        whole += usize::from(is_there);
        cut += store.recovery().cuts.len();
        commit(&store, stream_id, "d").await;
        assert!(begins(&store, stream_id, 0).await.ends_with('d'));
        store.close().await;
    }
    assert!(whole > 10 && cut > 100, "{whole} {cut}");
}

/// A disk that says it has synced and has not, or bytes that went bad: a hole of zeros, and behind it a frame that was written
/// when they were there.
#[tokio::test]
async fn zeros_where_a_commit_was_are_damage_when_another_one_came_after_it() {
    let (disk, _, [first, second, third]) = three_commits().await;
    let (begin, end) = (end(&first), end(&second));
    let mut holes = vec![begin..end, begin..begin + 1, end - 1..end];
    holes.extend((begin..end).step_by(SECTOR_BYTES).map(|at| at..end.min(at + SECTOR_BYTES)));
    for hole in holes {
        let disk = disk.after_kill();
        let mut content = third.clone();
        content[hole.clone()].fill(0);
        disk.put(&segment(), content.clone());
        let report = verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap();
        assert!(!report.is_sound(), "{hole:?}");
        let Err(OpenError::Corrupt(found)) = open(&disk).await else { panic!("{hole:?} was not seen") };
        assert_eq!(found.path, segment());
        assert!((begin as u64..end as u64).contains(&found.offset), "{hole:?} {found}");
        assert_eq!(disk.content(&segment()).unwrap(), content, "it is left as it was");
    }
}

/// A disk may take the frames of a commit and not the zeros.
#[tokio::test]
async fn a_commit_whose_zeros_cannot_be_written_is_acknowledged() {
    // Before them come a new segment (made, written, synced, entered) and the frame.
    const ZEROS: u64 = 5;
    for fault in [Fault::DiskFull, Fault::ShortWrite, Fault::Error] {
        let disk = FaultyDisk::new();
        let store = open(&disk).await.unwrap();
        let made = stream(&store, "s").await;
        disk.fail_at(disk.operations() + ZEROS, fault);
        put(&store, &made, &["one"]).await;
        assert!(disk.has_failed());
        let content = disk.content(&segment()).unwrap();
        let zeros = content.len() - end(&content);
        assert!(zeros < limits::ZEROS_AHEAD_BYTES, "{fault:?}: {zeros}");
        if fault != Fault::DiskFull {
            put(&store, &made, &["two"]).await;
        }
        let expected = if fault == Fault::DiskFull { "1:one" } else { "1:one 2:two" };
        for disk in [disk.after_kill(), disk.after_power_loss(1)] {
            let store = open(&disk).await.unwrap();
            assert_eq!(shown(&store, made.id, SHARD, NOW).await, expected, "{fault:?}");
        }
        store.close().await;
        if fault != Fault::DiskFull {
            let content = disk.content(&segment()).unwrap();
            assert_eq!(end(&content), content.len(), "those that were written are taken away");
        }
    }
}

#[tokio::test]
async fn without_syncs_there_are_no_zeros() {
    let disk = FaultyDisk::new();
    let options = StoreOptions { durability: Durability::Os, ..StoreOptions::new(DIR) };
    let store = Store::open(options, disk.clone()).await.unwrap();
    let made = stream(&store, "s").await;
    put(&store, &made, &["one", "two"]).await;
    let content = disk.content(&segment()).unwrap();
    assert_eq!(end(&content), content.len());
    // What was written over zeros before the durability was changed goes on as it is.
    store.close().await;
    let synced = open(&disk).await.unwrap();
    put(&synced, &made, &["three"]).await;
    let killed = disk.after_kill();
    synced.close().await;
    let options = StoreOptions { durability: Durability::Os, ..StoreOptions::new(DIR) };
    let store = Store::open(options, killed.clone()).await.unwrap();
    put(&store, &made, &["four"]).await;
    assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:one 2:two 3:three 4:four");
    let content = killed.content(&segment()).unwrap();
    assert_eq!(end(&content), content.len());
    store.close().await;
}
