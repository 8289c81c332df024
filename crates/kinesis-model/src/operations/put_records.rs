//! PutRecords (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>).
//!
//! Like PutRecord it has a hot path that reads the body straight into its members.

use std::ops::Range;

use bytes::Bytes;

use crate::cbor::CborReader;
use crate::constraints::{Constraints, Quoted};
use crate::exception::{Exception, ExceptionKind};
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::encryption::write_if_encrypted;
use crate::operations::put_record::{check_data, check_partition_key_given, check_record_size};
use crate::plain_json::JsonReader;
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
    /// The partition key; empty when the request has none, which [`PutRecordsInput::check_partition_keys`] tells of.
    pub partition_key: String,
    /// A hash key in place of the partition key's: decimal digits, at most 39 of them.
    pub explicit_hash_key: Option<String>,
}

/// How the service shows an entry of the list, whatever is in it.
const SHOWN_ENTRY: &str = "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310";

#[derive(Default)]
struct PutRecordsMembers {
    stream: StreamMembers,
    records: Option<Vec<EntryMembers>>,
    dry_run: Option<bool>,
}

#[derive(Default)]
struct EntryMembers {
    data: Option<Bytes>,
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
        PutRecordsMembers { stream, records, dry_run: members.boolean("DryRun")? }.check()
    }

    fn from_json(body: &[u8]) -> Result<Self, Exception> {
        match PutRecordsMembers::read_json(body) {
            Some(members) => members.check(),
            None => Self::from_members(Members::parse_json(body)?),
        }
    }

    fn from_cbor(body: &Bytes) -> Result<Self, Exception> {
        match PutRecordsMembers::read_cbor(body) {
            Some(members) => members.check(),
            None => Self::from_members(Members::parse_cbor(body)?),
        }
    }
}

impl PutRecordsMembers {
    /// Reads a body that has nothing out of the ordinary, and no list that is longer than a request may have: the tree bounds
    /// what it takes in, so a body of nothing but empty entries costs no more than another.
    fn read_json(body: &[u8]) -> Option<Self> {
        let mut reader = JsonReader::new(body);
        let mut found = Self::default();
        let mut data: Vec<Option<Range<usize>>> = Vec::new();
        reader.members(|reader, name| match name {
            b"StreamName" => reader.text(&mut found.stream.name),
            b"StreamARN" => reader.text(&mut found.stream.arn),
            b"StreamId" => reader.text(&mut found.stream.id),
            b"Records" if found.records.is_none() => {
                let entries = found.records.insert(Vec::new());
                reader.elements(|reader| {
                    let (entry, blob) = EntryMembers::read_json(reader)?;
                    entries.push(entry);
                    data.push(blob);
                    (entries.len() <= limits::PUT_RECORDS_COUNT_MAX).then_some(())
                })
            }
            b"DryRun" => reader.boolean(&mut found.dry_run),
            _ => None,
        })?;
        let blobs = reader.finish()?;
        for (entry, range) in found.records.iter_mut().flatten().zip(data) {
            entry.data = range.map(|range| blobs.slice(range));
        }
        Some(found)
    }

    /// Reads a body that has nothing out of the ordinary.
    fn read_cbor(body: &Bytes) -> Option<Self> {
        let mut reader = CborReader::new(body);
        let mut found = Self::default();
        reader.members(|reader, name| {
            match name {
                "StreamName" => found.stream.name = Some(reader.text()?),
                "StreamARN" => found.stream.arn = Some(reader.text()?),
                "Records" => {
                    let entries = found.records.insert(Vec::new());
                    reader.elements(|reader| {
                        entries.push(EntryMembers::read_cbor(reader)?);
                        (entries.len() <= limits::PUT_RECORDS_COUNT_MAX).then_some(())
                    })?;
                }
                _ => return None,
            }
            Some(())
        })?;
        reader.is_at_end().then_some(found)
    }
}

impl EntryMembers {
    /// Reads an entry, and where its data is among the blobs of the body.
    fn read_json(reader: &mut JsonReader<'_>) -> Option<(Self, Option<Range<usize>>)> {
        let mut found = Self::default();
        let mut data = None;
        reader.members(|reader, name| match name {
            b"Data" => reader.blob(&mut data),
            b"PartitionKey" => reader.text(&mut found.partition_key),
            b"ExplicitHashKey" => reader.text(&mut found.explicit_hash_key),
            _ => None,
        })?;
        Some((found, data))
    }

    fn read_cbor(reader: &mut CborReader<'_>) -> Option<Self> {
        let mut found = Self::default();
        reader.members(|reader, name| {
            match name {
                "Data" => found.data = Some(reader.blob()?),
                "PartitionKey" => found.partition_key = Some(reader.text()?),
                "ExplicitHashKey" => found.explicit_hash_key = Some(reader.text()?),
                _ => return None,
            }
            Some(())
        })?;
        Some(found)
    }

    fn take(mut members: Members) -> Result<Self, Exception> {
        Ok(Self {
            data: members.blob("Data")?,
            partition_key: members.text("PartitionKey")?,
            explicit_hash_key: members.text("ExplicitHashKey")?,
        })
    }

    /// Checks the entry of this number, counted from 1.
    fn check(self, number: usize, checks: &mut Constraints) -> PutRecordsEntry {
        let key_path = format_args!("records.{number}.member.partitionKey");
        checks.text(key_path, self.partition_key.as_deref(), &shapes::PARTITION_KEY);
        let hash_key_path = format_args!("records.{number}.member.explicitHashKey");
        checks.text(hash_key_path, self.explicit_hash_key.as_deref(), &shapes::HASH_KEY);
        let data_path = format_args!("records.{number}.member.data");
        let data = checks.required(data_path, self.data);
        check_data(checks, data_path, &data);
        PutRecordsEntry {
            data,
            partition_key: self.partition_key.unwrap_or_default(),
            explicit_hash_key: self.explicit_hash_key,
        }
    }
}

impl PutRecordsMembers {
    fn check(self) -> Result<PutRecordsInput, Exception> {
        let mut checks = Constraints::default();
        if let Some(entries) = &self.records {
            let shown = || Quoted(format!("[{}]", vec![SHOWN_ENTRY; entries.len()].join(", ")));
            checks.length("records", shown, entries.len(), 1, limits::PUT_RECORDS_COUNT_MAX);
        }
        let entries = checks.required("records", self.records).into_iter().enumerate();
        let records = entries.map(|(index, entry)| entry.check(index + 1, &mut checks)).collect();
        self.stream.check_required(&mut checks);
        checks.finish()?;
        Ok(PutRecordsInput {
            stream: self.stream.identify_required()?,
            records,
            dry_run: self.dry_run.unwrap_or(false),
        })
    }
}

impl PutRecordsInput {
    /// Checks that every record has a partition key, which a stream wants that does not distribute its records by itself.
    pub fn check_partition_keys(&self) -> Result<(), Exception> {
        let mut checks = Constraints::default();
        for (index, record) in self.records.iter().enumerate() {
            let path = format_args!("records.{}.member.partitionKey", index + 1);
            check_partition_key_given(&mut checks, path, &record.partition_key);
        }
        checks.finish()
    }

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
    /// Whether the stream is encrypted.
    pub is_encrypted: bool,
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
                    list.text_member("ShardId", shard_id.text().as_str());
                }
                PutRecordsResult::Failed { kind, message } => {
                    list.text_member("ErrorCode", kind.wire_name());
                    list.text_member("ErrorMessage", message);
                }
            }
            list.end_structure();
        });
        write_if_encrypted(writer, self.is_encrypted);
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

    #[test]
    fn cbor_says_the_same_as_json_on_both_paths() {
        let json = br#"{"StreamName":"a","Records":[{"Data":"AP8=","PartitionKey":"k"},{"Data":"","ExplicitHashKey":"7"}]}"#;
        let expected = PutRecordsInput::from_json(json).expect("records");
        let plain = b"\xa2\x6aStreamName\x61a\x67Records\x82\xa2\x64Data\x42\x00\xff\x6cPartitionKey\x61k\
                      \xbf\x64Data\x40\x6fExplicitHashKey\x617\xff";
        assert!(PutRecordsMembers::read_cbor(&Bytes::from_static(plain)).is_some());
        let in_pieces = b"\xbf\x7f\x66Stream\x64Name\xff\x61a\x67Records\x9f\xa2\x64Data\x5f\x41\x00\x41\xff\xff\
                          \x6cPartitionKey\x7f\x61k\xff\xbf\x64Data\x40\x6fExplicitHashKey\x617\xff\xff\x64More\xf6\xff";
        assert!(PutRecordsMembers::read_cbor(&Bytes::from_static(in_pieces)).is_none());
        for body in [&plain[..], in_pieces] {
            assert_eq!(PutRecordsInput::from_cbor(&Bytes::copy_from_slice(body)), Ok(expected.clone()));
        }
    }

    #[test]
    fn a_body_of_nothing_but_entries_ends_at_the_bound() {
        let json =
            format!(r#"{{"StreamName":"a","Records":[{}{{}}]}}"#, "{},".repeat(limits::DOCUMENT_VALUES_MAX));
        assert_eq!(refusal::<PutRecordsInput>(&json), "SerializationException");
        let cbor =
            [b"\xa1\x67Records\x9f".to_vec(), b"\xa0".repeat(limits::DOCUMENT_VALUES_MAX), b"\xff".to_vec()]
                .concat();
        let exception = PutRecordsInput::from_cbor(&cbor.into()).expect_err("too many");
        assert_eq!(exception.to_string(), "SerializationException");
    }
}
