//! What a reader hands out.

use std::fmt;

use alluvium_kinesis_model::SequenceNumber;
use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

/// One record of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The record's place in its shard.
    pub sequence_number: SequenceNumber,
    /// The partition key; empty when the producer gave none.
    pub partition_key: String,
    /// When the server took the record, milliseconds since 1970; 0 when the server does not say.
    pub arrival_millis: i64,
    /// The record's data.
    pub data: Bytes,
}

impl Record {
    /// What the record weighs against the limits in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }
}

/// Records that were to be read and are not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The last record before the hole; `None` when the hole is at the shard's beginning.
    pub after: Option<SequenceNumber>,
    /// The first record after the hole; `None` when the whole rest of the shard is gone.
    pub before: Option<SequenceNumber>,
    /// How many records are missing, when that can be known; otherwise some may be missing.
    pub records: Option<u64>,
}

/// Some records of one shard, in order, and the range that they cover. The ranges of a shard's batches follow on one another:
/// `from_exclusive` is the `to_inclusive` of the batch before, or the checkpoint.
///
/// A batch counts against the reader's bytes in flight until it is dropped, so keep it as long as its records.
#[derive(Debug)]
pub struct ShardBatch {
    /// The shard.
    pub shard_id: String,
    /// The records, oldest first. Empty only when the batch says that the shard has ended.
    pub records: Vec<Record>,
    /// The last record before this batch; `None` when nothing of the shard came before.
    pub from_exclusive: Option<SequenceNumber>,
    /// The last record of this batch; `None` when it has no records, and the position stays where it was.
    pub to_inclusive: Option<SequenceNumber>,
    /// How far the end of this batch lies behind the newest record of the shard, milliseconds.
    pub millis_behind_latest: i64,
    /// The shard is closed and this is its last batch.
    pub shard_ended: bool,
    /// What is missing between the batch before and this one.
    pub lost: Option<Loss>,
    #[expect(dead_code, reason = "held for its drop")]
    pub(crate) permit: Permit,
}

/// The batch's share of the bytes in flight; given back when dropped.
#[derive(Default)]
pub(crate) struct Permit(pub(crate) Option<OwnedSemaphorePermit>);

impl fmt::Debug for Permit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits))
    }
}
