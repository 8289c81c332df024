//! The shard_log of one retention class: the segment that grows, what is staged for it, and its sealing.
//!
//! What must stay true: frames are published to readers in the order in which they stand in the file, after they are
//! durable; the first failure refuses all later writes of the store.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::{AppendError, WriteRefusal};
use crate::frame::{self, FrameHeader};
use crate::limits;
use crate::locks;
use crate::options::Durability;
use crate::record::NewRecord;
use crate::segment::{RetentionClass, SEGMENT_HEADER_BYTES, Segment};
use crate::shard_log::ShardLog;
use crate::shared::{SegmentEntry, Shared};
use crate::storage::StorageFile;

/// The log of one class.
pub(crate) struct ClassLog {
    class: RetentionClass,
    growing: Option<Growing>,
    buffer: Vec<u8>,
    staged: Vec<Staged>,
}

/// The segment that grows.
pub(crate) struct Growing {
    pub(crate) segment: Arc<Segment>,
    pub(crate) file: Arc<dyn StorageFile>,
    /// Where the written frames end.
    pub(crate) written: u64,
    /// How much of it is synced.
    pub(crate) synced: u64,
    /// Where the zeros end that were written behind the frames; at or before `written` when there are none.
    pub(crate) zeroed: u64,
    /// The shards that have frames in it.
    pub(crate) shards: HashMap<(u64, u32), Arc<ShardLog>>,
}

struct Staged {
    shard: Arc<ShardLog>,
    header: FrameHeader,
    offset: u64,
}

impl ClassLog {
    /// A log that goes on with a segment, or without one.
    pub(crate) fn new(class: RetentionClass, growing: Option<Growing>) -> Self {
        Self { class, growing, buffer: Vec::new(), staged: Vec::new() }
    }

    /// Sees to it that a frame of this length has a segment to go to.
    pub(crate) fn make_room(
        &mut self,
        shared: &Shared,
        frame_bytes: usize,
        next_number: &mut u64,
    ) -> Result<(), AppendError> {
        let end = self.growing.as_ref().map(|growing| growing.written + self.buffer.len() as u64);
        let fits = |end: u64| {
            end == SEGMENT_HEADER_BYTES as u64 || end + frame_bytes as u64 <= shared.options.segment_bytes_max
        };
        if end.is_some_and(fits) {
            return Ok(());
        }
        if end.is_some() {
            self.seal(shared)?;
        }
        let salt = RandomState::new().build_hasher().finish();
        let created = Segment::create(&*shared.storage, &shared.options.dir, self.class, *next_number, salt);
        let (segment, file) = created.map_err(|error| {
            let path = Segment::path_of(&shared.options.dir, self.class, *next_number);
            shared.refuse_writes(format!("creating {}", path.display()), error)
        })?;
        *next_number += 1;
        Shared::count(&shared.counts.syncs, 1);
        let segment = Arc::new(segment);
        let written = SEGMENT_HEADER_BYTES as u64;
        let entry = SegmentEntry { segment: Arc::clone(&segment), bytes: written, sealed: false };
        locks::lock(&shared.segments).insert(segment.number, entry);
        shared.files.put(segment.number, Arc::clone(&file));
        let (synced, zeroed) = (written, written);
        self.growing = Some(Growing { segment, file, written, synced, zeroed, shards: HashMap::new() });
        Ok(())
    }

    /// Makes room in memory for so many bytes of frames, when there are none yet.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        if self.buffer.is_empty() {
            self.buffer.reserve_exact(bytes);
        }
    }

    /// Encodes a frame behind those that are staged already; [`ClassLog::make_room`] came before.
    pub(crate) fn stage<'a>(
        &mut self,
        shard: &Arc<ShardLog>,
        header: FrameHeader,
        records: impl Iterator<Item = &'a NewRecord>,
    ) {
        let growing = self.growing.as_mut().expect("make_room gave it a segment");
        let offset = growing.written + self.buffer.len() as u64;
        let header = FrameHeader { synced_to: growing.synced, ..header };
        frame::encode(&mut self.buffer, growing.segment.salt, offset, &header, records);
        growing.shards.entry((shard.stream_id, shard.id.0)).or_insert_with(|| Arc::clone(shard));
        self.staged.push(Staged { shard: Arc::clone(shard), header, offset });
    }

    /// Writes what is staged, syncs it if the store's durability says so, and publishes it.
    pub(crate) fn flush(&mut self, shared: &Shared) -> Result<(), WriteRefusal> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let buffer = std::mem::take(&mut self.buffer);
        let staged = std::mem::take(&mut self.staged);
        if let Some(refusal) = shared.refusal.get() {
            return Err(refusal.clone());
        }
        let growing = self.growing.as_mut().expect("what is staged has a segment");
        let segment = Arc::clone(&growing.segment);
        let failed = |operation: &str, error: io::Error| {
            shared.refuse_writes(format!("{operation} {}", segment.path.display()), error)
        };
        let offset = growing.written;
        growing.file.write_all_at(&buffer, offset).map_err(|error| failed("writing", error))?;
        growing.written += buffer.len() as u64;
        if shared.options.durability == Durability::Sync {
            growing.write_zeros(buffer.len(), shared.options.segment_bytes_max);
            growing.file.sync_data().map_err(|error| failed("syncing", error))?;
            growing.synced = growing.written;
            Shared::count(&shared.counts.syncs, 1);
        }
        self.publish(shared, offset, buffer, &staged);
        Ok(())
    }

    fn publish(&mut self, shared: &Shared, offset: u64, mut buffer: Vec<u8>, staged: &[Staged]) {
        let growing = self.growing.as_ref().expect("what is staged has a segment");
        if let Some(entry) = locks::lock(&shared.segments).get_mut(&growing.segment.number) {
            entry.bytes = growing.written;
        }
        if buffer.capacity() - buffer.len() > buffer.len() / 8 {
            buffer.shrink_to_fit();
        }
        shared.tail.push(growing.segment.number, offset, Bytes::from(buffer));
        for frame in staged {
            let mut state = frame.shard.state();
            if !state.deleted {
                assert_eq!(
                    state.durable_counter + 1,
                    frame.header.first_counter,
                    "records become durable in order"
                );
                state.push_frame(&growing.segment, &frame.header, frame.offset);
            }
            drop(state);
            frame.shard.moved.notify_waiters();
        }
    }

    /// Syncs what was written, whatever the store's durability says.
    pub(crate) fn sync(&mut self, shared: &Shared) -> Result<(), WriteRefusal> {
        self.flush(shared)?;
        if let Some(refusal) = shared.refusal.get() {
            return Err(refusal.clone());
        }
        let Some(growing) = self.growing.as_mut().filter(|growing| growing.synced < growing.written) else {
            return Ok(());
        };
        let synced = growing.file.sync_data();
        synced.map_err(|error| {
            shared.refuse_writes(format!("syncing {}", growing.segment.path.display()), error)
        })?;
        growing.synced = growing.written;
        Shared::count(&shared.counts.syncs, 1);
        Ok(())
    }

    /// The segment that grows, and how far it is synced.
    pub(crate) fn synced_mark(&self) -> Option<(u64, u64)> {
        self.growing.as_ref().map(|growing| (growing.segment.number, growing.synced))
    }

    /// Syncs the segment that grows and gives it its footer; the next append makes a new one.
    pub(crate) fn seal(&mut self, shared: &Shared) -> Result<(), WriteRefusal> {
        self.sync(shared)?;
        let Some(mut growing) = self.growing.take() else { return Ok(()) };
        let cut = growing.cut_zeros();
        let segment = &growing.segment;
        let mut runs = Vec::new();
        for shard in growing.shards.values() {
            runs.extend(shard.state().runs_in(shard, segment.number));
        }
        // The footer has to end the file. A crash before both are synced leaves a torn end or zeros, which opening cuts.
        let sealed = cut.and_then(|()| segment.seal(&*growing.file, growing.written, &runs));
        let places = sealed
            .map_err(|error| shared.refuse_writes(format!("sealing {}", segment.path.display()), error))?;
        Shared::count(&shared.counts.syncs, 1);
        for ((row, _), index) in runs.iter().zip(places) {
            let of_run = &growing.shards[&(row.stream_id, row.shard)];
            of_run.state().sealed(segment.number, row.first_counter, index);
        }
        let bytes = growing.file.length().unwrap_or(growing.written);
        if let Some(entry) = locks::lock(&shared.segments).get_mut(&segment.number) {
            entry.sealed = true;
            entry.bytes = bytes;
        }
        Ok(())
    }

    /// Takes the zeros away that the segment which grows has behind its frames: the store is left.
    pub(crate) fn leave(&mut self) {
        if let Some(growing) = &mut self.growing {
            // Opening knows what to do with them.
            let _ = growing.cut_zeros();
        }
    }

    /// Whether there are frames in the segment that grows, and all of them have expired or belong to deleted streams.
    pub(crate) fn all_expired(&self, now_millis: i64) -> bool {
        let Some(growing) = &self.growing else { return false };
        let alive = |shard: &Arc<ShardLog>| {
            let state = shard.state();
            let oldest = state.oldest_arrival_millis(now_millis);
            let newest = state.extents.back();
            newest.is_some_and(|extent| {
                extent.segment.number == growing.segment.number && extent.last_arrival_millis >= oldest
            })
        };
        growing.written > SEGMENT_HEADER_BYTES as u64 && !growing.shards.values().any(alive)
    }
}

impl Growing {
    /// Writes zeros behind the frames when a small commit of `bytes` has used up those that were there. A sync of bytes that are
    /// written over does not have to make the file longer on the disk, which takes as much work and time again; so the few
    /// commits that bring zeros pay for many that do not. A large commit gains nothing by them.
    fn write_zeros(&mut self, bytes: usize, segment_bytes_max: u64) {
        static ZEROS: [u8; limits::ZEROS_AHEAD_BYTES] = [0; limits::ZEROS_AHEAD_BYTES];
        if self.written <= self.zeroed || bytes > limits::ZEROS_AHEAD_BYTES / 2 {
            return;
        }
        let end = (self.written + ZEROS.len() as u64).min(segment_bytes_max);
        let Some(zeros) = end.checked_sub(self.written).and_then(|wanted| ZEROS.get(..wanted as usize))
        else {
            return;
        };
        // A disk that is full takes the frames perhaps; what else is wrong with it the sync tells.
        let is_written = self.file.write_all_at(zeros, self.written).is_ok();
        self.zeroed = if is_written { end } else { u64::MAX };
    }

    /// Lets the file end where its frames do.
    fn cut_zeros(&mut self) -> io::Result<()> {
        if self.zeroed > self.written {
            self.file.set_len(self.written)?;
            self.zeroed = self.written;
        }
        Ok(())
    }
}
