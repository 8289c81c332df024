//! One shard at run time: where its records are, up to where they are durable, and who waits for more.
//!
//! What must stay true: extents are in order of their counters and without a hole, and end at the durable counter; only the
//! writer assigns counters, and only what is durable is visible here.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use alluvium_kinesis_model::ShardId;
use tokio::sync::Notify;

use crate::frame::FrameHeader;
use crate::index::{self, IndexEntry};
use crate::locks;
use crate::record::Tip;
use crate::segment::{FooterIndex, FooterRow, RetentionClass, Segment};

/// A shard at run time.
#[derive(Debug)]
pub(crate) struct ShardLog {
    pub(crate) stream_id: u64,
    pub(crate) id: ShardId,
    pub(crate) birth_secs: u64,
    /// Told whenever the tip moves, the shard closes or the stream goes.
    pub(crate) moved: Notify,
    state: Mutex<ShardState>,
}

/// What changes in a shard.
#[derive(Debug)]
pub(crate) struct ShardState {
    pub(crate) retention_hours: u32,
    pub(crate) deleted: bool,
    pub(crate) closed: bool,
    /// The last counter that was given to a record, durable or not.
    pub(crate) assigned_counter: u64,
    /// The arrival of that record; the next one's is not before.
    pub(crate) assigned_arrival_millis: i64,
    /// The last counter that is durable.
    pub(crate) durable_counter: u64,
    /// Its arrival.
    pub(crate) durable_arrival_millis: i64,
    /// Records up to this counter are gone for good.
    pub(crate) trimmed_through: u64,
    /// Where the records are.
    pub(crate) extents: VecDeque<Extent>,
}

/// A run of consecutive records in one segment.
#[derive(Debug)]
pub(crate) struct Extent {
    pub(crate) segment: Arc<Segment>,
    pub(crate) first_counter: u64,
    pub(crate) last_counter: u64,
    pub(crate) last_arrival_millis: i64,
    pub(crate) index: ExtentIndex,
}

/// Where the index of an extent is.
#[derive(Debug)]
pub(crate) enum ExtentIndex {
    /// In memory, while the segment still grows.
    Growing(Vec<IndexEntry>),
    /// In the footer of the sealed segment.
    Sealed(FooterIndex),
}

/// Where a shard's records were trimmed, and what the last of them was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trim {
    pub(crate) stream_id: u64,
    pub(crate) shard: ShardId,
    pub(crate) through_counter: u64,
    pub(crate) arrival_millis: i64,
}

impl ShardLog {
    /// A shard without records, but for those that were trimmed.
    pub(crate) fn new(
        stream_id: u64,
        id: ShardId,
        birth_secs: u64,
        retention_hours: u32,
        trim: Option<Trim>,
    ) -> Self {
        let (counter, arrival_millis) =
            trim.map_or((0, i64::MIN), |trim| (trim.through_counter, trim.arrival_millis));
        let state = ShardState {
            retention_hours,
            deleted: false,
            closed: false,
            assigned_counter: counter,
            assigned_arrival_millis: arrival_millis,
            durable_counter: counter,
            durable_arrival_millis: arrival_millis,
            trimmed_through: counter,
            extents: VecDeque::new(),
        };
        Self { stream_id, id, birth_secs, moved: Notify::new(), state: Mutex::new(state) }
    }

    /// Its changing part.
    pub(crate) fn state(&self) -> MutexGuard<'_, ShardState> {
        locks::lock(&self.state)
    }

    /// Its newest durable record; `None` when the stream is gone.
    pub(crate) fn tip(&self) -> Option<Tip> {
        let state = self.state();
        (!state.deleted).then(|| state.tip())
    }
}

impl ShardState {
    /// The newest durable record.
    pub(crate) fn tip(&self) -> Tip {
        let arrival_millis = (self.durable_counter > 0).then_some(self.durable_arrival_millis);
        Tip { counter: self.durable_counter, arrival_millis, closed: self.closed }
    }

    /// The class of the segments that its records go to.
    pub(crate) fn class(&self) -> RetentionClass {
        RetentionClass::of_hours(self.retention_hours)
    }

    /// The arrival of the oldest record that is kept.
    pub(crate) fn oldest_arrival_millis(&self, now_millis: i64) -> i64 {
        now_millis.saturating_sub(i64::from(self.retention_hours) * 3_600_000)
    }

    /// Takes a durable frame in.
    pub(crate) fn push_frame(&mut self, segment: &Arc<Segment>, header: &FrameHeader, offset: u64) {
        let continued = self.extents.back_mut().filter(|extent| {
            extent.segment.number == segment.number && extent.last_counter + 1 == header.first_counter
        });
        if let Some(extent) = continued
            && let ExtentIndex::Growing(entries) = &mut extent.index
        {
            index::push(entries, header, offset);
            extent.last_counter = header.last_counter();
            extent.last_arrival_millis = header.arrival_millis;
        } else {
            let mut entries = Vec::with_capacity(1);
            index::push(&mut entries, header, offset);
            self.extents.push_back(Extent {
                segment: Arc::clone(segment),
                first_counter: header.first_counter,
                last_counter: header.last_counter(),
                last_arrival_millis: header.arrival_millis,
                index: ExtentIndex::Growing(entries),
            });
        }
        self.durable_counter = header.last_counter();
        self.durable_arrival_millis = header.arrival_millis;
    }

    /// The rows and indexes of its runs in a growing segment, for the footer.
    pub(crate) fn runs_in(&self, shard: &ShardLog, segment_number: u64) -> Vec<(FooterRow, Vec<IndexEntry>)> {
        let mut runs = Vec::new();
        for extent in self.extents.iter().filter(|extent| extent.segment.number == segment_number) {
            if let ExtentIndex::Growing(entries) = &extent.index {
                let row = FooterRow {
                    stream_id: shard.stream_id,
                    shard: shard.id.0,
                    first_counter: extent.first_counter,
                    last_counter: extent.last_counter,
                    last_arrival_millis: extent.last_arrival_millis,
                    index: FooterIndex { offset: 0, entry_count: 0, checksum: 0 },
                };
                runs.push((row, entries.clone()));
            }
        }
        runs
    }

    /// Forgets the index of a run in memory, now that the footer has it.
    pub(crate) fn sealed(&mut self, segment_number: u64, first_counter: u64, index: FooterIndex) {
        let sealed = self
            .extents
            .iter_mut()
            .find(|extent| extent.segment.number == segment_number && extent.first_counter == first_counter);
        if let Some(extent) = sealed {
            extent.index = ExtentIndex::Sealed(index);
        }
    }

    /// Up to where everything has expired, by whole extents: the last counter and its arrival.
    pub(crate) fn expired_through(&self, now_millis: i64) -> Option<(u64, i64)> {
        let oldest = self.oldest_arrival_millis(now_millis);
        let expired = self.extents.iter().take_while(|extent| extent.last_arrival_millis < oldest);
        expired.last().map(|extent| (extent.last_counter, extent.last_arrival_millis))
    }

    /// Forgets the extents that end at or before a counter.
    pub(crate) fn trim(&mut self, through_counter: u64) {
        let gone = self.extents.partition_point(|extent| extent.last_counter <= through_counter);
        self.extents.drain(..gone);
        self.trimmed_through = through_counter;
    }
}
