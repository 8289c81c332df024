//! SubscribeToShard (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html>): its input, and the event
//! that its stream is made of.

use crate::arn::ConsumerArn;
use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::consumer;
use crate::operations::get_shard_iterator::{IteratorStart, IteratorType};
use crate::operations::record::{ChildShard, RecordView};
use crate::writer::Writer;
use crate::{SequenceNumber, shapes};

/// A shard to be read by a registered consumer. What is wrong with the position alone is told only after the shard was
/// found, so it is checked by [`SubscribeToShardInput::start`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeToShardInput {
    /// The consumer.
    pub consumer_arn: ConsumerArn,
    /// The id of its stream, when the request gave one; it has to be the ARN's.
    pub stream_id: Option<String>,
    /// The shard as the request writes it; see [`crate::ShardId::resolve`].
    pub shard_id: String,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
    position: PositionMembers,
}

/// The members of the structure StartingPosition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct PositionMembers {
    kind: Option<String>,
    sequence_number: Option<String>,
    timestamp_millis: Option<i64>,
}

impl OperationInput for SubscribeToShardInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let consumer_arn = members.text("ConsumerARN")?;
        let stream_id = members.text("StreamId")?;
        let shard_id = members.text("ShardId")?;
        let position = match members.structure("StartingPosition")? {
            Some(mut position) => Some(PositionMembers {
                kind: position.text("Type")?,
                sequence_number: position.text("SequenceNumber")?,
                timestamp_millis: position.timestamp_millis("Timestamp")?,
            }),
            None => None,
        };
        let dry_run = members.boolean("DryRun")?;

        let mut checks = Constraints::default();
        checks.text("consumerARN", consumer_arn.as_deref(), &shapes::CONSUMER_ARN);
        let consumer_arn = checks.required("consumerARN", consumer_arn);
        checks.text("streamId", stream_id.as_deref(), &shapes::STREAM_ID);
        checks.text("shardId", shard_id.as_deref(), &shapes::SHARD_ID);
        let shard_id = checks.required("shardId", shard_id);
        if let Some(position) = &position {
            checks.required_one_of::<IteratorType>("startingPosition.type", position.kind.as_deref());
            let number = position.sequence_number.as_deref();
            checks.text("startingPosition.sequenceNumber", number, &shapes::SEQUENCE_NUMBER);
        }
        let position = checks.required("startingPosition", position);
        checks.finish()?;
        Ok(Self {
            consumer_arn: consumer::read_arn(&consumer_arn)?,
            stream_id,
            shard_id,
            dry_run: dry_run.unwrap_or(false),
            position,
        })
    }
}

impl SubscribeToShardInput {
    /// Where the reading begins. A type and the members that do not go with it are an InvalidArgumentException.
    pub fn start(&self) -> Result<IteratorStart, Exception> {
        let word = self.position.kind.as_deref().unwrap_or_default();
        let number = self.position.sequence_number.as_deref().and_then(SequenceNumber::parse);
        let timestamp = self.position.timestamp_millis;
        let start = match (IteratorType::parse(word), number, timestamp) {
            (Some(IteratorType::AtSequenceNumber), Some(number), None) => {
                Some(IteratorStart::AtSequenceNumber(number))
            }
            (Some(IteratorType::AfterSequenceNumber), Some(number), None) => {
                Some(IteratorStart::AfterSequenceNumber(number))
            }
            (Some(IteratorType::TrimHorizon), None, None) => Some(IteratorStart::TrimHorizon),
            (Some(IteratorType::Latest), None, None) => Some(IteratorStart::Latest),
            (Some(IteratorType::AtTimestamp), None, Some(millis)) => Some(IteratorStart::AtTimestamp(millis)),
            _ => None,
        };
        start.ok_or_else(|| {
            Exception::invalid_argument(format!(
                "StartingPosition takes a SequenceNumber with AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER, a Timestamp with \
                 AT_TIMESTAMP, and neither with TRIM_HORIZON and LATEST. Request specified {word}."
            ))
        })
    }
}

/// Records that reach a subscriber
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShardEvent.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeToShardEvent<'a> {
    /// The records, in the order of the shard.
    pub records: Vec<RecordView<'a>>,
    /// Where a later subscription goes on, exclusive; `None` when the shard is closed and was read to its end.
    pub continuation_sequence_number: Option<SequenceNumber>,
    /// How far behind the newest record this event ends, in milliseconds; 0 at the tip.
    pub millis_behind_latest: u64,
    /// The shards that follow, when there is no continuation.
    pub child_shards: Vec<ChildShard>,
    /// Whether the stream is encrypted.
    pub is_encrypted: bool,
}

impl OperationOutput for SubscribeToShardEvent<'_> {
    fn bytes_estimate(&self) -> usize {
        let records: usize = self.records.iter().map(RecordView::bytes_estimate).sum();
        records + 512 + self.child_shards.len() * 256
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        let encrypted = self.is_encrypted;
        writer.list_member("Records", &self.records, |list, record| record.write(list, encrypted));
        if let Some(number) = &self.continuation_sequence_number {
            writer.text_member("ContinuationSequenceNumber", number.as_str());
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
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<SubscribeToShardInput>(
            "{}",
            &[
                "Value null at 'consumerARN' failed to satisfy constraint: Member must not be null",
                "Value null at 'shardId' failed to satisfy constraint: Member must not be null",
                "Value null at 'startingPosition' failed to satisfy constraint: Member must not be null",
            ],
        );
    }

    #[test]
    fn a_type_wants_its_members_and_no_others() {
        let start = |position: &str| {
            let arn = "arn:aws:kinesis:us-east-1:123456789012:stream/a/consumer/b:17";
            let body = format!(
                r#"{{"ConsumerARN":"{arn}","ShardId":"0","StartingPosition":{{"Type":{position}}}}}"#
            );
            SubscribeToShardInput::from_json(body.as_bytes()).expect("constraints hold").start()
        };
        let five = SequenceNumber::parse("5").expect("a number");
        for (position, expected) in [
            (r#""LATEST""#, IteratorStart::Latest),
            (r#""TRIM_HORIZON""#, IteratorStart::TrimHorizon),
            (r#""AT_SEQUENCE_NUMBER","SequenceNumber":"5""#, IteratorStart::AtSequenceNumber(five.clone())),
            (r#""AFTER_SEQUENCE_NUMBER","SequenceNumber":"5""#, IteratorStart::AfterSequenceNumber(five)),
            (r#""AT_TIMESTAMP","Timestamp":1.5"#, IteratorStart::AtTimestamp(1_500)),
        ] {
            assert_eq!(start(position), Ok(expected), "{position}");
        }
        for position in [
            r#""LATEST","SequenceNumber":"5""#,
            r#""TRIM_HORIZON","Timestamp":1"#,
            r#""AT_SEQUENCE_NUMBER""#,
            r#""AT_TIMESTAMP""#,
        ] {
            let exception = start(position).expect_err(position).to_string();
            assert!(exception.starts_with("InvalidArgumentException: StartingPosition takes"), "{exception}");
        }
    }
}
