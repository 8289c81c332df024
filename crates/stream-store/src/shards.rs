//! The shards of a stream: their lineage, their sequence numbers, and which of them takes a hash key.
//!
//! What must stay true: the open shards cover every hash key once; ids are in order and the greatest is that of an open shard,
//! so that an id is never given out twice although closed shards are forgotten.

use std::ops::Deref;
use std::sync::Arc;

use alluvium_kinesis_model::{HashKey, HashKeyRange, SequenceNumber, SequenceParts, ShardId};

/// A shard of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Its number within the stream.
    pub id: ShardId,
    /// The hash keys that it takes, or took while it was open.
    pub hash_key_range: HashKeyRange,
    /// The shard that it came from. It may be forgotten already.
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

/// The shards of a stream in order of their ids; a slice of [`Shard`] that also finds open shards by hash key. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shards {
    all: Arc<[Shard]>,
    /// Places in `all` of the open shards, in order of their hash keys.
    open: Arc<[u32]>,
}

impl Shards {
    /// Takes shards that are in order of their ids.
    pub(crate) fn new(all: Vec<Shard>) -> Self {
        let mut open: Vec<u32> =
            (0..all.len() as u32).filter(|place| all[*place as usize].closed.is_none()).collect();
        open.sort_unstable_by_key(|place| all[*place as usize].hash_key_range.starting);
        Self { all: all.into(), open: open.into() }
    }

    /// The shard with this id.
    pub fn with_id(&self, id: ShardId) -> Option<&Shard> {
        self.all.binary_search_by_key(&id, |shard| shard.id).ok().map(|index| &self.all[index])
    }

    /// The shards that take records, in order of their hash keys.
    pub fn open(&self) -> impl ExactSizeIterator<Item = &Shard> {
        self.open.iter().map(|place| &self.all[*place as usize])
    }

    /// The open shard that takes a hash key.
    pub(crate) fn open_at(&self, key: HashKey) -> Option<&Shard> {
        let after =
            self.open.partition_point(|place| self.all[*place as usize].hash_key_range.starting <= key);
        let shard = &self.all[*self.open.get(after.checked_sub(1)?)? as usize];
        shard.hash_key_range.contains(key).then_some(shard)
    }
}

impl Deref for Shards {
    type Target = [Shard];

    fn deref(&self) -> &[Shard] {
        &self.all
    }
}

impl<'a> IntoIterator for &'a Shards {
    type Item = &'a Shard;
    type IntoIter = std::slice::Iter<'a, Shard>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

/// What stands for the counter in the sequence number that ends a closed shard, as in Amazon's own.
const ENDING_COUNTER: u64 = i64::MAX.unsigned_abs();

impl Shard {
    /// The sequence number before that of its first record.
    pub fn starting_sequence_number(&self) -> SequenceNumber {
        self.sequence(0, self.birth_secs)
    }

    /// A sequence number after that of any record that it could have taken, and before those of its children, as Amazon's own
    /// closed shards have it; `None` while it is open.
    pub fn ending_sequence_number(&self) -> Option<SequenceNumber> {
        self.closed.map(|end| self.sequence(ENDING_COUNTER, secs_of(end.closed_millis)))
    }

    fn sequence(&self, counter: u64, arrival_secs: u64) -> SequenceNumber {
        SequenceParts { birth_secs: self.birth_secs, counter, arrival_secs, shard: self.id.0 }.encode()
    }
}

/// Milliseconds since 1970 as whole seconds; times before 1970 count as 0.
pub(crate) fn secs_of(millis: i64) -> u64 {
    u64::try_from(millis / 1000).unwrap_or(0)
}
