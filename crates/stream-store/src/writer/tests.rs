//! What one commit makes of the appends in it.

use std::path::Path;

use alluvium_kinesis_model::{ShardId, StreamName};
use tokio::sync::{Semaphore, oneshot};

use super::*;
use crate::options::StoreOptions;
use crate::record::{PageLimits, ReadFrom};
use crate::storage::FaultyDisk;
use crate::stream::{NewStream, StreamMode};
use crate::{locks, open, read, streams};

const DIR: &str = "/data";
const NOW: i64 = 1_767_225_600_000;
const SHARDS: u32 = 3;

mod crashes;

/// A writer over a stream with [`SHARDS`] shards.
fn writer(disk: &FaultyDisk, options: StoreOptions) -> (Writer, Arc<Shared>, Vec<Arc<ShardLog>>) {
    let (shared, mut parts) = open::open(options, Arc::new(disk.clone())).expect("it opens");
    let new = NewStream {
        name: StreamName::parse("s").expect("a name"),
        mode: StreamMode::Provisioned,
        shard_count: SHARDS,
        retention_hours: 24,
        settings: crate::StreamSettings::default(),
        tags: crate::Tags::default(),
        active_at_millis: NOW,
        now_millis: NOW,
    };
    let stream = streams::create(&shared, &new).expect("a stream");
    let entry = shared.entry(stream.id).expect("it is there");
    let shards = (0..SHARDS).filter_map(|id| entry.shard(ShardId(id)).cloned()).collect();
    (parts.take_writer(&shared), shared, shards)
}

/// An append of these texts to these shards, and what its caller waits for.
fn append(
    room: &Arc<Semaphore>,
    parts: &[(&Arc<ShardLog>, &str)],
    now_millis: i64,
) -> (Append, oneshot::Receiver<Answers>) {
    let record = |text: &str| NewRecord { partition_key: "k".to_owned(), data: text.to_owned().into() };
    let parts: Vec<_> = parts.iter().map(|(shard, text)| (Arc::clone(shard), vec![record(text)])).collect();
    let held = Arc::clone(room).try_acquire_owned().expect("there is room");
    let (reply, answer) = Reply::new();
    (Append { parts, now_millis, bytes: 2, permit: held, reply }, answer)
}

fn texts_of(shared: &Shared, log: &ShardLog) -> Vec<String> {
    let limits = PageLimits::default();
    let page = read::read_page(shared, log, ReadFrom::TrimHorizon, limits, NOW, read::Source::Files);
    let records = page.expect("it is read").expect("from files").records;
    records.iter().map(|record| String::from_utf8_lossy(&record.data).into_owned()).collect()
}

/// The frames of the first segment, by the shards that they are of.
fn frames(disk: &FaultyDisk, shared: &Shared) -> Vec<(u32, u32)> {
    let salt = locks::lock(&shared.segments).values().next().expect("a segment").segment.salt;
    let path = crate::segment::Segment::path_of(Path::new(DIR), RetentionClass::Day, 1);
    let content = disk.content(&path).expect("its file");
    let mut offset = crate::segment::SEGMENT_HEADER_BYTES;
    let mut found = Vec::new();
    while let Ok(header) =
        frame::parse_checked(content.get(offset..).unwrap_or_default(), salt, offset as u64)
    {
        found.push((header.shard, header.record_count));
        offset += header.frame_bytes;
    }
    found
}

#[test]
fn the_appends_of_a_commit_share_a_frame_for_each_shard() {
    let disk = FaultyDisk::new();
    let (mut writer, shared, shards) = writer(&disk, StoreOptions::new(DIR));
    let room = Arc::new(Semaphore::new(10));
    let (first, second, third) = (&shards[0], &shards[1], &shards[2]);
    let (appends, answers): (Vec<_>, Vec<_>) = [
        append(&room, &[(second, "a")], NOW),
        append(&room, &[(first, "b"), (second, "c")], NOW),
        append(&room, &[(third, "d"), (first, "e")], NOW - 5),
        append(&room, &[(second, "f")], NOW),
        append(&room, &[(first, "g")], NOW + 1),
    ]
    .into_iter()
    .unzip();
    let _ = writer.commit(appends);

    // What arrived later has a frame of its own: a frame has one arrival.
    assert_eq!(frames(&disk, &shared), [(0, 2), (0, 1), (1, 3), (2, 1)]);
    assert_eq!(texts_of(&shared, first), ["b", "e", "g"]);
    assert_eq!(texts_of(&shared, second), ["a", "c", "f"]);
    assert_eq!(texts_of(&shared, third), ["d"]);
    let given: Vec<Vec<(u32, u64, i64)>> = answers
        .into_iter()
        .map(|answer| {
            let answers = answer.blocking_recv().expect("an answer").into_iter();
            let appended = answers.map(|answer| answer.expect("appended"));
            appended.map(|one| (one.first.shard, one.first.counter, one.arrival_millis - NOW)).collect()
        })
        .collect();
    let expected = [
        vec![(1, 1, 0)],
        vec![(0, 1, 0), (1, 2, 0)],
        vec![(2, 1, -5), (0, 2, 0)],
        vec![(1, 3, 0)],
        vec![(0, 3, 1)],
    ];
    assert_eq!(given, expected);
    assert_eq!(room.available_permits(), 10);
    assert_eq!(shared.counts.commits.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[test]
fn a_shared_frame_stays_small() {
    let disk = FaultyDisk::new();
    let (mut writer, shared, shards) = writer(&disk, StoreOptions::new(DIR));
    let room = Arc::new(Semaphore::new(10));
    let half = "x".repeat(limits::SHARED_FRAME_BYTES_MAX / 2);
    let long = "y".repeat(limits::SHARED_FRAME_BYTES_MAX * 2);
    let texts: [&str; 5] = [&half, "1", &half, &long, "2"];
    let (appends, answers): (Vec<_>, Vec<_>) =
        texts.iter().map(|text| append(&room, &[(&shards[0], *text)], NOW)).unzip();
    let _ = writer.commit(appends);
    assert_eq!(frames(&disk, &shared), [(0, 2), (0, 1), (0, 1), (0, 1)]);
    assert_eq!(texts_of(&shared, &shards[0]), texts);
    drop(answers);
}

/// Waiting for those who were answered is for the sake of syncs.
#[test]
fn a_commit_without_a_sync_holds_up_nobody() {
    for durability in [Durability::Sync, Durability::Os] {
        let disk = FaultyDisk::new();
        let (mut writer, _shared, shards) =
            writer(&disk, StoreOptions { durability, ..StoreOptions::new(DIR) });
        let room = Arc::new(Semaphore::new(10));
        let (appends, _answers): (Vec<_>, Vec<_>) =
            ["a", "b"].iter().map(|text| append(&room, &[(&shards[0], *text)], NOW)).unzip();
        assert_eq!(writer.commit(appends).is_some(), durability == Durability::Sync);
    }
}
