//! What was found in a directory: problems with their place and what to do, and how much there is of what.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alluvium_kinesis_model::StreamName;

use crate::error::OpenError;
use crate::limits;

/// Why a directory could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It is in use, of a later version, or holds something else.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The operating system refused; its message names the path.
    #[error("cannot read the stream store: {0}")]
    Io(#[from] io::Error),
}

/// Something that is not as it should be, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// Where in it, in bytes.
    pub offset: u64,
    /// What is wrong there.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, offset, what, advice } = self;
        write!(formatter, "{} at byte {offset}: {what}; {advice}", path.display())
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of segments that were read.
    pub bytes: u64,
    /// Bytes of all segments.
    pub bytes_all: u64,
}

/// What [`verify_directory`](crate::verify_directory) found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// What is broken, at most [`limits::FINDINGS_MAX`] of it.
    pub problems: Vec<Finding>,
    /// How many more problems there are.
    pub problems_more: u64,
    /// What a crash left and opening repairs, and what a sweep will remove: no reason to worry.
    pub notes: Vec<Finding>,
    /// What there is, broken frames not counted.
    pub tally: StoreTally,
}

impl VerifyReport {
    /// Whether all that was acknowledged is there as it was written.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn problem(&mut self, path: &Path, offset: u64, what: impl Into<String>, advice: &str) {
        if self.problems.len() >= limits::FINDINGS_MAX {
            self.problems_more += 1;
            return;
        }
        self.problems.push(finding(path, offset, what, advice));
    }

    pub(super) fn note(&mut self, path: &Path, offset: u64, what: impl Into<String>, advice: &str) {
        if self.notes.len() < limits::FINDINGS_MAX {
            self.notes.push(finding(path, offset, what, advice));
        }
    }
}

fn finding(path: &Path, offset: u64, what: impl Into<String>, advice: &str) -> Finding {
    Finding { path: path.to_owned(), offset, what: what.into(), advice: advice.to_owned() }
}

/// How many records, and of what age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records.
    pub records: u64,
    /// Bytes that they take in segments, frame headers included.
    pub bytes: u64,
    /// Arrival of the oldest, in milliseconds since 1970.
    pub oldest_millis: Option<i64>,
    /// Arrival of the newest, in milliseconds since 1970.
    pub newest_millis: Option<i64>,
}

impl Tally {
    pub(super) fn add(&mut self, records: u64, bytes: u64, arrival_millis: i64) {
        self.records += records;
        self.bytes += bytes;
        self.oldest_millis =
            Some(self.oldest_millis.map_or(arrival_millis, |oldest| oldest.min(arrival_millis)));
        self.newest_millis =
            Some(self.newest_millis.map_or(arrival_millis, |newest| newest.max(arrival_millis)));
    }
}

/// What a stream holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamTally {
    /// Its name.
    pub name: StreamName,
    /// AWS's `StreamId`.
    pub stream_id: Arc<str>,
    /// Shards that take records.
    pub shards_open: u64,
    /// Closed shards that are not forgotten.
    pub shards_closed: u64,
    /// Its records that were not trimmed; those that have expired since the last sweep are counted.
    pub records: Tally,
}

/// What a directory holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreTally {
    /// The streams, that with the most bytes first.
    pub streams: Vec<StreamTally>,
    /// Records that were not trimmed by retention class: `day`, `week`, `year`.
    pub classes: BTreeMap<&'static str, Tally>,
    /// Records that were not trimmed.
    pub records: Tally,
    /// Records that expired, were purged or whose stream is deleted, and whose space was not given back yet.
    pub dead: Tally,
    /// Segments.
    pub segments: u64,
    /// Bytes of all segments.
    pub segment_bytes: u64,
    /// Bytes of the catalog.
    pub catalog_bytes: u64,
}
