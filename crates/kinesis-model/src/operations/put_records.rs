//! PutRecords (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>).
//!
//! Like PutRecord it has a hot path that reads the body straight into its members.

use bytes::Bytes;
use serde::Deserialize;

use crate::constraints::{Constraints, Quoted};
use crate::exception::{Exception, ExceptionKind};
use crate::members::{Blob, Members};
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::put_record::{check_data, check_record_size};
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{SequenceNumber, ShardId, limits, shapes};

/// Records to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRecordsInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The records, 1 to [`limits::PUT_RECORDS_COUNT_MAX`].
    pub records: Vec<PutRecordsEntry>,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
}

/// One of the records to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRecordsEntry {
    /// The data.
    pub data: Bytes,
    /// The partition key.
    pub partition_key: String,
    /// A hash key in place of the partition key's: decimal digits, at most 39 of them.
    pub explicit_hash_key: Option<String>,
}

/// How the service shows an entry of the list, whatever is in it.
const SHOWN_ENTRY: &str = "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecordsMembers {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
    stream_id: Option<String>,
    records: Option<Vec<EntryMembers>>,
    dry_run: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntryMembers {
    data: Option<Blob>,
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
}

impl OperationInput for PutRecordsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let records = match members.structures("Records")? {
            Some(entries) => Some(entries.into_iter().map(EntryMembers::take).collect::<Result<_, _>>()?),
            None => None,
        };
        PutRecordsMembers {
            stream_name: stream.name,
            stream_arn: stream.arn,
            stream_id: stream.id,
            records,
            dry_run: members.boolean("DryRun")?,
        }
        .check()
    }

    fn from_json(body: &[u8]) -> Result<Self, Exception> {
        match serde_json::from_slice::<PutRecordsMembers>(body) {
            Ok(members) => members.check(),
            Err(_) => Self::from_members(Members::parse_json(body)?),
        }
    }
}

impl EntryMembers {
    fn take(mut members: Members) -> Result<Self, Exception> {
        Ok(Self {
            data: members.blob("Data")?.map(Blob),
            partition_key: members.text("PartitionKey")?,
            explicit_hash_key: members.text("ExplicitHashKey")?,
        })
    }

    /// Checks the entry of this number, counted from 1.
    fn check(self, number: usize, checks: &mut Constraints) -> PutRecordsEntry {
        let key_path = format_args!("records.{number}.member.partitionKey");
        checks.text(key_path, self.partition_key.as_deref(), &shapes::PARTITION_KEY);
        let partition_key = checks.required(key_path, self.partition_key);
        let hash_key_path = format_args!("records.{number}.member.explicitHashKey");
        checks.text(hash_key_path, self.explicit_hash_key.as_deref(), &shapes::HASH_KEY);
        let data_path = format_args!("records.{number}.member.data");
        let Blob(data) = checks.required(data_path, self.data);
        check_data(checks, data_path, &data);
        PutRecordsEntry { data, partition_key, explicit_hash_key: self.explicit_hash_key }
    }
}

impl PutRecordsMembers {
    fn check(self) -> Result<PutRecordsInput, Exception> {
        let stream = StreamMembers { name: self.stream_name, arn: self.stream_arn, id: self.stream_id };

        let mut checks = Constraints::default();
        if let Some(entries) = &self.records {
            let shown = || Quoted(format!("[{}]", vec![SHOWN_ENTRY; entries.len()].join(", ")));
            checks.length("records", shown, entries.len(), 1, limits::PUT_RECORDS_COUNT_MAX);
        }
        let entries = checks.required("records", self.records).into_iter().enumerate();
        let records = entries.map(|(index, entry)| entry.check(index + 1, &mut checks)).collect();
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(PutRecordsInput {
            stream: stream.identify_required()?,
            records,
            dry_run: self.dry_run.unwrap_or(false),
        })
    }
}

impl PutRecordsInput {
    /// Checks every record against the largest one that its stream takes, in bytes of data and partition key together,
    /// and all of them against the largest request.
    pub fn check_sizes(&self, record_bytes_max: usize) -> Result<(), Exception> {
        let mut checks = Constraints::default();
        let mut bytes = 0;
        for (index, record) in self.records.iter().enumerate() {
            let path = format_args!("records.{}.member.data", index + 1);
            check_record_size(&mut checks, path, &record.data, &record.partition_key, record_bytes_max);
            bytes += record.data.len() + record.partition_key.len();
        }
        checks.finish()?;
        if bytes > limits::PUT_RECORDS_BYTES_MAX {
            let text = format!(
                "Records size exceeds 10 MB limit: the request has {bytes} bytes of data and partition keys, at most {} \
                 are taken",
                limits::PUT_RECORDS_BYTES_MAX
            );
            return Err(Exception::invalid_argument(text));
        }
        Ok(())
    }
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutRecordsResult {
    /// It was put.
    Put {
        /// The shard.
        shard_id: ShardId,
        /// The sequence number.
        sequence_number: SequenceNumber,
    },
    /// It was not put, or nobody knows; the caller has to put it again.
    Failed {
        /// The exception that PutRecord would have answered.
        kind: ExceptionKind,
        /// Its text.
        message: String,
    },
}

/// What became of the records, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRecordsOutput {
    /// One result for each record.
    pub records: Vec<PutRecordsResult>,
}

impl OperationOutput for PutRecordsOutput {
    fn bytes_estimate(&self) -> usize {
        64 + self.records.len() * 136
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        let failed =
            self.records.iter().filter(|record| matches!(record, PutRecordsResult::Failed { .. })).count();
        writer.begin_structure();
        writer.count_member("FailedRecordCount", failed);
        writer.list_member("Records", &self.records, |list, record| {
            list.begin_structure();
            match record {
                PutRecordsResult::Put { shard_id, sequence_number } => {
                    list.text_member("SequenceNumber", sequence_number.as_str());
                    list.text_member("ShardId", &shard_id.to_string());
                }
                PutRecordsResult::Failed { kind, message } => {
                    list.text_member("ErrorCode", kind.wire_name());
                    list.text_member("ErrorMessage", message);
                }
            }
            list.end_structure();
        });
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations, refusal};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<PutRecordsInput>(r#","Records":[{"Data":"","PartitionKey":"a"}]"#);
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<PutRecordsInput>(
            "{}",
            &[
                "Value null at 'records' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<PutRecordsInput>(
            r#"{"StreamName":"a","Records":[]}"#,
            &[
                "Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        check_violations::<PutRecordsInput>(
            r#"{"StreamName":"a","Records":[{"PartitionKey":"a","Data":""},{"PartitionKey":"","Data":"","ExplicitHashKey":""},null]}"#,
            &[
                "Value '' at 'records.2.member.partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '' at 'records.2.member.explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})",
                "Value null at 'records.3.member.partitionKey' failed to satisfy constraint: Member must not be null",
                "Value null at 'records.3.member.data' failed to satisfy constraint: Member must not be null",
            ],
        );
    }

    #[test]
    fn five_hundred_and_one_records_are_too_many() {
        let records = vec![r#"{"PartitionKey":"a","Data":""}"#; 501].join(",");
        let shown = vec![SHOWN_ENTRY; 501].join(", ");
        check_violations::<PutRecordsInput>(
            &format!(r#"{{"StreamName":"a","Records":[{records}]}}"#),
            &[&format!(
                "Value '[{shown}]' at 'records' failed to satisfy constraint: Member must have length less than or equal to 500"
            )],
        );
    }

    #[test]
    fn wrong_types_are_told_as_coral_does() {
        for (records, expected) in [
            (r#""23""#, "Expected list or null"),
            ("{}", "Start of structure or map found where not expected."),
            ("[7]", "Expected null"),
            (r#"[{"Data":true}]"#, "class java.lang.Boolean can not be converted to a Blob"),
        ] {
            let body = format!(r#"{{"Records":{records}}}"#);
            assert_eq!(refusal::<PutRecordsInput>(&body), format!("SerializationException: {expected}"));
        }
    }
}
