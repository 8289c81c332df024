//! What a check of a directory finds: nothing where nothing is wrong, and every changed bit by its file.

use std::path::{Path, PathBuf};

use alluvium_stream_store::{
    FaultyDisk, Files, InspectError, OpenError, PageLimits, ReadFrom, Store, StoreOptions, StreamChange,
    VerifyReport, tally_directory, verify_directory,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tempfile::tempdir;

use crate::harness::{HOUR, NOW, SHARD, new_stream, open, options, put, records, stream};

const DIR: &str = "/data";

fn verify(disk: &FaultyDisk) -> VerifyReport {
    let mut last = None;
    let report = verify_directory(disk, Path::new(DIR), &[], &mut |progress| last = Some(progress)).unwrap();
    assert!(last.is_none_or(|last| last.bytes == last.bytes_all));
    report
}

/// A store with sealed segments and one that grows in each of two classes, a purge, a trim, a deleted stream.
async fn well_used() -> FaultyDisk {
    let disk = FaultyDisk::new();
    let store = open(Path::new(DIR), disk.clone()).await;
    let (kept, purged, gone) =
        (stream(&store, "kept").await, stream(&store, "purged").await, stream(&store, "gone").await);
    for round in 0..12 {
        for made in [&kept, &purged, &gone] {
            put(&store, made, &[&format!("{round} {}", "x".repeat(300))]).await;
        }
        if round == 5 {
            store.purge(purged.id).await.unwrap();
            let change = StreamChange { retention_hours: Some(48), ..StreamChange::default() };
            store.update_stream(kept.id, change).await.unwrap();
        }
        if round == 9 {
            let change = StreamChange { retention_hours: Some(24), ..StreamChange::default() };
            store.update_stream(kept.id, change).await.unwrap();
        }
    }
    store.delete_stream(gone.id).await.unwrap();
    store.sweep(NOW).await.unwrap();
    store.close().await;
    disk.after_kill()
}

#[tokio::test]
async fn a_store_in_use_and_one_that_was_killed_are_sound() {
    let disk = well_used().await;
    let before: Vec<_> = disk.paths().iter().map(|path| disk.content(path)).collect();
    let report = verify(&disk);
    assert_eq!(report.problems, []);
    assert!(report.is_sound());
    assert_eq!(disk.paths().iter().map(|path| disk.content(path)).collect::<Vec<_>>(), before, "only read");
    let names: Vec<_> = report.tally.streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["kept", "purged"]);
    assert_eq!(report.tally.records.records, 18);
    assert_eq!(report.tally.streams[0].records.records, 12);
    assert_eq!(report.tally.classes.keys().copied().collect::<Vec<_>>(), ["day", "week"]);
    assert!(report.tally.dead.records > 0);
    let tally = tally_directory(&disk, Path::new(DIR), &mut |_| {}).unwrap();
    assert_eq!(tally, report.tally);
}

#[tokio::test]
async fn a_torn_end_is_a_note_and_says_what_opening_does() {
    let disk = well_used().await;
    let growing = disk.paths().into_iter().rfind(|path| path.to_string_lossy().contains("day-")).unwrap();
    let mut content = disk.content(&growing).unwrap();
    let length = content.len();
    content.extend_from_slice(&[7; 100]);
    disk.put(&growing, content);
    let report = verify(&disk);
    assert_eq!(report.problems, []);
    let torn: Vec<_> = report.notes.iter().filter(|note| note.path == growing).collect();
    assert_eq!((torn.len(), torn[0].offset), (1, length as u64));
    assert!(torn[0].to_string().contains("a torn end of 100 bytes: no frame begins here; nothing to do"));
}

/// What a clean end has synced is never taken for a torn end.
#[tokio::test]
async fn after_a_clean_end_no_record_is_cut() {
    let disk = well_used().await;
    let growing = disk.paths().into_iter().rfind(|path| path.to_string_lossy().contains("day-")).unwrap();
    let whole = disk.content(&growing).unwrap();
    for length in [whole.len() - 1, 40, 32, 31, 0] {
        let cut = disk.after_kill();
        cut.put(&growing, whole[..length].to_vec());
        let refused = Store::open(options(Path::new(DIR)), cut.clone()).await.unwrap_err().to_string();
        assert!(refused.contains("synced up to byte") || refused.contains("missing"), "{refused}");
        assert!(!verify(&cut).is_sound());
        assert_eq!(cut.content(&growing).unwrap().len(), length, "left as it was found");
    }
}

/// Reads all that a damaged store still gives; it may refuse, but never give anything else than what was written.
async fn read_or_refuse(disk: &FaultyDisk, damaged: &Path) -> bool {
    let file_name = damaged.file_name().unwrap().to_str().unwrap();
    let store = match Store::open(options(Path::new(DIR)), disk.clone()).await {
        Ok(store) => store,
        Err(error) => {
            assert!(error.to_string().contains(file_name), "{error}");
            return true;
        }
    };
    let mut refused = !store.recovery().cuts.is_empty();
    for made in store.streams() {
        let mut next = 1;
        loop {
            let from = ReadFrom::CounterInclusive(next);
            match store.read(made.id, SHARD, from, PageLimits::default(), NOW).await {
                Ok(page) if page.records.is_empty() => break,
                Ok(page) => {
                    next = page.next_counter_inclusive;
                    for record in page.records {
                        let text = format!("{} {}", record.sequence.counter - 1, "x".repeat(300));
                        assert_eq!(record.data, text.as_bytes());
                    }
                }
                Err(error) => {
                    assert!(error.to_string().contains(file_name), "{error}");
                    refused = true;
                    break;
                }
            }
        }
    }
    store.close().await;
    refused
}

/// A bit anywhere: found by the check, which names the file, and never read as something else.
#[tokio::test]
async fn every_changed_bit_is_found_and_named() {
    let disk = well_used().await;
    let mut random = StdRng::seed_from_u64(1);
    let files: Vec<PathBuf> = disk.paths().into_iter().filter(|path| !path.ends_with("LOCK")).collect();
    assert!(files.len() > 4, "{files:?}");
    for path in &files {
        let whole = disk.content(path).unwrap();
        let is_catalog = path.ends_with("catalog.redb");
        for _ in 0..if is_catalog { 40 } else { 150 } {
            let at = random.random_range(0..whole.len());
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << random.random_range(0..8);
            disk.put(path, flipped);
            let found = match verify_directory(&disk, Path::new(DIR), &[], &mut |_| {}) {
                Ok(report) => {
                    let all = report.problems.iter().chain(&report.notes);
                    all.filter(|finding| finding.path == *path).count() > 0
                }
                Err(InspectError::Open(OpenError::NewerVersion { path: named, .. })) => named == *path,
                Err(error) => panic!("{error}"),
            };
            assert!(found || is_catalog, "byte {at} of {} is not found", path.display());
            read_or_refuse(&disk.after_kill(), path).await;
            disk.put(path, whole.clone());
        }
    }
    assert_eq!(verify(&disk).problems, []);
}

#[tokio::test]
async fn a_missing_segment_and_a_stranger_are_named() {
    let disk = well_used().await;
    let kept = disk.after_kill();
    let middle = disk.paths().into_iter().find(|path| path.to_string_lossy().contains("week-")).unwrap();
    alluvium_stream_store::Storage::remove(&disk, &middle).unwrap();
    let report = verify(&disk);
    assert!(!report.is_sound());
    assert!(report.problems[0].what.contains("goes on with record"), "{:?}", report.problems);
    kept.put(&Path::new(DIR).join("holiday.jpg"), vec![1]);
    let report = verify(&kept);
    assert!(report.is_sound());
    assert!(report.notes.iter().any(|note| note.path.ends_with("holiday.jpg")), "{:?}", report.notes);
}

#[tokio::test]
async fn a_directory_in_use_is_refused_and_one_of_somebody_else_too() {
    let dir = tempdir().unwrap();
    let refused = verify_directory(&Files, dir.path(), &[], &mut |_| {}).unwrap_err();
    assert!(refused.to_string().contains("is not a stream store"), "{refused}");
    let store = Store::open(StoreOptions::new(dir.path()), Files).await.unwrap();
    let refused = verify_directory(&Files, dir.path(), &[], &mut |_| {}).unwrap_err();
    assert!(matches!(refused, InspectError::Open(OpenError::Locked { .. })));
    let made = store.create_stream(new_stream("s", 1)).await.unwrap();
    store.append(made.id, SHARD, records(&["a"]), NOW + HOUR).await.unwrap();
    store.close().await;
    let report = verify_directory(&Files, dir.path(), &[], &mut |_| {}).unwrap();
    assert_eq!((report.problems.len(), report.tally.records.records), (0, 1));
    assert_eq!(report.tally.records.oldest_millis, Some(NOW + HOUR));
}

/// An empty catalog in place of a lost one would give all segments to nobody.
#[tokio::test]
async fn a_catalog_that_is_lost_or_cut_is_never_made_anew() {
    let disk = well_used().await;
    let path = Path::new(DIR).join("catalog.redb");
    let whole = disk.content(&path).unwrap();
    let no_magic = [vec![0; 64], whole[64..].to_vec()].concat();
    let cut = [0, 1, 64, 320, 4096, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec());
    for content in cut.into_iter().map(Some).chain([Some(no_magic), Some(vec![0; whole.len()]), None]) {
        let length = content.as_ref().map(Vec::len);
        match content {
            Some(content) => disk.put(&path, content),
            None => alluvium_stream_store::Storage::remove(&disk, &path).unwrap(),
        }
        let report = verify(&disk);
        assert!(report.problems.iter().any(|problem| problem.path == path), "{length:?}");
        let opened = Store::open(options(Path::new(DIR)), disk.after_kill()).await;
        let refused = opened.map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("catalog"), "{length:?}: {refused}");
    }
}

/// The newest segment is followed by no other that would show the hole.
#[tokio::test]
async fn the_newest_segment_is_missed_when_it_is_lost() {
    let disk = well_used().await;
    let newest = disk.paths().into_iter().rfind(|path| path.to_string_lossy().contains("day-")).unwrap();
    alluvium_stream_store::Storage::remove(&disk, &newest).unwrap();
    assert!(verify(&disk).problems.iter().any(|problem| problem.path == newest));
    let opened = Store::open(options(Path::new(DIR)), disk).await;
    let refused = opened.map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains(newest.to_str().unwrap()), "{refused}");
}
