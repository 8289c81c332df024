//! Records on their way in and out, and the pages in which they are read.

use alluvium_kinesis_model::{SequenceNumber, SequenceParts, ShardId};
use bytes::Bytes;

use crate::limits;
use crate::shards::secs_of;

/// A record to append. Which shard takes it was decided by the caller, from its hash key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// Its partition key, at most [`limits::PARTITION_KEY_BYTES_MAX`] bytes.
    pub partition_key: String,
    /// Its data.
    pub data: Bytes,
}

/// Records for one shard, in the order in which they shall be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardRecords {
    /// The shard that takes them.
    pub shard: ShardId,
    /// The records; at least one.
    pub records: Vec<NewRecord>,
}

/// What an append to one shard was given: consecutive counters, one arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The first record's sequence number in parts.
    pub first: SequenceParts,
    /// How many records were appended.
    pub record_count: u64,
    /// When they arrived, in milliseconds since 1970.
    pub arrival_millis: i64,
}

impl Appended {
    /// The sequence number of the record at `index` of the append, from 0.
    pub fn sequence_number(&self, index: u64) -> SequenceNumber {
        SequenceParts { counter: self.first.counter + index, ..self.first }.encode()
    }

    /// The counter of the last record.
    pub fn last_counter(&self) -> u64 {
        self.first.counter + self.record_count - 1
    }
}

/// A record as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its sequence number in parts.
    pub sequence: SequenceParts,
    /// When it arrived, in milliseconds since 1970. Never less than that of the record before it in its shard.
    pub arrival_millis: i64,
    /// Its partition key.
    pub partition_key: String,
    /// Its data.
    pub data: Bytes,
}

impl StoredRecord {
    /// Its sequence number.
    pub fn sequence_number(&self) -> SequenceNumber {
        self.sequence.encode()
    }
}

/// Where to begin reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// At the record with this counter, included, or the first one after it that is there.
    CounterInclusive(u64),
    /// At the oldest record that the stream's retention still keeps.
    TrimHorizon,
    /// At the first record that arrived at this moment or later, in milliseconds since 1970.
    AtTimestamp(i64),
}

/// How much one page may hold. A page holds at least one record when there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// Most records.
    pub records_max: usize,
    /// Most bytes of data and partition keys together.
    pub bytes_max: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self { records_max: limits::PAGE_RECORDS_MAX, bytes_max: limits::PAGE_BYTES_MAX }
    }
}

/// Consecutive records of one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records, in order.
    pub records: Vec<StoredRecord>,
    /// The counter at which the next page begins, included.
    pub next_counter_inclusive: u64,
    /// The shard's tip when the page was read.
    pub tip: Tip,
}

/// The newest durable record of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// The counter of the newest record; 0 when the shard never had one.
    pub counter: u64,
    /// When it arrived, in milliseconds since 1970; `None` when the shard never had a record.
    pub arrival_millis: Option<i64>,
    /// Whether the shard is closed: no record comes after this one.
    pub closed: bool,
}

/// The sequence number of a record in parts.
pub(crate) fn sequence_parts(
    birth_secs: u64,
    shard: ShardId,
    counter: u64,
    arrival_millis: i64,
) -> SequenceParts {
    SequenceParts { birth_secs, counter, arrival_secs: secs_of(arrival_millis), shard: shard.0 }
}
