//! Reading a page of a shard: from the tail in memory when all of it is there, otherwise from the segments.
//!
//! What must stay true: only durable records are read, each checksum is proven on what comes from a file, and a page ends
//! within its limits except that it has at least one record when there is one.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::ReadError;
use crate::frame::{self, FRAME_HEADER_BYTES};
use crate::index::{self, IndexEntry};
use crate::limits;
use crate::locks;
use crate::record::{Page, PageLimits, ReadFrom, StoredRecord, Tip, sequence_parts};
use crate::segment::{FooterIndex, Segment};
use crate::shard_log::{ExtentIndex, ShardLog};
use crate::shared::Shared;
use crate::storage::StorageFile;

/// Where a page's bytes may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Memory alone; cheap enough for the async runtime.
    Memory,
    /// Memory and files.
    Files,
}

/// What a page is made of so far.
struct PageBuilder {
    records: Vec<StoredRecord>,
    bytes: usize,
    limits: PageLimits,
    next_counter: u64,
    arrival_millis_min: i64,
}

/// What to read next.
enum Next {
    Stretch(Stretch),
    /// No record that the page wants is left.
    Nothing,
    StreamGone,
}

/// A stretch of a segment.
struct Stretch {
    segment: Arc<Segment>,
    entry: Place,
}

enum Place {
    /// This stretch.
    Known(IndexEntry),
    /// To be looked up in the footer.
    Footer(FooterIndex),
}

/// Reads a page; `None` when it is not all in memory and `source` is memory.
pub(crate) fn read_page(
    shared: &Shared,
    log: &ShardLog,
    from: ReadFrom,
    limits: PageLimits,
    now_millis: i64,
    source: Source,
) -> Result<Option<Page>, ReadError> {
    let deleted = || ReadError::StreamNotFound { stream_id: log.stream_id };
    let tip = log.tip().ok_or_else(deleted)?;
    let mut page = PageBuilder::new(log, from, limits, now_millis);
    while page.next_counter <= tip.counter && page.has_room() {
        let stretch = match next_stretch(log, &mut page) {
            Next::Stretch(stretch) => stretch,
            Next::StreamGone => return Err(deleted()),
            Next::Nothing => {
                page.next_counter = tip.counter + 1;
                break;
            }
        };
        match take_stretch(shared, log, &stretch, &mut page, source) {
            Ok(Taken::All) => {}
            Ok(Taken::NotInMemory) => return Ok(None),
            Err(error) => page.step_over_removed(log, error)?,
        }
    }
    Ok(Some(page.finish(tip)))
}

/// Whether a stretch could be read.
enum Taken {
    All,
    NotInMemory,
}

/// Takes what the page wants of a stretch.
fn take_stretch(
    shared: &Shared,
    log: &ShardLog,
    stretch: &Stretch,
    page: &mut PageBuilder,
    source: Source,
) -> Result<Taken, ReadError> {
    let segment = &*stretch.segment;
    let entry = match stretch.entry {
        Place::Known(entry) => entry,
        Place::Footer(place) => {
            let cached = shared.indexes.get(segment.number, place.offset);
            let entries = match cached {
                Some(entries) => entries,
                None if source == Source::Memory => return Ok(Taken::NotInMemory),
                None => {
                    let entries: Arc<[IndexEntry]> =
                        index::load(segment, &*open(shared, segment)?, place)?.into();
                    shared.indexes.put(segment.number, place.offset, Arc::clone(&entries));
                    entries
                }
            };
            let found = entries.get(index::find(&entries, page.next_counter, page.arrival_millis_min));
            *found.ok_or_else(|| segment.corruption(place.offset, "the index of a run is empty"))?
        }
    };
    let (offset, end) = (u64::from(entry.offset), u64::from(entry.offset) + u64::from(entry.span_bytes));
    let (pieces, checked) = match shared.tail.get(segment.number, offset, end) {
        Some(pieces) => (pieces, true),
        None if source == Source::Memory => return Ok(Taken::NotInMemory),
        None => {
            let bytes = read_stretch(segment, &*open(shared, segment)?, offset, entry.span_bytes)?;
            (vec![(offset, bytes)], false)
        }
    };
    let before = page.next_counter;
    for (piece_offset, piece) in &pieces {
        page.take_frames(log, segment, *piece_offset, piece, checked)?;
    }
    if page.next_counter == before && page.has_room() {
        let what = format!("record {before} of {} is not where the index says", log.id);
        return Err(segment.corruption(offset, what).into());
    }
    Ok(Taken::All)
}

fn open(shared: &Shared, segment: &Segment) -> Result<Arc<dyn StorageFile>, ReadError> {
    let file = shared.files.get(&*shared.storage, segment).map_err(|error| ReadError::Io(Arc::new(error)))?;
    // A sweep that removed it meanwhile may have looked for it before it was opened; kept open it would keep its space.
    if !locks::lock(&shared.segments).contains_key(&segment.number) {
        shared.files.forget(segment.number);
    }
    Ok(file)
}

/// Finds the stretch with the first record that the page still wants.
fn next_stretch(shard: &ShardLog, page: &mut PageBuilder) -> Next {
    let state = shard.state();
    if state.deleted {
        return Next::StreamGone;
    }
    let first = state.extents.partition_point(|extent| {
        extent.last_counter < page.next_counter || extent.last_arrival_millis < page.arrival_millis_min
    });
    let Some(extent) = state.extents.get(first) else { return Next::Nothing };
    page.next_counter = page.next_counter.max(extent.first_counter);
    let entry = match &extent.index {
        ExtentIndex::Growing(entries) => {
            Place::Known(entries[index::find(entries, page.next_counter, page.arrival_millis_min)])
        }
        ExtentIndex::Sealed(index) => Place::Footer(*index),
    };
    Next::Stretch(Stretch { segment: Arc::clone(&extent.segment), entry })
}

fn read_stretch(
    segment: &Segment,
    file: &dyn StorageFile,
    offset: u64,
    span_bytes: u32,
) -> Result<Bytes, ReadError> {
    let beyond = || segment.corruption(offset, "the index reaches beyond the file").into();
    // Asked for before much memory is taken; the reading itself tells it for less.
    if span_bytes > limits::INDEX_SPAN_BYTES * 2 {
        let length = file.length().map_err(|error| ReadError::Io(Arc::new(error)))?;
        if offset + u64::from(span_bytes) > length {
            return Err(beyond());
        }
    }
    let mut bytes = vec![0; span_bytes as usize];
    file.read_exact_at(&mut bytes, offset).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => beyond(),
        _ => ReadError::Io(Arc::new(error)),
    })?;
    Ok(Bytes::from(bytes))
}

impl PageBuilder {
    fn new(shard: &ShardLog, from: ReadFrom, limits: PageLimits, now_millis: i64) -> Self {
        let (first_kept, oldest) = {
            let state = shard.state();
            (state.trimmed_through + 1, state.oldest_arrival_millis(now_millis))
        };
        let (next_counter, arrival_millis_min) = match from {
            ReadFrom::CounterInclusive(counter) => (counter.max(first_kept), oldest),
            ReadFrom::TrimHorizon => (first_kept, oldest),
            ReadFrom::AtTimestamp(millis) => (first_kept, oldest.max(millis)),
        };
        let limits = PageLimits {
            records_max: limits.records_max.clamp(1, limits::PAGE_RECORDS_MAX),
            bytes_max: limits.bytes_max.min(limits::PAGE_BYTES_MAX),
        };
        Self { records: Vec::new(), bytes: 0, limits, next_counter, arrival_millis_min }
    }

    /// Goes on behind what was trimmed since the page was begun, if that is why a file is gone.
    fn step_over_removed(&mut self, shard: &ShardLog, error: ReadError) -> Result<(), ReadError> {
        let removed = matches!(&error, ReadError::Io(error) if error.kind() == io::ErrorKind::NotFound);
        let state = shard.state();
        if removed && state.deleted {
            return Ok(());
        }
        if removed && state.trimmed_through >= self.next_counter {
            self.next_counter = state.trimmed_through + 1;
            return Ok(());
        }
        Err(error)
    }

    fn has_room(&self) -> bool {
        self.records.len() < self.limits.records_max
            && (self.bytes < self.limits.bytes_max || self.records.is_empty())
    }

    /// Takes the records of the shard out of whole frames.
    fn take_frames(
        &mut self,
        shard: &ShardLog,
        segment: &Segment,
        piece_offset: u64,
        piece: &Bytes,
        checked: bool,
    ) -> Result<(), ReadError> {
        let mut at = 0;
        while at < piece.len() && self.has_room() {
            let offset = piece_offset + at as u64;
            let broken = |what: &str| ReadError::from(segment.corruption(offset, what));
            let header = frame::parse_header(&piece[at..], segment.salt, offset).map_err(broken)?;
            if at + header.frame_bytes > piece.len() {
                return Err(broken("the frame is cut short"));
            }
            let frame = at..at + header.frame_bytes;
            at = frame.end;
            let wanted = header.stream_id == shard.stream_id
                && header.shard == shard.id.0
                && header.last_counter() >= self.next_counter;
            if !wanted {
                continue;
            }
            if header.arrival_millis < self.arrival_millis_min {
                self.next_counter = header.last_counter() + 1;
                continue;
            }
            if !checked {
                frame::parse_checked(&piece[frame.clone()], segment.salt, offset).map_err(broken)?;
            }
            debug_assert!(frame.len() >= FRAME_HEADER_BYTES, "parse_header proves it");
            if !self.take_records(shard, &header, &piece.slice(frame)).map_err(broken)? {
                break;
            }
        }
        Ok(())
    }

    /// Takes the records of one frame; `false` when the page is full.
    fn take_records(
        &mut self,
        shard: &ShardLog,
        header: &frame::FrameHeader,
        frame: &Bytes,
    ) -> Result<bool, &'static str> {
        for (counter, record) in (header.first_counter..).zip(frame::records(frame)) {
            let (partition_key, data) = record?;
            if counter > header.last_counter() {
                return Err("the frame has more records than its header says");
            }
            if counter < self.next_counter {
                continue;
            }
            let record_bytes = partition_key.len() + data.len();
            let fits = self.records.len() < self.limits.records_max
                && (self.records.is_empty() || self.bytes + record_bytes <= self.limits.bytes_max);
            if !fits {
                self.bytes = self.limits.bytes_max;
                return Ok(false);
            }
            let sequence = sequence_parts(shard.birth_secs, shard.id, counter, header.arrival_millis);
            let arrival_millis = header.arrival_millis;
            self.records.push(StoredRecord { sequence, arrival_millis, partition_key, data });
            self.bytes += record_bytes;
            self.next_counter = counter + 1;
        }
        if self.next_counter <= header.last_counter() {
            return Err("the frame has fewer records than its header says");
        }
        Ok(true)
    }

    fn finish(self, tip: Tip) -> Page {
        Page { records: self.records, next_counter_inclusive: self.next_counter, tip }
    }
}
