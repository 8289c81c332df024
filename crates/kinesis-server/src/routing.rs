//! From a record's keys to the shard that takes it.

use alluvium_kinesis_model::{Exception, HashKey, ShardId};
use alluvium_stream_store::Stream;

/// How often an append is routed again when a reshard closed its shard meanwhile. Each time the store has already opened the
/// children, so a second attempt is rare and a third needs another reshard in between.
pub(crate) const ROUTINGS_MAX: usize = 8;

/// Where a record falls.
pub(crate) fn hash_key(partition_key: &str, explicit: Option<&str>) -> Result<HashKey, Exception> {
    match explicit {
        None => Ok(HashKey::of_partition_key(partition_key)),
        Some(text) => HashKey::parse(text).ok_or_else(|| {
            Exception::invalid_argument(format!(
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {text}"
            ))
        }),
    }
}

/// The open shard that takes a hash key.
pub(crate) fn shard_of(stream: &Stream, key: HashKey) -> ShardId {
    stream.shard_of(key).id
}
