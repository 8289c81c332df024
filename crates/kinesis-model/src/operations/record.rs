//! A record that was read, and the shards that follow the one that it was read from, as GetRecords and SubscribeToShard
//! show them.

use crate::operations::encryption::write_if_encrypted;
use crate::operations::shard::write_hash_key_range;
use crate::writer::Writer;
use crate::{HashKeyRange, SequenceParts, ShardId};

/// One record, borrowed from where it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordView<'a> {
    /// The parts of its sequence number.
    pub sequence: SequenceParts,
    /// When it arrived, milliseconds since 1970.
    pub arrival_millis: i64,
    /// Its data.
    pub data: &'a [u8],
    /// Its partition key; empty when it was put without one.
    pub partition_key: &'a str,
}

impl RecordView<'_> {
    /// About how many bytes it takes in an answer: base64 of the data, the key, and about 190 bytes of names, sequence number
    /// and time.
    pub(crate) fn bytes_estimate(&self) -> usize {
        self.data.len().div_ceil(3) * 4 + self.partition_key.len() + 192
    }

    pub(crate) fn write<W: Writer>(&self, writer: &mut W, is_encrypted: bool) {
        writer.begin_structure();
        writer.text_member("SequenceNumber", self.sequence.digits().as_str());
        writer.member("ApproximateArrivalTimestamp");
        writer.timestamp_millis(self.arrival_millis);
        writer.member("Data");
        writer.blob(self.data);
        if !self.partition_key.is_empty() {
            writer.text_member("PartitionKey", self.partition_key);
        }
        write_if_encrypted(writer, is_encrypted);
        writer.end_structure();
    }
}

/// A shard that follows the one that was read to its end
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ChildShard.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildShard {
    /// The shard.
    pub shard_id: ShardId,
    /// The shards that it came from.
    pub parent_shards: Vec<ShardId>,
    /// Its hash keys.
    pub hash_key_range: HashKeyRange,
}

impl ChildShard {
    pub(crate) fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("ShardId", &self.shard_id.to_string());
        writer.list_member("ParentShards", &self.parent_shards, |list, shard| list.text(&shard.to_string()));
        write_hash_key_range(writer, self.hash_key_range);
        writer.end_structure();
    }
}
