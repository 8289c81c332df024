//! A shard as DescribeStream and ListShards show it
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Shard.html>).

use crate::writer::Writer;
use crate::{HashKeyRange, SequenceNumber, ShardId};

/// One shard of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardDescription {
    /// The shard.
    pub shard_id: ShardId,
    /// The shard that it was split from, or the first of two that were merged into it.
    pub parent: Option<ShardId>,
    /// The second of two shards that were merged into it.
    pub adjacent_parent: Option<ShardId>,
    /// Its hash keys.
    pub hash_key_range: HashKeyRange,
    /// Before every sequence number of its records.
    pub starting_sequence_number: SequenceNumber,
    /// Its last sequence number; `None` while it is open.
    pub ending_sequence_number: Option<SequenceNumber>,
}

impl ShardDescription {
    pub(crate) fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("ShardId", &self.shard_id.to_string());
        if let Some(parent) = self.parent {
            writer.text_member("ParentShardId", &parent.to_string());
        }
        if let Some(parent) = self.adjacent_parent {
            writer.text_member("AdjacentParentShardId", &parent.to_string());
        }
        write_hash_key_range(writer, self.hash_key_range);
        writer.member("SequenceNumberRange");
        writer.begin_structure();
        writer.text_member("StartingSequenceNumber", self.starting_sequence_number.as_str());
        if let Some(ending) = &self.ending_sequence_number {
            writer.text_member("EndingSequenceNumber", ending.as_str());
        }
        writer.end_structure();
        writer.end_structure();
    }
}

/// Writes the member `HashKeyRange`.
pub(crate) fn write_hash_key_range<W: Writer>(writer: &mut W, range: HashKeyRange) {
    writer.member("HashKeyRange");
    writer.begin_structure();
    writer.text_member("StartingHashKey", &range.starting.to_string());
    writer.text_member("EndingHashKey", &range.ending_inclusive.to_string());
    writer.end_structure();
}
