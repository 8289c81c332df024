//! GetShardIterator (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html>).

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{SequenceNumber, shapes};

/// Where a shard iterator begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IteratorStart {
    /// At the record with this sequence number.
    AtSequenceNumber(SequenceNumber),
    /// After the record with this sequence number.
    AfterSequenceNumber(SequenceNumber),
    /// At the oldest record that is still there.
    TrimHorizon,
    /// After the newest record.
    Latest,
    /// At the first record that arrived at this time or later, milliseconds since 1970.
    AtTimestamp(i64),
}

/// The words for a start, in the order in which the real service lists them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IteratorType {
    AfterSequenceNumber,
    Latest,
    AtTimestamp,
    AtSequenceNumber,
    TrimHorizon,
}

impl Enumeration for IteratorType {
    const ALL: &'static [(&'static str, Self)] = &[
        ("AFTER_SEQUENCE_NUMBER", Self::AfterSequenceNumber),
        ("LATEST", Self::Latest),
        ("AT_TIMESTAMP", Self::AtTimestamp),
        ("AT_SEQUENCE_NUMBER", Self::AtSequenceNumber),
        ("TRIM_HORIZON", Self::TrimHorizon),
    ];
}

/// The position that an iterator is wanted for. What is wrong with `start` alone is told only after the shard was found, so
/// it is checked by [`GetShardIteratorInput::start`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetShardIteratorInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The shard as the request writes it; see [`crate::ShardId::resolve`].
    pub shard_id: String,
    /// Whether only to say that the request would succeed.
    pub dry_run: bool,
    iterator_type: String,
    starting_sequence_number: Option<String>,
    timestamp_millis: Option<i64>,
}

impl OperationInput for GetShardIteratorInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let shard_id = members.text("ShardId")?;
        let iterator_type = members.text("ShardIteratorType")?;
        let starting_sequence_number = members.text("StartingSequenceNumber")?;
        let timestamp_millis = members.timestamp_millis("Timestamp")?;
        let dry_run = members.boolean("DryRun")?;

        let mut checks = Constraints::default();
        checks.text("shardId", shard_id.as_deref(), &shapes::SHARD_ID);
        let shard_id = checks.required("shardId", shard_id);
        checks.required_one_of::<IteratorType>("shardIteratorType", iterator_type.as_deref());
        checks.text("startingSequenceNumber", starting_sequence_number.as_deref(), &shapes::SEQUENCE_NUMBER);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            shard_id,
            iterator_type: iterator_type.unwrap_or_default(),
            starting_sequence_number,
            timestamp_millis,
            dry_run: dry_run.unwrap_or(false),
        })
    }
}

impl GetShardIteratorInput {
    /// Where the iterator begins. A type and the members that do not go with it are an InvalidArgumentException, as is a
    /// time after `now_millis`.
    pub fn start(&self, now_millis: i64) -> Result<IteratorStart, Exception> {
        let number = self.starting_sequence_number.as_deref().and_then(SequenceNumber::parse);
        match (IteratorType::parse(&self.iterator_type), number) {
            (Some(IteratorType::AtSequenceNumber), Some(number)) => {
                Ok(IteratorStart::AtSequenceNumber(number))
            }
            (Some(IteratorType::AfterSequenceNumber), Some(number)) => {
                Ok(IteratorStart::AfterSequenceNumber(number))
            }
            (Some(IteratorType::TrimHorizon), None) => Ok(IteratorStart::TrimHorizon),
            (Some(IteratorType::Latest), None) => Ok(IteratorStart::Latest),
            (Some(IteratorType::AtTimestamp), _) => self.start_at_timestamp(now_millis),
            (_, number) => {
                let given = if number.is_some() { "also a" } else { "no" };
                Err(Exception::invalid_argument(format!(
                    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber \
                     or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {} and {given} \
                     StartingSequenceNumber.",
                    self.iterator_type
                )))
            }
        }
    }

    fn start_at_timestamp(&self, now_millis: i64) -> Result<IteratorStart, Exception> {
        let Some(millis) = self.timestamp_millis else {
            return Err(Exception::invalid_argument(
                "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no \
                 timestamp parameter.",
            ));
        };
        if millis > now_millis {
            return Err(Exception::invalid_argument(format!(
                "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. \
                 timestampInMillis: {millis}, currentTimestampInMillis: {now_millis}"
            )));
        }
        Ok(IteratorStart::AtTimestamp(millis))
    }
}

/// A shard iterator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetShardIteratorOutput {
    /// Opaque to clients.
    pub shard_iterator: String,
}

impl OperationOutput for GetShardIteratorOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("ShardIterator", &self.shard_iterator);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    const NOW: i64 = 1_700_000_000_000;

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<GetShardIteratorInput>(r#","ShardId":"0","ShardIteratorType":"LATEST""#);
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<GetShardIteratorInput>(
            "{}",
            &[
                "Value null at 'shardId' failed to satisfy constraint: Member must not be null",
                "Value null at 'shardIteratorType' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<GetShardIteratorInput>(
            r#"{"StreamName":"a","ShardIteratorType":"","ShardId":"","StartingSequenceNumber":""}"#,
            &[
                "Value '' at 'shardId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'shardId' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: \
                 [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
                "Value '' at 'startingSequenceNumber' failed to satisfy constraint: Member must satisfy regular expression \
                 pattern: 0|([1-9]\\d{0,128})",
            ],
        );
    }

    #[test]
    fn a_type_wants_its_members_and_no_others() {
        let start = |rest: &str| {
            let body = format!(r#"{{"StreamName":"a","ShardId":"0","ShardIteratorType":{rest}}}"#);
            let input = GetShardIteratorInput::from_json(body.as_bytes()).expect("constraints hold");
            input.start(NOW).map_err(|exception| exception.message.unwrap_or_default())
        };
        let rule = "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or \
                    (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ";
        for (rest, expected) in [
            (r#""AT_SEQUENCE_NUMBER""#, "AT_SEQUENCE_NUMBER and no StartingSequenceNumber."),
            (r#""AFTER_SEQUENCE_NUMBER""#, "AFTER_SEQUENCE_NUMBER and no StartingSequenceNumber."),
            (r#""LATEST","StartingSequenceNumber":"5""#, "LATEST and also a StartingSequenceNumber."),
            (
                r#""TRIM_HORIZON","StartingSequenceNumber":"5""#,
                "TRIM_HORIZON and also a StartingSequenceNumber.",
            ),
        ] {
            assert_eq!(start(rest), Err(format!("{rule}{expected}")));
        }
        assert_eq!(
            start(r#""AT_TIMESTAMP""#),
            Err("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no \
                 timestamp parameter."
                .to_owned())
        );
        assert_eq!(
            start(r#""AT_TIMESTAMP","Timestamp":1700000002.5"#),
            Err("The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. \
                 timestampInMillis: 1700000002500, currentTimestampInMillis: 1700000000000"
                .to_owned())
        );
        assert_eq!(
            start(r#""AT_TIMESTAMP","Timestamp":1699999999.999"#),
            Ok(IteratorStart::AtTimestamp(NOW - 1))
        );
        assert_eq!(start(r#""LATEST""#), Ok(IteratorStart::Latest));
    }
}
