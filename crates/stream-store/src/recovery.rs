//! Opening a directory: what a crash left is repaired, anything else that is not what was written is refused by name.
//!
//! What must stay true: the only bytes ever cut are the torn end of the newest segment of a class, from the first frame that
//! is not whole, and only when no later frame proves that those bytes had once been synced; and the zeros behind it, which were
//! written ahead.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use alluvium_kinesis_model::ShardId;

use crate::catalog::CATALOG_FILE;
use crate::class_log::Growing;
use crate::error::{Corruption, OpenError};
use crate::frame::{self, FRAME_HEADER_BYTES, FRAME_MAGIC};
use crate::options::StoreOptions;
use crate::segment::{RetentionClass, SEGMENT_HEADER_BYTES, Segment, SyncedMarks};
use crate::shard_log::{Extent, ExtentIndex, ShardLog};
use crate::shared::{SegmentEntry, Streams};
use crate::storage::{Storage, StorageFile};
use crate::store::{Cut, Recovery};
use crate::window::Window;

/// Bytes that are written again at a time.
const REWRITE_BYTES: usize = 1024 * 1024;

/// What the catalog says of streams.
struct Known<'a> {
    streams: &'a Streams,
    next_stream_id: u64,
}

impl Known<'_> {
    /// The shard that records at `offset` belong to; `None` when it is gone.
    fn shard(
        &self,
        segment: &Segment,
        offset: u64,
        (stream_id, shard): (u64, u32),
    ) -> Result<Option<Arc<ShardLog>>, Corruption> {
        if stream_id >= self.next_stream_id {
            return Err(segment.corruption(offset, ahead(stream_id, self.next_stream_id)));
        }
        let entry = self.streams.by_id.get(&stream_id);
        Ok(entry.and_then(|entry| entry.shard(ShardId(shard))).cloned())
    }
}

/// Says what is wrong about records of a stream that the catalog has not made yet: it would give the stream's id out again,
/// and the records would be read from a new stream.
pub(crate) fn ahead(stream_id: u64, next_stream_id: u64) -> String {
    format!(
        "it holds records of stream number {stream_id}, but the catalog, {CATALOG_FILE}, will make number {next_stream_id} \
         next: the catalog is older than the segment; restore both from copies of one moment"
    )
}

/// What the segments hold.
pub(crate) struct Recovered {
    pub(crate) segments: Vec<SegmentEntry>,
    /// The segments that grow, by class.
    pub(crate) growing: [Option<Growing>; 3],
    /// The newest segments of their classes that have a footer, and where it is in the file: begin and end.
    newest_footers: Vec<(Arc<dyn StorageFile>, u64, u64)>,
    /// The number of the next segment.
    pub(crate) next_number: u64,
    pub(crate) recovery: Recovery,
}

/// Opens all segments and gives the shards in `streams` their extents.
pub(crate) fn recover(
    options: &StoreOptions,
    storage: &dyn Storage,
    streams: &Streams,
    next_stream_id: u64,
    synced: &SyncedMarks,
) -> Result<Recovered, OpenError> {
    let known = Known { streams, next_stream_id };
    let mut found: Vec<(u64, RetentionClass)> = Vec::new();
    for name in storage.list(&options.dir)? {
        if let Some((class, number)) = Segment::parse_name(&name) {
            found.push((number, class));
        }
    }
    found.sort_unstable();
    let newest = |class| found.iter().rev().find(|(_, of)| *of == class).map(|(number, _)| *number);
    let newest_by_class = RetentionClass::ALL.map(newest);
    let mut recovered = Recovered {
        segments: Vec::new(),
        growing: [None, None, None],
        newest_footers: Vec::new(),
        next_number: found.last().map_or(1, |(number, _)| number + 1),
        recovery: Recovery::default(),
    };
    for (number, class) in &found {
        let newest_of_class = newest_by_class[*class as usize] == Some(*number);
        recover_segment(options, storage, &known, (*class, *number), newest_of_class, &mut recovered)?;
    }
    for entry in streams.by_id.values() {
        for shard in entry.shards.iter() {
            settle(shard, &recovered.recovery.cuts)?;
        }
    }
    if let Some((class, (number, end))) = missing(synced, &found).first() {
        let path = Segment::path_of(&options.dir, *class, *number);
        let what = format!("the segment is missing, its frames were synced up to byte {end}");
        return Err(Corruption { path, offset: 0, what }.into());
    }
    for growing in recovered.growing.iter().flatten() {
        refuse_if_marked(&growing.segment.path, growing.segment.number, growing.written, synced)?;
    }
    for (number, class) in &found {
        let path = Segment::path_of(&options.dir, *class, *number);
        if recovered.recovery.cuts.iter().any(|cut| cut.offset == 0 && cut.path == path) {
            refuse_if_marked(&path, *number, 0, synced)?;
        }
    }
    repair(options, storage, &mut recovered, synced)?;
    Ok(recovered)
}

/// The marks of segments that are not there.
pub(crate) fn missing(
    synced: &SyncedMarks,
    found: &[(u64, RetentionClass)],
) -> Vec<(RetentionClass, (u64, u64))> {
    let marks = RetentionClass::ALL.into_iter().zip(synced);
    let marks = marks.filter_map(|(class, mark)| mark.map(|mark| (class, mark)));
    marks.filter(|(class, (number, _))| !found.contains(&(*number, *class))).collect()
}

/// Refuses a segment whose frames end before the catalog says that they were synced.
fn refuse_if_marked(
    path: &Path,
    number: u64,
    frames_end: u64,
    synced: &SyncedMarks,
) -> Result<(), Corruption> {
    let marks = synced.iter().flatten();
    let marked = marks.filter(|(of, _)| *of == number).map(|(_, end)| *end).max();
    match marked {
        Some(end) if frames_end < end => {
            let what = format!("the frames are not whole, but they were synced up to byte {end}");
            Err(Corruption { path: path.to_owned(), offset: frames_end, what })
        }
        _ => Ok(()),
    }
}

/// Cuts the torn ends, and makes durable what was scanned and may not be: from now on it will be read. A process may have been
/// killed before its sync; or its sync has failed, and the system has dropped what it still shows to those who read the file
/// and counts as synced. So those bytes are written again. A footer too, since only the newest of a class may be without one.
/// Comes last, so that a directory that is refused is left as it was found.
fn repair(
    options: &StoreOptions,
    storage: &dyn Storage,
    recovered: &mut Recovered,
    synced: &SyncedMarks,
) -> Result<(), OpenError> {
    for cut in recovered.recovery.cuts.iter().filter(|cut| cut.offset == 0) {
        storage.remove(&cut.path)?;
        storage.sync_dir(&options.dir)?;
    }
    for growing in recovered.growing.iter_mut().flatten() {
        growing.file.set_len(growing.written)?;
        growing.zeroed = growing.written;
        let marks = synced.iter().flatten().filter(|(number, _)| *number == growing.segment.number);
        let synced_to = marks.map(|(_, end)| *end).fold(growing.synced, u64::max);
        write_again(&*growing.file, synced_to, growing.written)?;
        growing.file.sync_data()?;
        growing.synced = growing.written;
    }
    for (file, begin, end) in &recovered.newest_footers {
        write_again(&**file, *begin, *end)?;
        file.set_len(*end)?;
        file.sync_data()?;
    }
    Ok(())
}

/// Writes the bytes from `begin` to `end` as they are read.
fn write_again(file: &dyn StorageFile, begin: u64, end: u64) -> io::Result<()> {
    let mut window = Window::new(file, end);
    let mut at = begin;
    while at < end {
        let bytes = window.at(at, REWRITE_BYTES)?;
        file.write_all_at(bytes, at)?;
        at += bytes.len() as u64;
    }
    Ok(())
}

fn recover_segment(
    options: &StoreOptions,
    storage: &dyn Storage,
    known: &Known<'_>,
    (class, number): (RetentionClass, u64),
    newest_of_class: bool,
    recovered: &mut Recovered,
) -> Result<(), OpenError> {
    let path = Segment::path_of(&options.dir, class, number);
    let file: Arc<dyn StorageFile> = storage.open(&path)?.into();
    let Some(segment) = Segment::open(path.clone(), &*file, class, number)? else {
        if !newest_of_class {
            let what = "the segment's header is cut short, and newer segments of its class exist".to_owned();
            return Err(Corruption { path, offset: 0, what }.into());
        }
        recovered.recovery.cuts.push(Cut { path, offset: 0, bytes: SEGMENT_HEADER_BYTES as u64 });
        return Ok(());
    };
    let segment = Arc::new(segment);
    if let Some(footer) = segment.footer(&*file)? {
        for row in footer.rows {
            if let Some(what) = row.fault() {
                return Err(segment.corruption(row.index.offset, what).into());
            }
            let of = (row.stream_id, row.shard);
            let Some(shard) = known.shard(&segment, row.index.offset, of)? else { continue };
            shard.state().extents.push_back(Extent {
                segment: Arc::clone(&segment),
                first_counter: row.first_counter,
                last_counter: row.last_counter,
                last_arrival_millis: row.last_arrival_millis,
                index: ExtentIndex::Sealed(row.index),
            });
        }
        let bytes = file.length()?;
        if newest_of_class {
            recovered.newest_footers.push((file, footer.frames_end, bytes));
        }
        recovered.segments.push(SegmentEntry { segment, bytes, sealed: true });
        return Ok(());
    }
    let length = file.length()?;
    if !newest_of_class {
        let what = "the segment is not sealed, and newer segments of its class exist";
        return Err(segment.corruption(length, what).into());
    }
    let growing = scan(&segment, file, length, known, &mut recovered.recovery)?;
    recovered.segments.push(SegmentEntry { segment, bytes: growing.written, sealed: false });
    recovered.growing[class as usize] = Some(growing);
    Ok(())
}

/// Reads the frames of the segment that grew when the store was left, up to its torn end.
fn scan(
    segment: &Arc<Segment>,
    file: Arc<dyn StorageFile>,
    length: u64,
    known: &Known<'_>,
    recovery: &mut Recovery,
) -> Result<Growing, OpenError> {
    let mut window = Window::new(&*file, length);
    let mut offset = SEGMENT_HEADER_BYTES as u64;
    let (mut synced, mut zeroed) = (0, 0);
    let mut shards: HashMap<(u64, u32), Arc<ShardLog>> = HashMap::new();
    while offset < length {
        let header = match read_frame(&mut window, segment.salt, offset)? {
            Ok(header) => header,
            Err(what) => {
                let torn_end = window.zeros_begin(offset)?;
                if torn_end > offset {
                    refuse_if_once_synced(&mut window, segment, offset, torn_end, what)?;
                    let bytes = torn_end - offset;
                    recovery.cuts.push(Cut { path: segment.path.clone(), offset, bytes });
                }
                zeroed = length;
                break;
            }
        };
        let of = (header.stream_id, header.shard);
        if let Some(shard) = known.shard(segment, offset, of)? {
            shard.state().push_frame(segment, &header, offset);
            shards.entry(of).or_insert(shard);
        }
        synced = header.synced_to.min(offset).max(synced);
        offset += header.frame_bytes as u64;
    }
    Ok(Growing { segment: Arc::clone(segment), file, written: offset, synced, zeroed, shards })
}

fn read_frame(
    window: &mut Window<'_>,
    salt: u64,
    offset: u64,
) -> Result<Result<frame::FrameHeader, &'static str>, OpenError> {
    let parsed = frame::parse_header(window.at(offset, FRAME_HEADER_BYTES)?, salt, offset);
    match parsed {
        Ok(header) => Ok(frame::parse_checked(window.at(offset, header.frame_bytes)?, salt, offset)),
        Err(what) => Ok(Err(what)),
    }
}

/// Looks for a frame behind the broken one at `broken_at` that was written when those bytes were already synced.
fn refuse_if_once_synced(
    window: &mut Window<'_>,
    segment: &Segment,
    broken_at: u64,
    length: u64,
    what: &str,
) -> Result<(), OpenError> {
    let mut offset = broken_at + 1;
    while offset < length {
        let bytes = window.at(offset, 1 << 20)?;
        let magic = bytes.windows(FRAME_MAGIC.len()).position(|candidate| candidate == FRAME_MAGIC);
        let Some(place) = magic else {
            offset += (bytes.len().saturating_sub(FRAME_MAGIC.len() - 1)).max(1) as u64;
            continue;
        };
        offset += place as u64;
        let candidate = window.at(offset, FRAME_HEADER_BYTES)?;
        if let Ok(header) = frame::parse_header(candidate, segment.salt, offset)
            && header.synced_to > broken_at
        {
            return Err(segment.corruption(broken_at, format!("{what}, but it was written whole")).into());
        }
        offset += 1;
    }
    Ok(())
}

/// Puts a shard's extents in order, drops what was trimmed, and proves that none is missing.
fn settle(shard: &ShardLog, cuts: &[Cut]) -> Result<(), Corruption> {
    let mut state = shard.state();
    let trimmed_through = state.trimmed_through;
    let mut extents: Vec<Extent> =
        state.extents.drain(..).filter(|extent| extent.last_counter > trimmed_through).collect();
    extents.sort_by_key(|extent| extent.first_counter);
    let mut expected = extents.first().map_or(0, |extent| extent.first_counter.min(trimmed_through + 1));
    for extent in &extents {
        if extent.first_counter != expected {
            let (missing, to) = (expected, extent.first_counter);
            let of = format!("{} of the stream with id {}", shard.id, shard.stream_id);
            let torn = cuts.iter().map(|cut| {
                let (path, offset) = (cut.path.display(), cut.offset);
                format!("; they may have been in {path}, which is not whole from byte {offset} on")
            });
            let torn: String = torn.collect();
            let what = format!("records {missing} to {to} (exclusive) of {of} are missing before it{torn}");
            return Err(extent.segment.corruption(0, what));
        }
        expected = extent.last_counter + 1;
    }
    if let Some(last) = extents.last() {
        state.durable_counter = last.last_counter;
        state.durable_arrival_millis = last.last_arrival_millis;
    } else {
        state.durable_counter = trimmed_through;
    }
    state.assigned_counter = state.durable_counter;
    state.assigned_arrival_millis = state.durable_arrival_millis;
    state.extents = extents.into();
    Ok(())
}
