//! From a record's keys to the shard that takes it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use alluvium_kinesis_model::{Exception, HashKey, ShardId};
use alluvium_stream_store::{RecordDistribution, Stream};

use crate::server::Server;

/// How often an append is routed when reshards close its shard meanwhile. Each time the store has already opened the children,
/// so every further attempt needs another reshard in between. On a busy machine several do come in between, and a client that
/// is told to try again would only meet the same.
pub(crate) const ROUTINGS_MAX: usize = 32;

/// How many records each stream has distributed that does so by itself, by the store's number of the stream. Each counts for
/// itself: of two streams that share a count and take turns, each would miss every second shard.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<u64, usize>>);

impl Turns {
    /// Lets the counts of streams go that are no more.
    pub(crate) fn forget_streams(&self, exists: impl Fn(u64) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|stream_id, _| exists(*stream_id));
    }

    /// The number of a stream's next record.
    fn next(&self, stream_id: u64) -> usize {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = turns.entry(stream_id).or_default();
        *turn = turn.wrapping_add(1);
        *turn
    }
}

/// Where a record falls. A stream that distributes its records by itself gives each shard one in turn and ignores the keys
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html>).
pub(crate) fn hash_key(
    server: &Server,
    stream: &Stream,
    partition_key: &str,
    explicit: Option<&str>,
) -> Result<HashKey, Exception> {
    if distributes_itself(stream) {
        return Ok(in_turn(stream, server.turns.next(stream.id)));
    }
    match explicit {
        None => Ok(HashKey::of_partition_key(partition_key)),
        Some(text) => HashKey::parse(text).ok_or_else(|| {
            Exception::invalid_argument(format!(
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {text}"
            ))
        }),
    }
}

/// Whether a stream chooses the shards of its records and wants no partition keys.
pub(crate) fn distributes_itself(stream: &Stream) -> bool {
    stream.settings.record_distribution == RecordDistribution::Auto
}

/// A hash key of the open shard whose turn it is.
fn in_turn(stream: &Stream, turn: usize) -> HashKey {
    let mut open = stream.open_shards();
    let turn = turn % open.len().max(1);
    open.nth(turn).map_or(HashKey::MIN, |shard| shard.hash_key_range.starting)
}

/// The largest record that a stream takes, in bytes of data and partition key together.
pub(crate) fn record_bytes_max(stream: &Stream) -> usize {
    stream.settings.record_kib_max as usize * 1024
}

/// The open shard that takes a hash key.
pub(crate) fn shard_of(stream: &Stream, key: HashKey) -> ShardId {
    stream.shard_of(key).id
}
