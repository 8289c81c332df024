//! Segments that the store did not write, made of foreign bytes: opening, reading and checking them may refuse and must not
//! panic. What the bounded test and the fuzz targets share.
//!
//! Bytes as they are hardly get past a checksum. So two of the functions make frames and footers of them whose checksums are
//! right, and what is behind the checksums has to stand any number in any field.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use alluvium_kinesis_model::StreamName;
use alluvium_stream_store::{
    FaultyDisk, NewStream, PageLimits, ReadFrom, Store, StoreOptions, StreamMode, StreamSettings, Tags,
    verify_directory,
};
use crc_fast::crc32_iscsi;

const DIR: &str = "/data";
const NOW: i64 = 1_767_225_600_000;
const SALT: u64 = 7;
const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 60;
const ROW_BYTES: usize = 56;

/// The bytes as a segment.
pub(crate) fn raw_segment(bytes: &[u8]) {
    try_segment(bytes.to_vec());
}

/// The bytes as frames: of each the first says how long its records are, then come the header's fields, then the records.
pub(crate) fn signed_frames(bytes: &[u8]) {
    let mut segment = header();
    add_frames(&mut segment, bytes);
    try_segment(segment);
}

/// The first half of the bytes as frames, the other as the rows of a footer.
pub(crate) fn signed_footer(bytes: &[u8]) {
    let (frames, footer) = bytes.split_at(bytes.len() / 2);
    let mut segment = header();
    add_frames(&mut segment, frames);
    let row_count = footer.len() / ROW_BYTES;
    let (rows, indexes) = footer.split_at(row_count * ROW_BYTES);
    let mut rows = rows.to_vec();
    for row in rows.chunks_exact_mut(ROW_BYTES).filter(|row| row[0] < 200) {
        row[..8].copy_from_slice(&1_u64.to_le_bytes());
        row[8..12].fill(0);
        for field in [13..16, 17..24, 25..32, 42..48] {
            if row[field.start] < 200 {
                row[field].fill(0);
            }
        }
    }
    segment.extend_from_slice(indexes);
    let mut trailer = (segment.len() as u64).to_le_bytes().to_vec();
    trailer.extend_from_slice(&(row_count as u32).to_le_bytes());
    trailer.extend_from_slice(&crc32_iscsi(&rows).to_le_bytes());
    trailer.extend_from_slice(b"ALVSEALD");
    let checksum = crc32_iscsi(&[&SALT.to_le_bytes(), &trailer[..]].concat());
    trailer.extend_from_slice(&checksum.to_le_bytes());
    trailer.extend_from_slice(&[0; 4]);
    segment.extend_from_slice(&rows);
    segment.extend_from_slice(&trailer);
    try_segment(segment);
}

/// The header of the first segment of the class `day`.
fn header() -> Vec<u8> {
    let mut header = vec![1];
    header.extend_from_slice(b"ALVSEGM");
    header.extend_from_slice(&1_u64.to_le_bytes());
    header.extend_from_slice(&SALT.to_le_bytes());
    header.extend_from_slice(&[0; 4]);
    let checksum = crc32_iscsi(&header);
    header.extend_from_slice(&checksum.to_le_bytes());
    assert_eq!(header.len(), HEADER_BYTES);
    header
}

fn add_frames(segment: &mut Vec<u8>, mut bytes: &[u8]) {
    while let Some((records_bytes, rest)) = bytes.split_first() {
        let records_bytes = usize::from(*records_bytes);
        if rest.len() < FRAME_HEADER_BYTES + records_bytes {
            return;
        }
        let (frame, rest) = rest.split_at(FRAME_HEADER_BYTES + records_bytes);
        bytes = rest;
        let offset = segment.len() as u64;
        let mut frame = frame.to_vec();
        frame[..4].copy_from_slice(b"aLv\x01");
        let records_checksum = crc32_iscsi(&frame[FRAME_HEADER_BYTES..]);
        frame[4..8].copy_from_slice(&records_checksum.to_le_bytes());
        // A small number in the first byte of these fields stands for what the store would write there.
        if frame[8] < 200 {
            let length = frame.len() as u32;
            frame[8..12].copy_from_slice(&length.to_le_bytes());
        }
        if frame[12] < 200 {
            frame[12] = 1;
        }
        if frame[16] < 200 {
            frame[16..24].copy_from_slice(&1_u64.to_le_bytes());
            frame[24..28].copy_from_slice(&0_u32.to_le_bytes());
        }
        for field in [29..32, 33..40, 49..56] {
            if frame[field.start] < 200 {
                frame[field].fill(0);
            }
        }
        let place_and_header = [&SALT.to_le_bytes(), &offset.to_le_bytes(), &frame[..56]].concat();
        let checksum = crc32_iscsi(&place_and_header);
        frame[56..60].copy_from_slice(&checksum.to_le_bytes());
        segment.extend_from_slice(&frame);
    }
}

fn try_segment(segment: Vec<u8>) {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    static EMPTY: OnceLock<FaultyDisk> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime")
    });
    let empty = EMPTY.get_or_init(|| runtime.block_on(one_stream()));
    let disk = empty.after_kill();
    disk.put(&path(), segment);
    let _ = verify_directory(&disk, Path::new(DIR), &[], &mut |_| {});
    runtime.block_on(read_all(&disk));
}

fn path() -> PathBuf {
    Path::new(DIR).join("day-00000000000000000001.shardlog")
}

async fn one_stream() -> FaultyDisk {
    let disk = FaultyDisk::new();
    let store = Store::open(StoreOptions::new(DIR), disk.clone()).await.expect("an empty store");
    let new = NewStream {
        name: StreamName::parse("s").expect("a name"),
        mode: StreamMode::Provisioned,
        shard_count: 1,
        retention_hours: 24,
        settings: StreamSettings::default(),
        tags: Tags::new(),
        active_at_millis: NOW,
        now_millis: NOW,
    };
    store.create_stream(new).await.expect("a stream");
    store.close().await;
    disk
}

/// Opens, reads from several places, sweeps.
async fn read_all(disk: &FaultyDisk) {
    let options = StoreOptions { tail_bytes_max: 0, ..StoreOptions::new(DIR) };
    let Ok(store) = Store::open(options, disk.clone()).await else { return };
    for stream in store.streams() {
        for shard in &stream.shards {
            for from in [
                ReadFrom::TrimHorizon,
                ReadFrom::AtTimestamp(i64::MIN),
                ReadFrom::AtTimestamp(i64::MAX),
                ReadFrom::CounterInclusive(u64::MAX),
            ] {
                let limits = PageLimits { records_max: 3, bytes_max: 1_000 };
                let page = store.read(stream.id, shard.id, from, limits, NOW).await;
                page.iter().flat_map(|page| &page.records).for_each(|record| {
                    record.sequence_number();
                });
            }
        }
    }
    let _ = store.sweep(NOW).await;
    store.close().await;
}
