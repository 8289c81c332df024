//! Segment files: their names, the header that they begin with and the footer that seals them.
//! `docs/format/streams.md` has the tables.
//!
//! What must stay true: a footer is synced before the next segment of its class is made, so only the newest segment of a
//! class may be without one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crc_fast::crc32_iscsi;

use crate::error::{Corruption, OpenError};
use crate::frame::{u32_at, u64_at};
use crate::index::{self, IndexEntry};
use crate::storage::{Storage, StorageFile};

/// Version of the segments that this program writes, and the newest that it reads.
pub(crate) const SEGMENT_VERSION: u8 = 1;
/// Bytes before the first frame.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 32;
const SEGMENT_MAGIC: [u8; 7] = *b"ALVSEGM";
const TRAILER_BYTES: usize = 32;
const TRAILER_MAGIC: [u8; 8] = *b"ALVSEALD";
const ROW_BYTES: usize = 56;
const FILE_SUFFIX: &str = ".shardlog";

/// Which segments a stream's records go to, by its retention, so that what is in a segment expires at about one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RetentionClass {
    /// At most 24 hours.
    Day,
    /// At most 168 hours.
    Week,
    /// At most 8760 hours.
    Year,
}

impl RetentionClass {
    /// All classes, in the order of their numbers in the files.
    pub(crate) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Year];

    /// The class of a retention.
    pub(crate) fn of_hours(retention_hours: u32) -> Self {
        match retention_hours {
            0..=24 => Self::Day,
            25..=168 => Self::Week,
            _ => Self::Year,
        }
    }

    /// Its name in the names of files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Year => "year",
        }
    }
}

/// A segment. Its file is opened when it is needed.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Counts up over all classes; never reused while files of the store are there.
    pub(crate) number: u64,
    /// Goes into the checksums of its frames.
    pub(crate) salt: u64,
    /// The file's path.
    pub(crate) path: PathBuf,
}

/// How far a segment that grows is synced, by class: its number and the end of its frames.
pub(crate) type SyncedMarks = [Option<(u64, u64)>; 3];

/// One consecutive run of a shard's records in a sealed segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FooterRow {
    pub(crate) stream_id: u64,
    pub(crate) shard: u32,
    pub(crate) first_counter: u64,
    pub(crate) last_counter: u64,
    pub(crate) last_arrival_millis: i64,
    pub(crate) index: FooterIndex,
}

/// What seals a segment.
#[derive(Debug)]
pub(crate) struct Footer {
    pub(crate) rows: Vec<FooterRow>,
    /// Where the frames end and the indexes begin.
    pub(crate) frames_end: u64,
}

/// Where in a sealed segment the index of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FooterIndex {
    pub(crate) offset: u64,
    pub(crate) entry_count: u32,
    pub(crate) checksum: u32,
}

impl Segment {
    /// The path of a segment in the store's directory.
    pub(crate) fn path_of(dir: &Path, class: RetentionClass, number: u64) -> PathBuf {
        dir.join(format!("{}-{number:020}{FILE_SUFFIX}", class.name()))
    }

    /// What a file's name says; `None` when it is no segment's.
    pub(crate) fn parse_name(name: &str) -> Option<(RetentionClass, u64)> {
        let (class, number) = name.strip_suffix(FILE_SUFFIX)?.split_once('-')?;
        let class = RetentionClass::ALL.into_iter().find(|known| known.name() == class)?;
        let plain = number.len() == 20 && number.bytes().all(|byte| byte.is_ascii_digit());
        Some((class, if plain { number.parse().ok()? } else { return None }))
    }

    /// Makes a segment: header and directory entry are synced when this returns.
    pub(crate) fn create(
        storage: &dyn Storage,
        dir: &Path,
        class: RetentionClass,
        number: u64,
        salt: u64,
    ) -> io::Result<(Self, Arc<dyn StorageFile>)> {
        let path = Self::path_of(dir, class, number);
        let file = storage.create(&path)?;
        let mut header = [0; SEGMENT_HEADER_BYTES];
        header[0] = SEGMENT_VERSION;
        header[1..8].copy_from_slice(&SEGMENT_MAGIC);
        header[8..16].copy_from_slice(&number.to_le_bytes());
        header[16..24].copy_from_slice(&salt.to_le_bytes());
        header[24] = class as u8;
        let sum = crc32_iscsi(&header[..28]);
        header[28..].copy_from_slice(&sum.to_le_bytes());
        file.write_all_at(&header, 0)?;
        file.sync_data()?;
        storage.sync_dir(dir)?;
        Ok((Self { number, salt, path }, file.into()))
    }

    /// Opens a segment and proves its header; `None` when its creation was cut short by a crash, before any frame.
    pub(crate) fn open(
        path: PathBuf,
        file: &dyn StorageFile,
        class: RetentionClass,
        number: u64,
    ) -> Result<Option<Self>, OpenError> {
        let length = file.length()?;
        let mut header = [0; SEGMENT_HEADER_BYTES];
        let there = header.len().min(usize::try_from(length).unwrap_or(usize::MAX));
        file.read_exact_at(&mut header[..there], 0)?;
        if header[0] > SEGMENT_VERSION && header[1..8] == SEGMENT_MAGIC {
            let (found, supported) = (u64::from(header[0]), u64::from(SEGMENT_VERSION));
            return Err(OpenError::NewerVersion { path, found, supported });
        }
        let valid = header[0] == SEGMENT_VERSION
            && header[1..8] == SEGMENT_MAGIC
            && u32_at(&header, 28) == crc32_iscsi(&header[..28])
            && u64_at(&header, 8) == number
            && header[24] == class as u8;
        if !valid {
            if length <= SEGMENT_HEADER_BYTES as u64 {
                return Ok(None);
            }
            let what = "the segment's header is not the one that was written".to_owned();
            return Err(Corruption { path, offset: 0, what }.into());
        }
        Ok(Some(Self { number, salt: u64_at(&header, 16), path }))
    }

    /// Says that these bytes are not what was written.
    pub(crate) fn corruption(&self, offset: u64, what: impl Into<String>) -> Corruption {
        Corruption { path: self.path.clone(), offset, what: what.into() }
    }

    /// Writes the footer behind the frames, which end at `frames_end`, and syncs it. Returns where each run's index went.
    pub(crate) fn seal(
        &self,
        file: &dyn StorageFile,
        frames_end: u64,
        runs: &[(FooterRow, Vec<IndexEntry>)],
    ) -> io::Result<Vec<FooterIndex>> {
        let mut footer = Vec::new();
        let mut rows = Vec::with_capacity(runs.len() * ROW_BYTES);
        let mut places = Vec::with_capacity(runs.len());
        for (row, entries) in runs {
            let start = footer.len();
            for entry in entries {
                entry.encode(&mut footer);
            }
            let index = FooterIndex {
                offset: frames_end + start as u64,
                entry_count: entries.len() as u32,
                checksum: crc32_iscsi(&footer[start..]),
            };
            places.push(index);
            FooterRow { index, ..*row }.encode(&mut rows);
        }
        let rows_offset = frames_end + footer.len() as u64;
        let rows_checksum = crc32_iscsi(&rows);
        footer.extend_from_slice(&rows);
        let trailer_start = footer.len();
        footer.extend_from_slice(&rows_offset.to_le_bytes());
        footer.extend_from_slice(&(runs.len() as u32).to_le_bytes());
        footer.extend_from_slice(&rows_checksum.to_le_bytes());
        footer.extend_from_slice(&TRAILER_MAGIC);
        let trailer_checksum = crc32_iscsi(&[&self.salt.to_le_bytes(), &footer[trailer_start..]].concat());
        footer.extend_from_slice(&trailer_checksum.to_le_bytes());
        footer.extend_from_slice(&[0; 4]);
        file.write_all_at(&footer, frames_end)?;
        file.sync_data()?;
        Ok(places)
    }

    /// The footer; `None` when the segment was not sealed.
    pub(crate) fn footer(&self, file: &dyn StorageFile) -> Result<Option<Footer>, OpenError> {
        let length = file.length()?;
        let Some(trailer_start) = length.checked_sub(TRAILER_BYTES as u64) else { return Ok(None) };
        if trailer_start < SEGMENT_HEADER_BYTES as u64 {
            return Ok(None);
        }
        let mut trailer = [0; TRAILER_BYTES];
        file.read_exact_at(&mut trailer, trailer_start)?;
        let trailer_checksum = crc32_iscsi(&[&self.salt.to_le_bytes(), &trailer[..24]].concat());
        if trailer[16..24] != TRAILER_MAGIC
            || u32_at(&trailer, 24) != trailer_checksum
            || u32_at(&trailer, 28) != 0
        {
            return Ok(None);
        }
        let rows_offset = u64_at(&trailer, 0);
        let row_count = u32_at(&trailer, 8) as usize;
        if rows_offset.checked_add((row_count * ROW_BYTES) as u64) != Some(trailer_start) {
            return Err(self.corruption(trailer_start, "the footer's length does not fit the file").into());
        }
        let mut rows = vec![0; row_count * ROW_BYTES];
        file.read_exact_at(&mut rows, rows_offset)?;
        if crc32_iscsi(&rows) != u32_at(&trailer, 12) {
            return Err(self.corruption(rows_offset, "the footer's checksum does not match").into());
        }
        let rows: Vec<FooterRow> = rows.chunks_exact(ROW_BYTES).map(FooterRow::decode).collect();
        let index_bytes: u64 =
            rows.iter().map(|row| u64::from(row.index.entry_count) * index::ENTRY_BYTES as u64).sum();
        let frames_end =
            rows_offset.checked_sub(index_bytes).filter(|end| *end >= SEGMENT_HEADER_BYTES as u64);
        let Some(frames_end) = frames_end else {
            return Err(self.corruption(rows_offset, "the footer's indexes are longer than the file").into());
        };
        Ok(Some(Footer { rows, frames_end }))
    }
}

impl FooterRow {
    /// What makes no sense in the row, if anything, though its checksum may be right.
    pub(crate) fn fault(&self) -> Option<String> {
        let (first, last) = (self.first_counter, self.last_counter);
        let is_sound = first > 0 && last >= first && last < u64::MAX;
        (!is_sound).then(|| format!("the footer has records {first} to {last}"))
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(&self.stream_id.to_le_bytes());
        buffer.extend_from_slice(&self.shard.to_le_bytes());
        buffer.extend_from_slice(&self.index.entry_count.to_le_bytes());
        buffer.extend_from_slice(&self.first_counter.to_le_bytes());
        buffer.extend_from_slice(&self.last_counter.to_le_bytes());
        buffer.extend_from_slice(&self.last_arrival_millis.to_le_bytes());
        buffer.extend_from_slice(&self.index.offset.to_le_bytes());
        buffer.extend_from_slice(&self.index.checksum.to_le_bytes());
        buffer.extend_from_slice(&[0; 4]);
    }

    fn decode(bytes: &[u8]) -> Self {
        Self {
            stream_id: u64_at(bytes, 0),
            shard: u32_at(bytes, 8),
            first_counter: u64_at(bytes, 16),
            last_counter: u64_at(bytes, 24),
            last_arrival_millis: u64_at(bytes, 32).cast_signed(),
            index: FooterIndex {
                entry_count: u32_at(bytes, 12),
                offset: u64_at(bytes, 40),
                checksum: u32_at(bytes, 48),
            },
        }
    }
}
