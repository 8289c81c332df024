//! The vocabulary of Kinesis: names, shard ids, hash keys and sequence numbers that cannot be wrong, the operations with
//! their inputs, outputs and checks, the exceptions, the limits and the wire formats.
//!
//! What must stay true: this crate is pure. It takes values and returns values; it knows no clock, no socket and no disk.

pub mod limits;
pub mod operations;

mod arn;
mod cbor;
mod constraints;
mod decimal;
mod document;
mod exception;
mod extension;
mod hash_key;
mod members;
mod name_pattern;
mod operation;
mod plain_json;
mod sequence_number;
mod sequence_origin;
mod shapes;
mod shard_id;
mod stream_identifier;
mod stream_name;
mod writer;

pub use arn::{ConsumerArn, ResourceArn};
pub use cbor::CborWriter;
pub use exception::{Effect, Exception, ExceptionKind};
pub use extension::{EXTENSION_TARGET_PREFIX, Extension};
pub use hash_key::{HashKey, HashKeyRange};
pub use members::Members;
pub use name_pattern::name_fits;
pub use operation::{EmptyOutput, Operation, OperationInput, OperationOutput, TARGET_PREFIX};
pub use sequence_number::{SequenceNumber, SequenceParts};
pub use sequence_origin::SequenceOrigin;
pub use shard_id::ShardId;
pub use stream_identifier::{StreamArn, StreamIdentifier};
pub use stream_name::{InvalidStreamName, StreamName};
pub use writer::{JsonWriter, Writer};
