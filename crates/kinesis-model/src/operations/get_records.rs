//! GetRecords (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::record::{ChildShard, RecordView};
use crate::stream_identifier::{StreamArn, StreamMembers};
use crate::writer::Writer;
use crate::{limits, shapes};

/// The records to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRecordsInput {
    /// Where to read, as an earlier answer gave it.
    pub shard_iterator: String,
    /// The most records, 1 to [`limits::GET_RECORDS_COUNT_MAX`], which is also the default.
    pub limit: u32,
    /// The stream that the iterator has to be of.
    pub stream_arn: Option<StreamArn>,
    /// The id of the stream that the iterator has to be of.
    pub stream_id: Option<String>,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
}

impl OperationInput for GetRecordsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let shard_iterator = members.text("ShardIterator")?;
        let limit = members.integer("Limit")?;
        let stream = StreamMembers::take_unnamed(&mut members)?;
        let dry_run = members.boolean("DryRun")?;

        let mut checks = Constraints::default();
        checks.integer("limit", limit, 1, limits::GET_RECORDS_COUNT_MAX);
        checks.text("shardIterator", shard_iterator.as_deref(), &shapes::SHARD_ITERATOR);
        let shard_iterator = checks.required("shardIterator", shard_iterator);
        stream.check(&mut checks);
        checks.finish()?;
        let stream = stream.identify()?;
        Ok(Self {
            shard_iterator,
            limit: limit.unwrap_or(limits::GET_RECORDS_COUNT_MAX).unsigned_abs(),
            stream_arn: stream.as_ref().and_then(|stream| stream.arn.clone()),
            stream_id: stream.and_then(|stream| stream.id),
            dry_run: dry_run.unwrap_or(false),
        })
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
    /// Whether the stream is encrypted.
    pub is_encrypted: bool,
}

impl OperationOutput for GetRecordsOutput<'_> {
    fn bytes_estimate(&self) -> usize {
        let records: usize = self.records.iter().map(RecordView::bytes_estimate).sum();
        records + 512 + self.child_shards.len() * 256
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        let encrypted = self.is_encrypted;
        writer.list_member("Records", &self.records, |list, record| record.write(list, encrypted));
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
    use crate::SequenceParts;
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
            is_encrypted: false,
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
