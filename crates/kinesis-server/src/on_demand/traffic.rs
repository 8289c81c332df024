//! What is put to the shards of on-demand streams, counted from one look at them to the next.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use alluvium_kinesis_model::ShardId;
use alluvium_stream_store::{Stream, StreamMode};

/// What was put to a shard, or would have been if it were not throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Put {
    pub(crate) records: u64,
    /// Data and partition keys.
    pub(crate) bytes: u64,
}

/// The counts since the last look.
#[derive(Debug)]
pub(crate) struct Traffic {
    /// Whether anybody looks.
    is_on: bool,
    put: Mutex<HashMap<(u64, ShardId), Put>>,
}

impl Traffic {
    /// No counts; `is_on` says whether there will be any.
    pub(crate) fn new(is_on: bool) -> Self {
        Self { is_on, put: Mutex::default() }
    }

    /// Whether a stream's traffic is counted.
    pub(crate) fn counts(&self, stream: &Stream) -> bool {
        self.is_on && stream.mode == StreamMode::OnDemand
    }

    /// Counts records of this many bytes together, where a stream's traffic is counted.
    pub(crate) fn count(&self, stream: &Stream, shard: ShardId, records: usize, bytes: usize) {
        if !self.counts(stream) {
            return;
        }
        let mut put = self.put.lock().unwrap_or_else(PoisonError::into_inner);
        let shard = put.entry((stream.id, shard)).or_default();
        shard.records += records as u64;
        shard.bytes += bytes as u64;
    }

    /// The counts, which begin anew.
    pub(crate) fn take(&self) -> HashMap<(u64, ShardId), Put> {
        std::mem::take(&mut self.put.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
