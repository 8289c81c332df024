//! What opening does with files that are not as they were written.

use std::path::{Path, PathBuf};

use alluvium_stream_store::{
    Durability, FaultyDisk, Files, OpenError, PageLimits, ReadFrom, Store, StoreOptions, limits,
    verify_directory,
};
use tempfile::tempdir;

use crate::harness::{NOW, SHARD, open, options, put, read_all, records, shown, stream};

const DIR: &str = "/data";

/// A disk with one stream of three records in one segment that was never sealed, and the place of the last record's frame.
async fn three_records() -> (FaultyDisk, PathBuf, usize) {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    put(&store, &made, &["one", "two"]).await;
    let segment =
        disk.paths().into_iter().find(|path| path.ends_with("day-00000000000000000001.shardlog")).unwrap();
    let last_frame = frames_of(&disk, &segment).len();
    put(&store, &made, &["three"]).await;
    let killed = disk.after_kill();
    store.close().await;
    (killed, segment, last_frame)
}

/// A segment without the zeros behind its frames.
fn frames_of(disk: &FaultyDisk, segment: &Path) -> Vec<u8> {
    let mut content = disk.content(segment).unwrap();
    let end = content.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    content.truncate(end);
    content
}

#[tokio::test]
async fn a_torn_end_is_cut_and_reported() {
    let (disk, segment, last_frame) = three_records().await;
    let whole = frames_of(&disk, &segment);
    for length in [last_frame + 1, last_frame + 59, last_frame + 61, whole.len() - 1] {
        let disk = disk.after_kill();
        disk.put(&segment, whole[..length].to_vec());
        let store = open(Path::new(DIR), disk.clone()).await;
        let cuts = &store.recovery().cuts;
        assert_eq!(cuts.len(), 1);
        assert_eq!((cuts[0].offset, cuts[0].bytes), (last_frame as u64, (length - last_frame) as u64));
        assert_eq!(cuts[0].path, segment);
        let made = store.streams().pop().unwrap();
        assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:one 2:two");
        put(&store, &made, &["again"]).await;
        store.close().await;
        let store = open(Path::new(DIR), disk.after_kill()).await;
        assert!(store.recovery().cuts.is_empty());
        assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:one 2:two 3:again");
    }
}

/// What a killed process had written and not synced is read after a restart, so it must be synced by then.
#[tokio::test]
async fn what_is_read_after_a_restart_survives_a_power_loss() {
    let lazy = StoreOptions { durability: Durability::Os, ..options(Path::new(DIR)) };
    for seed in 0..20 {
        let disk = FaultyDisk::new();
        let store = Store::open(lazy.clone(), disk.clone()).await.unwrap();
        let made = stream(&store, "s").await;
        put(&store, &made, &["one", "two", "three"]).await;
        let killed = disk.after_kill();
        let store = Store::open(lazy.clone(), killed.clone()).await.unwrap();
        assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:one 2:two 3:three");
        let store = Store::open(lazy.clone(), killed.after_power_loss(seed)).await.unwrap();
        assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:one 2:two 3:three");
    }
}

/// They were written ahead and nobody's bytes, however many they are.
#[tokio::test]
async fn zeros_at_the_end_are_no_torn_end() {
    let (disk, segment, _) = three_records().await;
    let frames = frames_of(&disk, &segment);
    for zeros in [0, 1, 5_000, 5_000_000] {
        let disk = disk.after_kill();
        let mut longer = frames.clone();
        longer.resize(frames.len() + zeros, 0);
        disk.put(&segment, longer);
        let report = verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap();
        assert!(report.is_sound() && report.notes.is_empty(), "{report:?}");
        let store = open(Path::new(DIR), disk.clone()).await;
        assert!(store.recovery().cuts.is_empty());
        assert_eq!(shown(&store, 1, SHARD, NOW).await, "1:one 2:two 3:three");
        assert_eq!(disk.content(&segment).unwrap(), frames, "they are gone when the store is open");
    }
}

/// Zeros are written behind the frames, so that later syncs need not make the file longer; who leaves takes them away.
#[tokio::test]
async fn commits_are_written_over_zeros() {
    let disk = FaultyDisk::new();
    let options = StoreOptions { segment_bytes_max: 1 << 20, ..StoreOptions::new(DIR) };
    let store = Store::open(options.clone(), disk.clone()).await.unwrap();
    let made = stream(&store, "s").await;
    put(&store, &made, &["one"]).await;
    let segment = Path::new(DIR).join("day-00000000000000000001.shardlog");
    let length = disk.content(&segment).unwrap().len();
    assert_eq!(length - frames_of(&disk, &segment).len(), limits::ZEROS_AHEAD_BYTES);
    put(&store, &made, &["two", "three"]).await;
    assert_eq!(disk.content(&segment).unwrap().len(), length);
    let killed = disk.after_kill();
    store.close().await;
    assert_eq!(disk.content(&segment).unwrap(), frames_of(&disk, &segment));
    for disk in [disk, killed] {
        let store = Store::open(options.clone(), disk.after_kill()).await.unwrap();
        assert!(store.recovery().cuts.is_empty());
        assert_eq!(shown(&store, made.id, SHARD, NOW).await, "1:one 2:two 3:three");
        store.close().await;
    }
}

/// Every bit of what had been synced before the last commit: a flip is never taken for a torn end.
#[tokio::test]
async fn a_flipped_bit_in_synced_bytes_is_refused_by_file_and_offset() {
    let (disk, segment, last_frame) = three_records().await;
    let whole = disk.content(&segment).unwrap();
    for at in 0..last_frame {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        disk.put(&segment, flipped);
        let refused = Store::open(options(Path::new(DIR)), disk.after_kill()).await;
        match refused {
            Err(OpenError::Corrupt(corruption)) => {
                assert_eq!(corruption.path, segment);
                assert!(
                    corruption.offset <= at as u64 && at as u64 - corruption.offset < 100,
                    "{at}: {corruption}"
                );
            }
            Err(OpenError::NewerVersion { .. }) if at == 0 => {}
            other => panic!("byte {at}: {other:?}"),
        }
    }
}

/// Zeros come anew when those before are used up, and a commit that is large brings none.
#[tokio::test]
async fn zeros_come_with_small_commits_only() {
    let disk = FaultyDisk::new();
    let options = StoreOptions { segment_bytes_max: 1 << 20, ..StoreOptions::new(DIR) };
    let store = Store::open(options, disk.clone()).await.unwrap();
    let made = stream(&store, "s").await;
    let segment = Path::new(DIR).join("day-00000000000000000001.shardlog");
    let zeros_after = async |bytes: usize| {
        put(&store, &made, &[&"y".repeat(bytes)]).await;
        disk.content(&segment).unwrap().len() - frames_of(&disk, &segment).len()
    };
    let ahead = limits::ZEROS_AHEAD_BYTES;
    assert_eq!(zeros_after(ahead).await, 0);
    assert_eq!(zeros_after(100).await, ahead);
    assert!((1..ahead).contains(&zeros_after(ahead / 2 - 1_000).await));
    assert!((1..ahead).contains(&zeros_after(ahead / 2 - 1_000).await));
    assert_eq!(zeros_after(ahead / 2 - 1_000).await, ahead);
    let shown = read_all(&store, made.id, SHARD, NOW).await;
    assert_eq!(shown.len(), 5);
}

/// Users' bytes are not taken for frames, even when they are copies of frames.
#[tokio::test]
async fn a_record_that_holds_a_segment_does_not_stop_recovery() {
    let (disk, segment, _) = three_records().await;
    let copy = frames_of(&disk, &segment);
    let store = open(Path::new(DIR), disk.clone()).await;
    let mut bait = records(&["bait"]);
    bait[0].data = copy.into();
    store.append(1, SHARD, bait, NOW).await.unwrap();
    let killed = disk.after_kill();
    store.close().await;
    let mut torn = frames_of(&killed, &segment);
    torn.pop();
    killed.put(&segment, torn);
    let store = open(Path::new(DIR), killed).await;
    assert_eq!(shown(&store, 1, SHARD, NOW).await, "1:one 2:two 3:three");
}

#[tokio::test]
async fn a_broken_or_missing_sealed_segment_is_refused_by_name() {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    let text = "x".repeat(1_500);
    put(&store, &made, &[text.as_str(); 12]).await;
    store.close().await;
    let segments: Vec<PathBuf> =
        disk.paths().into_iter().filter(|path| path.extension().is_some_and(|of| of == "shardlog")).collect();
    assert!(segments.len() >= 4);
    let victim = &segments[1];
    let whole = disk.content(victim).unwrap();

    let cut = disk.after_kill();
    cut.put(victim, whole[..whole.len() - 1].to_vec());
    let refused = Store::open(options(Path::new(DIR)), cut).await.unwrap_err().to_string();
    assert!(refused.contains("day-00000000000000000002.shardlog is corrupt at byte"), "{refused}");
    assert!(refused.contains("not sealed"), "{refused}");

    // A bit in the records of a sealed segment is found when they are read.
    let flipped = disk.after_kill();
    let mut content = whole.clone();
    content[700] ^= 1;
    flipped.put(victim, content);
    let store = open(Path::new(DIR), flipped).await;
    let read = store.read(made.id, SHARD, ReadFrom::TrimHorizon, PageLimits::default(), NOW).await;
    let refused = read.unwrap_err().to_string();
    assert!(refused.contains("day-00000000000000000002.shardlog is corrupt at byte 32"), "{refused}");
}

#[tokio::test]
async fn a_missing_segment_in_the_middle_is_refused() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let made = stream(&store, "s").await;
    let text = "x".repeat(1_500);
    put(&store, &made, &[text.as_str(); 12]).await;
    store.close().await;
    fs_err::remove_file(dir.path().join("day-00000000000000000002.shardlog")).unwrap();
    let refused = Store::open(options(dir.path()), Files).await.unwrap_err().to_string();
    assert!(refused.contains("day-00000000000000000003.shardlog"), "{refused}");
    assert!(refused.contains("of shardId-000000000000 of the stream with id 1 are missing"), "{refused}");
}

#[tokio::test]
async fn a_directory_in_use_is_refused_by_name() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), Files).await;
    let refused = Store::open(options(dir.path()), Files).await.unwrap_err();
    assert!(matches!(&refused, OpenError::Locked { dir: named } if named == dir.path()), "{refused}");
    let refused = refused.to_string();
    assert!(refused.contains(&dir.path().display().to_string()) && refused.contains("in use"), "{refused}");
    store.close().await;
    open(dir.path(), Files).await;
}

#[tokio::test]
async fn a_newer_version_is_refused_with_both_versions() {
    let (disk, segment, _) = three_records().await;
    for (path, file) in [(Path::new(DIR).join("FORMAT"), "FORMAT"), (segment, "shardlog")] {
        let newer = disk.after_kill();
        let mut content = newer.content(&path).unwrap();
        content[0] = 2;
        newer.put(&path, content);
        let refused = Store::open(options(Path::new(DIR)), newer).await.unwrap_err().to_string();
        assert!(refused.contains(file), "{refused}");
        assert!(refused.contains("has format version 2, this program reads up to version 1"), "{refused}");
    }
}

#[tokio::test]
async fn a_directory_of_something_else_is_refused_and_left_alone() {
    let dir = tempdir().unwrap();
    fs_err::write(dir.path().join("thesis.txt"), "do not touch").unwrap();
    let refused = Store::open(StoreOptions::new(dir.path()), Files).await.unwrap_err().to_string();
    assert!(refused.contains("is not a stream store") && refused.contains("thesis.txt"), "{refused}");
}

#[tokio::test]
async fn an_option_out_of_range_is_refused() {
    let options = StoreOptions { segment_bytes_max: 1, ..StoreOptions::new("/nowhere") };
    let refused = Store::open(options, FaultyDisk::new()).await.unwrap_err().to_string();
    assert_eq!(refused, "segment_bytes_max is 1, it must be between 4096 and 1073741824");
}
