//! The runs of one segment: those that its frames make, against those that its footer names.

use std::collections::HashMap;
use std::path::Path;

use super::RESTORE_WHOLE;
use super::report::VerifyReport;
use super::shards::ShardsSeen;
use crate::frame::FrameHeader;
use crate::index::{self, IndexEntry};
use crate::segment::{FooterRow, Segment};
use crate::storage::StorageFile;

const RESTORE: &str = "restore the file from a copy; without one its intact records can still be read";

/// A footer's row, and what the frames make of it.
struct Row {
    named: FooterRow,
    next_counter: u64,
    last_arrival_millis: i64,
    /// The index; an error says why it cannot be read.
    entries: Result<Vec<IndexEntry>, String>,
    /// How many of its entries have begun with a frame.
    begun: usize,
    /// Where the last frame ends.
    frames_end: u64,
    /// Whether every frame so far is in the entry in which it is looked for, and none of them is cut.
    fits: bool,
}

/// The footer's rows by stream and shard, in order of their counters.
#[derive(Default)]
pub(super) struct Rows {
    by_shard: HashMap<(u64, u32), Vec<Row>>,
    /// Whether a frame was broken, so that runs are not complete anyway.
    pub(super) broken: bool,
}

impl Rows {
    /// The rows of a footer.
    pub(super) fn new(rows: Vec<FooterRow>, segment: &Segment, file: &dyn StorageFile) -> Self {
        let mut by_shard: HashMap<(u64, u32), Vec<Row>> = HashMap::new();
        for row in rows {
            let fresh = Row {
                named: row,
                next_counter: row.first_counter,
                last_arrival_millis: i64::MIN,
                entries: index::load(segment, file, row.index).map_err(|error| error.to_string()),
                begun: 0,
                frames_end: 0,
                fits: true,
            };
            by_shard.entry((row.stream_id, row.shard)).or_default().push(fresh);
        }
        for rows in by_shard.values_mut() {
            rows.sort_by_key(|row| row.named.first_counter);
        }
        Self { by_shard, broken: false }
    }

    /// Takes a frame in; `false` when the footer does not name its records.
    pub(super) fn take(&mut self, header: &FrameHeader, offset: u64) -> bool {
        let Some(rows) = self.by_shard.get_mut(&(header.stream_id, header.shard)) else { return false };
        let after = rows.partition_point(|row| row.named.first_counter <= header.first_counter);
        let Some(row) = after.checked_sub(1).map(|place| &mut rows[place]) else { return false };
        if header.last_counter() > row.named.last_counter {
            return false;
        }
        if header.first_counter == row.next_counter {
            row.next_counter = header.last_counter() + 1;
        }
        row.last_arrival_millis = row.last_arrival_millis.max(header.arrival_millis);
        row.take(header, offset);
        true
    }

    /// Compares what the footer says with what the frames were.
    pub(super) fn finish(self, path: &Path, seen: &mut ShardsSeen, report: &mut VerifyReport) {
        for row in self.by_shard.into_values().flatten() {
            let named = row.named;
            if let Some(what) = named.fault() {
                report.problem(path, named.index.offset, what, RESTORE_WHOLE);
                continue;
            }
            seen.run(&named, path, report);
            let of = format!(
                "records {} to {} of shard {} of stream number {}",
                named.first_counter, named.last_counter, named.shard, named.stream_id
            );
            let place = named.index.offset;
            match &row.entries {
                Err(error) => report.problem(path, place, error.clone(), RESTORE),
                Ok(_) if self.broken => {}
                Ok(entries) => {
                    let complete = row.next_counter == named.last_counter.saturating_add(1);
                    if !complete {
                        let what =
                            format!("the footer names {of}, the frames end before {}", row.next_counter);
                        report.problem(path, place, what, RESTORE);
                    } else if row.last_arrival_millis != named.last_arrival_millis || !row.is_that_of(entries)
                    {
                        report.problem(
                            path,
                            place,
                            format!("the index of {of} is not that of the frames"),
                            RESTORE,
                        );
                    }
                }
            }
        }
    }
}

impl Row {
    /// Compares a frame with the entry that has to cover it. How many frames an entry covers was the writer's choice.
    fn take(&mut self, header: &FrameHeader, offset: u64) {
        let Ok(entries) = &self.entries else { return };
        if let Some(next) = entries.get(self.begun).filter(|entry| u64::from(entry.offset) == offset) {
            self.fits &= next.first_counter == header.first_counter;
            self.fits &= next.first_arrival_millis == header.arrival_millis;
            self.fits &=
                self.begun.checked_sub(1).is_none_or(|last| ends_at(&entries[last], self.frames_end));
            self.begun += 1;
        }
        self.frames_end = offset + header.frame_bytes as u64;
        let current = self.begun.checked_sub(1).map(|place| entries[place]);
        self.fits &= current
            .is_some_and(|entry| self.frames_end <= u64::from(entry.offset) + u64::from(entry.span_bytes));
    }

    /// Whether the frames were all that its index says.
    fn is_that_of(&self, entries: &[IndexEntry]) -> bool {
        self.fits
            && self.begun == entries.len()
            && entries.last().is_some_and(|last| ends_at(last, self.frames_end))
    }
}

fn ends_at(entry: &IndexEntry, end: u64) -> bool {
    u64::from(entry.offset) + u64::from(entry.span_bytes) == end
}
