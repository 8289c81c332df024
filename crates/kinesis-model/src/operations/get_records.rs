//! GetRecords (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::shard::write_hash_key_range;
use crate::stream_identifier::StreamArn;
use crate::writer::Writer;
use crate::{HashKeyRange, SequenceParts, ShardId, limits, shapes};

/// The records to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRecordsInput {
    /// Where to read, as an earlier answer gave it.
    pub shard_iterator: String,
    /// The most records, 1 to [`limits::GET_RECORDS_COUNT_MAX`], which is also the default.
    pub limit: u32,
    /// The stream that the iterator has to be of.
    pub stream_arn: Option<StreamArn>,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
}

impl OperationInput for GetRecordsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let shard_iterator = members.text("ShardIterator")?;
        let limit = members.integer("Limit")?;
        let stream_arn = members.text("StreamARN")?;
        let stream_id = members.text("StreamId")?;
        let dry_run = members.boolean("DryRun")?;

        let mut checks = Constraints::default();
        checks.integer("limit", limit, 1, limits::GET_RECORDS_COUNT_MAX);
        checks.text("shardIterator", shard_iterator.as_deref(), &shapes::SHARD_ITERATOR);
        let shard_iterator = checks.required("shardIterator", shard_iterator);
        checks.text("streamARN", stream_arn.as_deref(), &shapes::STREAM_ARN);
        checks.text("streamId", stream_id.as_deref(), &shapes::STREAM_ID);
        checks.finish()?;
        Ok(Self {
            shard_iterator,
            limit: limit.unwrap_or(limits::GET_RECORDS_COUNT_MAX).unsigned_abs(),
            stream_arn: stream_arn.as_deref().and_then(StreamArn::parse),
            dry_run: dry_run.unwrap_or(false),
        })
    }
}

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
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("ShardId", &self.shard_id.to_string());
        writer.list_member("ParentShards", &self.parent_shards, |list, shard| list.text(&shard.to_string()));
        write_hash_key_range(writer, self.hash_key_range);
        writer.end_structure();
    }
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRecordsOutput<'a> {
    /// The records, in the order of the shard.
    pub records: Vec<RecordView<'a>>,
    /// Where to go on; `None` when the shard is closed and was read to its end.
    pub next_shard_iterator: Option<String>,
    /// How far behind the newest record this page ends, in milliseconds; 0 at the tip.
    pub millis_behind_latest: u64,
    /// The shards that follow, when there is no next iterator.
    pub child_shards: Vec<ChildShard>,
}

impl OperationOutput for GetRecordsOutput<'_> {
    fn bytes_estimate(&self) -> usize {
        // Per record: base64 of the data, the key, and about 190 bytes of names, sequence number and time.
        let records: usize = self
            .records
            .iter()
            .map(|record| record.data.len().div_ceil(3) * 4 + record.partition_key.len() + 192)
            .sum();
        records + 512 + self.child_shards.len() * 256
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.list_member("Records", &self.records, |list, record| {
            list.begin_structure();
            list.text_member("SequenceNumber", record.sequence.encode().as_str());
            list.member("ApproximateArrivalTimestamp");
            list.timestamp_millis(record.arrival_millis);
            list.member("Data");
            list.blob(record.data);
            if !record.partition_key.is_empty() {
                list.text_member("PartitionKey", record.partition_key);
            }
            list.end_structure();
        });
        if let Some(next) = &self.next_shard_iterator {
            writer.text_member("NextShardIterator", next);
        }
        writer.integer_member(
            "MillisBehindLatest",
            i64::try_from(self.millis_behind_latest).unwrap_or(i64::MAX),
        );
        if !self.child_shards.is_empty() {
            writer.list_member("ChildShards", &self.child_shards, |list, child| child.write(list));
        }
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_violations, long_name};
    use crate::writer::JsonWriter;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<GetRecordsInput>(
            "{}",
            &["Value null at 'shardIterator' failed to satisfy constraint: Member must not be null"],
        );
        check_violations::<GetRecordsInput>(
            r#"{"ShardIterator":"","Limit":0}"#,
            &[
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'shardIterator' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        let iterator = long_name(513);
        check_violations::<GetRecordsInput>(
            &format!(r#"{{"ShardIterator":"{iterator}","Limit":100000}}"#),
            &[
                "Value '100000' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
                &format!(
                    "Value '{iterator}' at 'shardIterator' failed to satisfy constraint: Member must have length less than or equal to 512"
                ),
            ],
        );
    }

    #[test]
    fn a_page_is_written_in_one_pass() {
        let sequence =
            SequenceParts { birth_secs: 1_700_000_000, counter: 1, arrival_secs: 1_700_000_001, shard: 0 };
        let output = GetRecordsOutput {
            records: vec![RecordView {
                sequence,
                arrival_millis: 1_700_000_001_500,
                data: b"{}",
                partition_key: "k\"1",
            }],
            next_shard_iterator: Some("AAA".to_owned()),
            millis_behind_latest: 7,
            child_shards: Vec::new(),
        };
        let mut writer = JsonWriter::with_capacity(output.bytes_estimate());
        output.write(&mut writer);
        assert_eq!(
            String::from_utf8(writer.into_bytes()).expect("JSON is UTF-8"),
            format!(
                "{{\"Records\":[{{\"SequenceNumber\":\"{}\",\"ApproximateArrivalTimestamp\":1700000001.500,\
                 \"Data\":\"e30=\",\"PartitionKey\":\"k\\\"1\"}}],\"NextShardIterator\":\"AAA\",\
                 \"MillisBehindLatest\":7}}",
                sequence.encode()
            )
        );
    }
}
