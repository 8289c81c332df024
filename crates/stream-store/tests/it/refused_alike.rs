//! What opening refuses, a check of the directory names too.

use std::path::{Path, PathBuf};

use alluvium_stream_store::{FaultyDisk, Progress, Store, verify_directory};
use crc_fast::crc32_iscsi;

use crate::harness::{open, options, put, stream};

const DIR: &str = "/data";
const TRAILER_BYTES: usize = 32;
const ROW_BYTES: usize = 56;

/// A store that was closed, with a catalog of the time when it had one stream, and another stream made since.
async fn with_an_older_catalog(records_since: usize) -> FaultyDisk {
    let disk = FaultyDisk::new();
    let catalog = Path::new(DIR).join("catalog.redb");
    let store = open(Path::new(DIR), disk.clone()).await;
    let known = stream(&store, "known").await;
    put(&store, &known, &["a"]).await;
    store.close().await;
    let older = disk.content(&catalog).unwrap();
    let store = open(Path::new(DIR), disk.clone()).await;
    let newer = stream(&store, "newer").await;
    for _ in 0..records_since {
        put(&store, &newer, &[&"x".repeat(300)]).await;
    }
    store.close().await;
    disk.put(&catalog, older);
    disk
}

/// The older catalog would give the second stream's id to the next stream, and that would have the records of another.
#[tokio::test]
async fn a_catalog_that_is_older_than_the_segments() {
    for records_since in [1, 30] {
        let disk = with_an_older_catalog(records_since).await;
        let first = Path::new(DIR).join("day-00000000000000000001.shardlog");
        let whole = disk.content(&first).unwrap();
        let report = verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap();
        let of_first: Vec<_> = report.problems.iter().filter(|problem| problem.path == first).collect();
        assert_eq!(of_first.len(), 1, "{:?}", report.problems);
        assert!(of_first[0].what.contains("of stream number 2"), "{of_first:?}");
        assert_eq!(report.notes, [], "no segment with such records is called superfluous");
        let refused = Store::open(options(Path::new(DIR)), disk.clone()).await.unwrap_err().to_string();
        assert!(refused.contains(first.to_str().unwrap()), "{refused}");
        assert!(refused.contains("the catalog is older than the segment"), "{refused}");
        assert_eq!(disk.content(&first).unwrap(), whole, "left as it was found");
    }
}

/// A catalog of the same moment has made the streams whose records are there, those that were deleted too.
#[tokio::test]
async fn the_newest_stream_may_have_been_deleted() {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    put(&store, &made, &["a"]).await;
    store.delete_stream(made.id).await.unwrap();
    store.close().await;
    assert!(verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap().is_sound());
    open(Path::new(DIR), disk).await.close().await;
}

/// A segment whose footer's first row says that it has records from `first` to `last`, under checksums that are right.
fn with_row(mut segment: Vec<u8>, first: u64, last: u64) -> Vec<u8> {
    let trailer = segment.len() - TRAILER_BYTES;
    let salt: [u8; 8] = segment[16..24].try_into().unwrap();
    let rows = u64::from_le_bytes(segment[trailer..trailer + 8].try_into().unwrap()) as usize;
    assert!(trailer - rows >= ROW_BYTES, "it has a row");
    segment[rows + 16..rows + 24].copy_from_slice(&first.to_le_bytes());
    segment[rows + 24..rows + 32].copy_from_slice(&last.to_le_bytes());
    let checksum = crc32_iscsi(&segment[rows..trailer]);
    segment[trailer + 12..trailer + 16].copy_from_slice(&checksum.to_le_bytes());
    let checksum = crc32_iscsi(&[&salt[..], &segment[trailer..trailer + 24]].concat());
    segment[trailer + 24..trailer + 28].copy_from_slice(&checksum.to_le_bytes());
    segment
}

/// A store with several sealed segments, and the path of the first.
async fn with_sealed_segments() -> (FaultyDisk, PathBuf) {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let made = stream(&store, "s").await;
    for _ in 0..30 {
        put(&store, &made, &[&"x".repeat(300)]).await;
    }
    store.close().await;
    (disk, Path::new(DIR).join("day-00000000000000000001.shardlog"))
}

#[tokio::test]
async fn a_row_without_sense_under_a_right_checksum() {
    let (disk, sealed) = with_sealed_segments().await;
    let whole = disk.content(&sealed).unwrap();
    for (first, last) in [(0, 5), (0, 0), (5, 4), (1, 0), (1, u64::MAX)] {
        disk.put(&sealed, with_row(whole.clone(), first, last));
        let said = format!("the footer has records {first} to {last}");
        let report = verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap();
        let named = report.problems.iter().any(|problem| problem.path == sealed && problem.what == said);
        assert!(named, "{said}: {:?}", report.problems);
        let opened = Store::open(options(Path::new(DIR)), disk.after_kill()).await;
        let refused = opened.map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains(&said), "{refused}");
    }
    disk.put(&sealed, whole);
    assert!(verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}).unwrap().is_sound());
}

/// Whoever shows progress comes to the end, whatever is wrong with a segment.
#[tokio::test]
async fn progress_counts_segments_that_cannot_be_read() {
    let (disk, sealed) = with_sealed_segments().await;
    let whole = disk.content(&sealed).unwrap();
    let mut broken_header = whole.clone();
    broken_header[9] ^= 1;
    let mut newer_version = whole.clone();
    newer_version[0] = u8::MAX;
    for content in [whole[..20].to_vec(), broken_header, newer_version, whole[..whole.len() / 2].to_vec()] {
        disk.put(&sealed, content);
        let mut last = None;
        let report =
            verify_directory(&disk, Path::new(DIR), &[], &mut |progress| last = Some(progress)).unwrap();
        assert!(!report.is_sound());
        let Progress { bytes, bytes_all } = last.unwrap();
        assert_eq!(bytes, bytes_all);
    }
}
