//! What a stream is. Snapshots, never changed once handed out; what is large in them is shared.

use std::collections::BTreeMap;
use std::sync::Arc;

use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId, StreamName};

use crate::consumer::Consumer;
use crate::settings::{StreamSettings, Tags};
use crate::shards::{Shard, Shards};

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
    /// To be deleted at [`Stream::gone_at_millis`].
    Deleting,
}

/// What a new stream shall be.
#[derive(Debug, Clone)]
pub struct NewStream {
    /// Its name, free in this store. That of a stream that is gone by `now_millis` is free.
    pub name: StreamName,
    /// How its capacity is chosen.
    pub mode: StreamMode,
    /// How many shards share the hash keys out evenly; at least 1.
    pub shard_count: u32,
    /// How long its records are kept, 24 to 8760 hours.
    pub retention_hours: u32,
    /// Its settings.
    pub settings: StreamSettings,
    /// Its tags.
    pub tags: Tags,
    /// When CREATING becomes ACTIVE, in milliseconds since 1970.
    pub active_at_millis: i64,
    /// The present, in milliseconds since 1970.
    pub now_millis: i64,
}

/// What shall change in a stream; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct StreamChange {
    /// How its capacity is chosen.
    pub mode: Option<StreamMode>,
    /// How long its records are kept, 24 to 8760 hours. Longer keeps what is still there and has not
    /// expired by `now_millis`, shorter hides the rest at once.
    pub retention_hours: Option<u32>,
    /// All its settings.
    pub settings: Option<StreamSettings>,
    /// All its tags.
    pub tags: Option<Tags>,
    /// Its resource policy; `Some(None)` removes it.
    pub policy: Option<Option<Arc<str>>>,
    /// When UPDATING becomes ACTIVE, in milliseconds since 1970.
    pub active_at_millis: Option<i64>,
    /// The present, in milliseconds since 1970; a longer retention asks for it.
    pub now_millis: i64,
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
    /// The store's own number for it. Never reused, not even after the stream is gone.
    pub id: u64,
    /// AWS's `StreamId`: `[a-z0-9]{20}-[a-z0-9]{3}`. Never reused either.
    pub stream_id: Arc<str>,
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
    /// From when on it is gone, in milliseconds since 1970; DELETING before. `None` while nobody deleted it.
    pub gone_at_millis: Option<i64>,
    /// Its settings.
    pub settings: Arc<StreamSettings>,
    /// Its tags.
    pub tags: Arc<Tags>,
    /// Its resource policy.
    pub policy: Option<Arc<str>>,
    /// Its consumers by name, also those that are gone and not yet forgotten: see [`Consumer::status`].
    pub consumers: Arc<BTreeMap<Arc<str>, Consumer>>,
    /// How many records those of its shards took that a sweep has forgotten.
    pub records_of_forgotten_shards: u64,
    /// Its shards, in order of their ids: the open ones, and the closed ones that are not yet forgotten. A sweep forgets a
    /// closed shard when its last record has expired.
    pub shards: Shards,
}

impl Stream {
    /// Its status at a moment, given in milliseconds since 1970. DELETING also when it is gone: see [`Stream::is_gone`].
    pub fn status(&self, now_millis: i64) -> StreamStatus {
        if self.gone_at_millis.is_some() {
            StreamStatus::Deleting
        } else if now_millis < self.active_at_millis {
            self.settling
        } else {
            StreamStatus::Active
        }
    }

    /// Whether it was deleted and its time is over. Such a stream is to be treated as if it was not there; the next sweep, or
    /// a new stream of its name, removes it.
    pub fn is_gone(&self, now_millis: i64) -> bool {
        self.gone_at_millis.is_some_and(|gone_at_millis| now_millis >= gone_at_millis)
    }

    /// The consumer of this name, if there is one at this moment, in milliseconds since 1970.
    pub fn consumer(&self, name: &str, now_millis: i64) -> Option<&Consumer> {
        self.consumers.get(name).filter(|consumer| consumer.status(now_millis).is_some())
    }

    /// The shard with this id.
    pub fn shard(&self, id: ShardId) -> Option<&Shard> {
        self.shards.with_id(id)
    }

    /// The shards that take records, in order of their hash keys, which always cover the whole space without a hole.
    pub fn open_shards(&self) -> impl ExactSizeIterator<Item = &Shard> {
        self.shards.open()
    }

    /// The open shard that takes a hash key.
    ///
    /// # Panics
    /// Never: the open shards cover every hash key.
    pub fn shard_of(&self, key: HashKey) -> &Shard {
        self.shards.open_at(key).expect("the open shards cover every hash key")
    }

    /// How long its records are kept, in milliseconds.
    pub fn retention_millis(&self) -> i64 {
        i64::from(self.retention_hours) * 3_600_000
    }
}
