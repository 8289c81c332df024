//! RegisterStreamConsumer (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::consumer::ConsumerSummary;
use crate::operations::tags;
use crate::shapes;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;

/// A consumer to be registered, which then has read throughput of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterStreamConsumerInput {
    /// The stream that it is to read.
    pub stream: StreamIdentifier,
    /// Its name, which no other consumer of the stream has.
    pub consumer_name: String,
    /// Its tags, each key once; see [`crate::operations::check_tag_characters`].
    pub tags: Vec<(String, String)>,
}

impl OperationInput for RegisterStreamConsumerInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take_unnamed(&mut members)?;
        let consumer_name = members.text("ConsumerName")?;
        let tags = members.text_map("Tags")?;

        let mut checks = Constraints::default();
        stream.check_arn_required(&mut checks);
        checks.text("consumerName", consumer_name.as_deref(), &shapes::CONSUMER_NAME);
        let consumer_name = checks.required("consumerName", consumer_name);
        tags::check(&mut checks, tags.as_deref());
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, consumer_name, tags: tags.unwrap_or_default() })
    }
}

/// A consumer that was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterStreamConsumerOutput {
    /// The consumer.
    pub consumer: ConsumerSummary,
}

impl OperationOutput for RegisterStreamConsumerOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.member("Consumer");
        writer.begin_structure();
        self.consumer.write_members(writer);
        writer.end_structure();
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<RegisterStreamConsumerInput>(
            "{}",
            &[
                "Value null at 'streamARN' failed to satisfy constraint: Member must not be null",
                "Value null at 'consumerName' failed to satisfy constraint: Member must not be null",
            ],
        );
    }
}
