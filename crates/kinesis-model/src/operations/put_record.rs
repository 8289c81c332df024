//! PutRecord (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>).
//!
//! The hot path reads the body straight into its members. A body that does not fit them is read again as a tree, which
//! finds the exact words for what is wrong with it, or that nothing is.

use bytes::Bytes;

use crate::cbor::CborReader;
use crate::constraints::{Constraints, shown_blob};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::encryption::write_if_encrypted;
use crate::plain_json::JsonReader;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{SequenceNumber, ShardId, limits, shapes};

/// A record to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRecordInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The data.
    pub data: Bytes,
    /// The partition key; empty when the request has none, which [`PutRecordInput::check_partition_key`] tells of.
    pub partition_key: String,
    /// A hash key in place of the partition key's: decimal digits, at most 39 of them.
    pub explicit_hash_key: Option<String>,
    /// The record that this one has to come after.
    pub sequence_number_for_ordering: Option<SequenceNumber>,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
}

#[derive(Default)]
struct PutRecordMembers {
    stream: StreamMembers,
    data: Option<Bytes>,
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
    sequence_number_for_ordering: Option<String>,
    dry_run: Option<bool>,
}

impl OperationInput for PutRecordInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        PutRecordMembers {
            stream,
            data: members.blob("Data")?,
            partition_key: members.text("PartitionKey")?,
            explicit_hash_key: members.text("ExplicitHashKey")?,
            sequence_number_for_ordering: members.text("SequenceNumberForOrdering")?,
            dry_run: members.boolean("DryRun")?,
        }
        .check()
    }

    fn from_json(body: &[u8]) -> Result<Self, Exception> {
        match PutRecordMembers::read_json(body) {
            Some(members) => members.check(),
            None => Self::from_members(Members::parse_json(body)?),
        }
    }

    fn from_cbor(body: &Bytes) -> Result<Self, Exception> {
        match PutRecordMembers::read_cbor(body) {
            Some(members) => members.check(),
            None => Self::from_members(Members::parse_cbor(body)?),
        }
    }
}

impl PutRecordMembers {
    /// Reads a body that has nothing out of the ordinary.
    fn read_json(body: &[u8]) -> Option<Self> {
        let mut reader = JsonReader::new(body);
        let mut found = Self::default();
        let mut data = None;
        reader.members(|reader, name| match name {
            b"StreamName" => reader.text(&mut found.stream.name),
            b"StreamARN" => reader.text(&mut found.stream.arn),
            b"StreamId" => reader.text(&mut found.stream.id),
            b"Data" => reader.blob(&mut data),
            b"PartitionKey" => reader.text(&mut found.partition_key),
            b"ExplicitHashKey" => reader.text(&mut found.explicit_hash_key),
            b"SequenceNumberForOrdering" => reader.text(&mut found.sequence_number_for_ordering),
            b"DryRun" => reader.boolean(&mut found.dry_run),
            _ => None,
        })?;
        let blobs = reader.finish()?;
        found.data = data.map(|range| blobs.slice(range));
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
                "Data" => found.data = Some(reader.blob()?),
                "PartitionKey" => found.partition_key = Some(reader.text()?),
                "ExplicitHashKey" => found.explicit_hash_key = Some(reader.text()?),
                "SequenceNumberForOrdering" => found.sequence_number_for_ordering = Some(reader.text()?),
                _ => return None,
            }
            Some(())
        })?;
        reader.is_at_end().then_some(found)
    }

    fn check(self) -> Result<PutRecordInput, Exception> {
        let number = self.sequence_number_for_ordering.as_deref();

        let mut checks = Constraints::default();
        checks.text("sequenceNumberForOrdering", number, &shapes::SEQUENCE_NUMBER);
        checks.text("partitionKey", self.partition_key.as_deref(), &shapes::PARTITION_KEY);
        checks.text("explicitHashKey", self.explicit_hash_key.as_deref(), &shapes::HASH_KEY);
        let data = checks.required("data", self.data);
        check_data(&mut checks, "data", &data);
        self.stream.check_required(&mut checks);
        checks.finish()?;
        Ok(PutRecordInput {
            stream: self.stream.identify_required()?,
            data,
            partition_key: self.partition_key.unwrap_or_default(),
            explicit_hash_key: self.explicit_hash_key,
            sequence_number_for_ordering: number.and_then(SequenceNumber::parse),
            dry_run: self.dry_run.unwrap_or(false),
        })
    }
}

/// Checks data against the largest record that any stream takes.
pub(crate) fn check_data(checks: &mut Constraints, path: impl std::fmt::Display, data: &Bytes) {
    checks.length(path, || shown_blob(data.len()), data.len(), 0, limits::RECORD_BYTES_MAX);
}

impl PutRecordInput {
    /// Checks that there is a partition key, which a stream wants that does not distribute its records by itself.
    pub fn check_partition_key(&self) -> Result<(), Exception> {
        let mut checks = Constraints::default();
        check_partition_key_given(&mut checks, "partitionKey", &self.partition_key);
        checks.finish()
    }

    /// Checks the record against the largest one that its stream takes, in bytes of data and partition key together.
    pub fn check_size(&self, record_bytes_max: usize) -> Result<(), Exception> {
        let mut checks = Constraints::default();
        check_record_size(&mut checks, "data", &self.data, &self.partition_key, record_bytes_max);
        checks.finish()
    }
}

/// Checks that a partition key is there.
pub(crate) fn check_partition_key_given(
    checks: &mut Constraints,
    path: impl std::fmt::Display,
    partition_key: &str,
) {
    checks.required(path, (!partition_key.is_empty()).then_some(()));
}

/// Checks data and partition key together.
pub(crate) fn check_record_size(
    checks: &mut Constraints,
    path: impl std::fmt::Display,
    data: &Bytes,
    partition_key: &str,
    record_bytes_max: usize,
) {
    let bytes = data.len() + partition_key.len();
    checks.length(path, || shown_blob(data.len()), bytes, 0, record_bytes_max);
}

/// Where a record was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutRecordOutput {
    /// The shard.
    pub shard_id: ShardId,
    /// The sequence number.
    pub sequence_number: SequenceNumber,
    /// Whether the stream is encrypted.
    pub is_encrypted: bool,
}

impl OperationOutput for PutRecordOutput {
    fn bytes_estimate(&self) -> usize {
        160
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("ShardId", self.shard_id.text().as_str());
        writer.text_member("SequenceNumber", self.sequence_number.as_str());
        write_if_encrypted(writer, self.is_encrypted);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations, long_name, refusal};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<PutRecordInput>(r#","Data":"","PartitionKey":"a""#);
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<PutRecordInput>(
            "{}",
            &[
                "Value null at 'data' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<PutRecordInput>(
            r#"{"StreamName":"a","PartitionKey":"","Data":"","ExplicitHashKey":"","SequenceNumberForOrdering":""}"#,
            &[
                "Value '' at 'sequenceNumberForOrdering' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})",
                "Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})",
            ],
        );
        let key = long_name(257);
        check_violations::<PutRecordInput>(
            &format!(r#"{{"StreamName":"a","PartitionKey":"{key}","Data":""}}"#),
            &[&format!(
                "Value '{key}' at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256"
            )],
        );
    }

    #[test]
    fn a_partition_key_is_asked_for_by_those_who_want_one() {
        let input = PutRecordInput::from_json(br#"{"StreamName":"a","Data":""}"#).expect("a record");
        assert_eq!(
            input.check_partition_key().expect_err("no key").to_string(),
            "ValidationException: 1 validation error detected: Value null at 'partitionKey' failed to satisfy constraint: \
             Member must not be null"
        );
    }

    #[test]
    fn a_record_larger_than_its_stream_takes_is_told_with_its_size() {
        let data = base64_simd::STANDARD.encode_to_string(vec![0; 1_048_577]);
        let body = format!(r#"{{"StreamName":"a","PartitionKey":"k","Data":"{data}"}}"#);
        let input = PutRecordInput::from_json(body.as_bytes()).expect("within the model's limit");
        assert_eq!(
            input.check_size(limits::RECORD_BYTES_MAX_DEFAULT).expect_err("too large").to_string(),
            "ValidationException: 1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' \
             at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576"
        );
        let data = base64_simd::STANDARD.encode_to_string(vec![0; limits::RECORD_BYTES_MAX + 1]);
        let body = format!(r#"{{"StreamName":"a","PartitionKey":"k","Data":"{data}"}}"#);
        assert!(refusal::<PutRecordInput>(&body).contains("less than or equal to 10485760"));
    }

    #[test]
    fn a_body_that_the_hot_path_refuses_is_read_all_the_same() {
        let plain = br#"{"StreamName":"a","PartitionKey":"k","Data":"e30="}"#;
        let expected = PutRecordInput::from_json(plain).expect("a record");
        assert_eq!(expected.data.as_ref(), b"{}");
        for odd in [
            r#"{"StreamName":"b","StreamName":"a","PartitionKey":"k","Data":"e30="}"#,
            r#"{"StreamName":"a","PartitionKey":"\u006b","Data":"e30\u003d","DryRun":"false","More":{"x":[]}}"#,
        ] {
            assert_eq!(PutRecordInput::from_json(odd.as_bytes()), Ok(expected.clone()), "{odd}");
        }
    }

    #[test]
    fn wrong_types_are_told_as_coral_does() {
        for (body, expected) in [
            (
                r#"{"StreamName":7}"#,
                "SerializationException: class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be \
                 converted to an String",
            ),
            (
                r#"{"Data":"23456"}"#,
                "SerializationException: '23456' can not be converted to a Blob: Base64 encoded length is expected a \
                 multiple of 4 bytes but found: 5",
            ),
            ("{\"StreamName\":", "SerializationException"),
        ] {
            assert_eq!(refusal::<PutRecordInput>(body), expected);
        }
    }
}
