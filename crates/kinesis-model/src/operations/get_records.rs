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

/// A page of records, whatever they are kept as.
#[derive(Debug, Clone)]
pub struct GetRecordsOutput<'a, T> {
    /// The records, in the order of the shard.
    pub records: &'a [T],
    /// How one of them is seen.
    pub view: fn(&'a T) -> RecordView<'a>,
    /// Where to go on; `None` when the shard is closed and was read to its end.
    pub next_shard_iterator: Option<&'a str>,
    /// How far behind the newest record this page ends, in milliseconds; 0 at the tip.
    pub millis_behind_latest: u64,
    /// The shards that follow, when there is no next iterator.
    pub child_shards: &'a [ChildShard],
    /// Whether the stream is encrypted.
    pub is_encrypted: bool,
}

impl<T> GetRecordsOutput<'_, T> {
    fn write_rest<W: Writer>(&self, writer: &mut W) {
        writer.end_list();
        if let Some(next) = self.next_shard_iterator {
            writer.text_member("NextShardIterator", next);
        }
        writer.integer_member(
            "MillisBehindLatest",
            i64::try_from(self.millis_behind_latest).unwrap_or(i64::MAX),
        );
        if !self.child_shards.is_empty() {
            writer.list_member("ChildShards", self.child_shards, |list, child| child.write(list));
        }
        writer.end_structure();
    }
}

impl<T> OperationOutput for GetRecordsOutput<'_, T> {
    fn bytes_estimate(&self) -> usize {
        let records: usize = self.records.iter().map(|record| (self.view)(record).bytes_estimate()).sum();
        records + 512 + self.child_shards.len() * 256
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        self.write_piece(writer, 0, usize::MAX);
    }

    fn write_piece<W: Writer>(&self, writer: &mut W, place: usize, bytes: usize) -> Option<usize> {
        if place == 0 {
            writer.begin_structure();
            writer.member("Records");
            writer.begin_list();
        }
        let mut bytes_left = bytes;
        for (index, record) in (place..).zip(self.records.get(place..).unwrap_or_default()) {
            if bytes_left == 0 {
                return Some(index);
            }
            let record = (self.view)(record);
            record.write(writer, self.is_encrypted);
            bytes_left = bytes_left.saturating_sub(record.bytes_estimate());
        }
        self.write_rest(writer);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SequenceParts;
    use crate::operations::tests::{check_violations, long_name};
    use crate::{CborWriter, JsonWriter};

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
        let records =
            [RecordView { sequence, arrival_millis: 1_700_000_001_500, data: b"{}", partition_key: "k\"1" }];
        let output = page(&records);
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

    fn page<'a>(records: &'a [RecordView<'a>]) -> GetRecordsOutput<'a, RecordView<'a>> {
        GetRecordsOutput {
            records,
            view: |record| *record,
            next_shard_iterator: Some("AAA"),
            millis_behind_latest: 7,
            child_shards: &[],
            is_encrypted: false,
        }
    }

    fn in_pieces(output: &impl OperationOutput, mut writer: impl Writer, piece_bytes: usize) -> Vec<u8> {
        let (mut bytes, mut place) = (Vec::new(), Some(0));
        while let Some(from) = place {
            place = output.write_piece(&mut writer, from, piece_bytes);
            bytes.extend(writer.take_bytes(piece_bytes));
        }
        bytes
    }

    #[test]
    fn pieces_together_are_the_whole() {
        let sequence = SequenceParts { birth_secs: 1, counter: 1, arrival_secs: 2, shard: 0 };
        let data = [7; 100];
        for count in [0, 1, 2, 7] {
            let record = RecordView { sequence, arrival_millis: 2_000, data: &data, partition_key: "k" };
            let records = vec![record; count];
            let output = page(&records);
            let (mut json, mut cbor) = (JsonWriter::default(), CborWriter::default());
            output.write(&mut json);
            output.write(&mut cbor);
            let (json, cbor) = (json.into_bytes(), cbor.into_bytes());
            for piece_bytes in [1, 300, 1_000, 100_000] {
                assert_eq!(in_pieces(&output, JsonWriter::default(), piece_bytes), json);
                assert_eq!(in_pieces(&output, CborWriter::default(), piece_bytes), cbor);
            }
        }
    }
}
