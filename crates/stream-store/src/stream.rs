//! What a stream is: its shards, their lineage and their sequence numbers. Snapshots, never changed once handed out.

use alluvium_kinesis_model::{HashKey, HashKeyRange, SequenceNumber, SequenceParts, ShardId, StreamName};

/// How a stream's capacity is chosen
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamModeDetails.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamMode {
    /// The service chooses the number of shards.
    OnDemand,
    /// The user chooses the number of shards.
    Provisioned,
}

/// Where a stream stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamStatus {
    /// Made, and not yet [`Stream::active_at_millis`].
    Creating,
    /// Changed, and not yet [`Stream::active_at_millis`].
    Updating,
    /// Settled.
    Active,
}

/// What a new stream shall be.
#[derive(Debug, Clone)]
pub struct NewStream {
    /// Its name, free in this store.
    pub name: StreamName,
    /// How its capacity is chosen.
    pub mode: StreamMode,
    /// How many shards share the hash keys out evenly; at least 1.
    pub shard_count: u32,
    /// How long its records are kept, 24 to 8760 hours.
    pub retention_hours: u32,
    /// When CREATING becomes ACTIVE, in milliseconds since 1970.
    pub active_at_millis: i64,
    /// The present, in milliseconds since 1970.
    pub now_millis: i64,
}

/// What shall change in a stream; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct StreamChange {
    /// How its capacity is chosen.
    pub mode: Option<StreamMode>,
    /// How long its records are kept, 24 to 8760 hours. Longer keeps what is still there, shorter trims at once.
    pub retention_hours: Option<u32>,
    /// When UPDATING becomes ACTIVE, in milliseconds since 1970.
    pub active_at_millis: Option<i64>,
}

/// Closes shards and opens their children: a split closes one for two, a merge two for one.
#[derive(Debug, Clone)]
pub struct Reshard {
    /// The open shards to close: one, or two whose hash keys are adjacent.
    pub parents: Vec<ShardId>,
    /// The hash keys of the children, which together are exactly those of the parents.
    pub children: Vec<HashKeyRange>,
    /// When UPDATING becomes ACTIVE, in milliseconds since 1970.
    pub active_at_millis: i64,
    /// The present, in milliseconds since 1970.
    pub now_millis: i64,
}

/// A stream as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Never reused, not even after the stream is gone.
    pub id: u64,
    /// Its name.
    pub name: StreamName,
    /// How its capacity is chosen.
    pub mode: StreamMode,
    /// When it was made, in milliseconds since 1970.
    pub created_millis: i64,
    /// How long its records are kept.
    pub retention_hours: u32,
    /// What it is until [`Stream::active_at_millis`].
    pub settling: StreamStatus,
    /// From when on it is ACTIVE, in milliseconds since 1970.
    pub active_at_millis: i64,
    /// All its shards, closed ones included, in order of their ids.
    pub shards: Vec<Shard>,
}

/// A shard of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Its number within the stream.
    pub id: ShardId,
    /// The hash keys that it takes, or took while it was open.
    pub hash_key_range: HashKeyRange,
    /// The shard that it came from.
    pub parent: Option<ShardId>,
    /// The second shard that it came from, after a merge.
    pub adjacent_parent: Option<ShardId>,
    /// The birth in its sequence numbers, in seconds since 1970; later than its parents' and than that of any
    /// stream deleted before it was born.
    pub birth_secs: u64,
    /// Where it ended; `None` while it is open.
    pub closed: Option<ShardEnd>,
}

/// Where a closed shard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardEnd {
    /// The counter of its last record; 0 when it had none.
    pub last_counter: u64,
    /// When it was closed, in milliseconds since 1970.
    pub closed_millis: i64,
}

impl Stream {
    /// Its status at a moment, given in milliseconds since 1970.
    pub fn status(&self, now_millis: i64) -> StreamStatus {
        if now_millis < self.active_at_millis { self.settling } else { StreamStatus::Active }
    }

    /// The shard with this id.
    pub fn shard(&self, id: ShardId) -> Option<&Shard> {
        self.shards.binary_search_by_key(&id, |shard| shard.id).ok().map(|index| &self.shards[index])
    }

    /// The shards that take records. Their hash keys always cover the whole space, without a hole.
    pub fn open_shards(&self) -> impl Iterator<Item = &Shard> {
        self.shards.iter().filter(|shard| shard.closed.is_none())
    }

    /// The open shard that takes a hash key.
    ///
    /// # Panics
    /// Never: the open shards cover every hash key.
    pub fn shard_of(&self, key: HashKey) -> &Shard {
        self.open_shards()
            .find(|shard| shard.hash_key_range.contains(key))
            .expect("the open shards cover every hash key")
    }

    /// How long its records are kept, in milliseconds.
    pub fn retention_millis(&self) -> i64 {
        i64::from(self.retention_hours) * 3_600_000
    }
}

impl Shard {
    /// The sequence number before that of its first record.
    pub fn starting_sequence_number(&self) -> SequenceNumber {
        self.sequence(0, self.birth_secs)
    }

    /// The sequence number after that of its last record; `None` while it is open.
    pub fn ending_sequence_number(&self) -> Option<SequenceNumber> {
        self.closed.map(|end| self.sequence(end.last_counter + 1, secs_of(end.closed_millis)))
    }

    fn sequence(&self, counter: u64, arrival_secs: u64) -> SequenceNumber {
        SequenceParts { birth_secs: self.birth_secs, counter, arrival_secs, shard: self.id.0 }.encode()
    }
}

/// Milliseconds since 1970 as whole seconds; times before 1970 count as 0.
pub(crate) fn secs_of(millis: i64) -> u64 {
    u64::try_from(millis / 1000).unwrap_or(0)
}
