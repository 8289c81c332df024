//! Registered consumers: how requests say which one they mean, and how answers show them.

use crate::arn::ConsumerArn;
use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::shapes;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;

/// The consumer that a request means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerIdentifier {
    /// The stream that it reads.
    pub stream: StreamIdentifier,
    /// Its name.
    pub consumer_name: String,
    /// Its ARN when the request gave one.
    pub arn: Option<ConsumerArn>,
}

/// The members that name a consumer, as the request has them.
pub(crate) struct ConsumerMembers {
    stream: StreamMembers,
    name: Option<String>,
    arn: Option<String>,
}

impl ConsumerMembers {
    /// Takes the members out.
    pub(crate) fn take(members: &mut Members) -> Result<Self, Exception> {
        Ok(Self {
            stream: StreamMembers::take_unnamed(members)?,
            name: members.text("ConsumerName")?,
            arn: members.text("ConsumerARN")?,
        })
    }

    /// Checks those that are there.
    pub(crate) fn check(&self, checks: &mut Constraints) {
        self.stream.check(checks);
        checks.text("consumerName", self.name.as_deref(), &shapes::CONSUMER_NAME);
        checks.text("consumerARN", self.arn.as_deref(), &shapes::CONSUMER_ARN);
    }

    /// The consumer that members mean which passed their checks: by its ARN, or by the stream and its name; what is given
    /// of both has to agree.
    pub(crate) fn identify(self) -> Result<ConsumerIdentifier, Exception> {
        let stream = self.stream.identify()?;
        let Some(text) = self.arn else {
            return match (stream, self.name) {
                (Some(stream), Some(consumer_name)) => {
                    Ok(ConsumerIdentifier { stream, consumer_name, arn: None })
                }
                _ => Err(Exception::invalid_argument(
                    "Either ConsumerARN, or both StreamARN and ConsumerName should be provided.",
                )),
            };
        };
        let arn = read_arn(&text)?;
        let other_stream = stream
            .as_ref()
            .and_then(|stream| stream.arn.as_ref())
            .is_some_and(|stream| *stream != arn.stream);
        if other_stream || self.name.as_ref().is_some_and(|name| *name != arn.consumer_name) {
            return Err(Exception::invalid_argument(format!(
                "ConsumerARN {text} is not of the StreamARN or ConsumerName beside it."
            )));
        }
        let stream = StreamIdentifier {
            name: Some(arn.stream.stream_name.clone()),
            arn: Some(arn.stream.clone()),
            id: stream.and_then(|stream| stream.id),
        };
        Ok(ConsumerIdentifier { stream, consumer_name: arn.consumer_name.clone(), arn: Some(arn) })
    }
}

/// Reads an ARN that passed its checks.
pub(crate) fn read_arn(text: &str) -> Result<ConsumerArn, Exception> {
    ConsumerArn::parse(text)
        .ok_or_else(|| Exception::invalid_argument(format!("ConsumerARN {text} names no consumer.")))
}

/// Where a consumer is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsumerStatus {
    /// Being registered; can not read yet.
    Creating,
    /// Being taken away.
    Deleting,
    /// There.
    Active,
}

impl Enumeration for ConsumerStatus {
    const ALL: &'static [(&'static str, Self)] =
        &[("CREATING", Self::Creating), ("DELETING", Self::Deleting), ("ACTIVE", Self::Active)];
}

impl ConsumerStatus {
    /// The word on the wire.
    pub fn wire_name(self) -> &'static str {
        self.word()
    }
}

/// A consumer as answers show it
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Consumer.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSummary {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Where it is in its life.
    pub status: ConsumerStatus,
    /// When it was registered, milliseconds since 1970; shown in whole seconds.
    pub created_millis: i64,
}

impl ConsumerSummary {
    /// Writes the members, without the structure around them.
    pub(crate) fn write_members<W: Writer>(&self, writer: &mut W) {
        writer.text_member("ConsumerName", &self.name);
        writer.text_member("ConsumerARN", &self.arn);
        writer.text_member("ConsumerStatus", self.status.wire_name());
        writer.member("ConsumerCreationTimestamp");
        writer.timestamp_millis(self.created_millis.div_euclid(1_000) * 1_000);
    }
}

#[cfg(test)]
mod tests {
    use crate::operation::OperationInput as _;
    use crate::operations::DescribeStreamConsumerInput;
    use crate::operations::tests::refusal;

    const STREAM: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/a";

    #[test]
    fn a_consumer_is_named_by_its_arn_or_by_its_stream_and_name() {
        for body in [
            format!(r#"{{"ConsumerARN":"{STREAM}/consumer/b:17"}}"#),
            format!(r#"{{"StreamARN":"{STREAM}","ConsumerName":"b"}}"#),
            format!(
                r#"{{"ConsumerARN":"{STREAM}/consumer/b:17","StreamARN":"{STREAM}","ConsumerName":"b"}}"#
            ),
        ] {
            let consumer =
                DescribeStreamConsumerInput::from_json(body.as_bytes()).expect("a consumer").consumer;
            assert_eq!((consumer.stream.shown(), consumer.consumer_name.as_str()), ("a", "b"), "{body}");
        }
    }

    #[test]
    fn a_consumer_that_is_named_too_little_or_twice_is_refused() {
        for body in
            ["{}".to_owned(), format!(r#"{{"StreamARN":"{STREAM}"}}"#), r#"{"ConsumerName":"b"}"#.to_owned()]
        {
            assert_eq!(
                refusal::<DescribeStreamConsumerInput>(&body),
                "InvalidArgumentException: Either ConsumerARN, or both StreamARN and ConsumerName should be provided."
            );
        }
        for rest in [r#""ConsumerName":"c""#.to_owned(), format!(r#""StreamARN":"{STREAM}x""#)] {
            assert_eq!(
                refusal::<DescribeStreamConsumerInput>(&format!(
                    r#"{{"ConsumerARN":"{STREAM}/consumer/b:17",{rest}}}"#
                )),
                format!(
                    "InvalidArgumentException: ConsumerARN {STREAM}/consumer/b:17 is not of the StreamARN or ConsumerName \
                     beside it."
                )
            );
        }
    }
}
