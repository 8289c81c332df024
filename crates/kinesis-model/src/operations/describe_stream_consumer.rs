//! DescribeStreamConsumer (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::consumer::{ConsumerIdentifier, ConsumerMembers, ConsumerSummary};
use crate::writer::Writer;
/// A consumer to be described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeStreamConsumerInput {
    /// The consumer.
    pub consumer: ConsumerIdentifier,
}

impl OperationInput for DescribeStreamConsumerInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let consumer = ConsumerMembers::take(&mut members)?;
        let mut checks = Constraints::default();
        consumer.check(&mut checks);
        checks.finish()?;
        Ok(Self { consumer: consumer.identify()? })
    }
}

/// A consumer with the stream that it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeStreamConsumerOutput {
    /// The consumer.
    pub consumer: ConsumerSummary,
    /// The ARN of its stream.
    pub stream_arn: String,
}

impl OperationOutput for DescribeStreamConsumerOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.member("ConsumerDescription");
        writer.begin_structure();
        self.consumer.write_members(writer);
        writer.text_member("StreamARN", &self.stream_arn);
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
        check_violations::<DescribeStreamConsumerInput>(
            r#"{"ConsumerName":"","ConsumerARN":"arn:aws:kinesis:us-east-1:123456789012:stream/a"}"#,
            &[
                "Value '' at 'consumerName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'consumerName' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value 'arn:aws:kinesis:us-east-1:123456789012:stream/a' at 'consumerARN' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: \
                 ^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+",
            ],
        );
    }
}
