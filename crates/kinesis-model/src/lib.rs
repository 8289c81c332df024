//! The vocabulary of Kinesis: names, shard ids, hash keys and sequence numbers that cannot be wrong, the operations with
//! their inputs, outputs and checks, the exceptions, the limits and the wire formats.
//!
//! What must stay true: this crate is pure. It takes values and returns values; it knows no clock, no socket and no disk.

mod hash_key;
mod sequence_number;
mod shard_id;
mod stream_name;

pub use hash_key::{HashKey, HashKeyRange};
pub use sequence_number::{SequenceNumber, SequenceParts};
pub use shard_id::ShardId;
pub use stream_name::StreamName;
