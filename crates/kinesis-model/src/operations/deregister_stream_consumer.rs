//! DeregisterStreamConsumer (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::consumer::{ConsumerIdentifier, ConsumerMembers};

/// A consumer to be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeregisterStreamConsumerInput {
    /// The consumer.
    pub consumer: ConsumerIdentifier,
}

impl OperationInput for DeregisterStreamConsumerInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let consumer = ConsumerMembers::take(&mut members)?;
        let mut checks = Constraints::default();
        consumer.check(&mut checks);
        checks.finish()?;
        Ok(Self { consumer: consumer.identify()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<DeregisterStreamConsumerInput>(
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
