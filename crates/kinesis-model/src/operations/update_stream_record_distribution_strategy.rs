//! UpdateStreamRecordDistributionStrategy: how records find their shard
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::RecordDistributionStrategy;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream to distribute its records in another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateStreamRecordDistributionStrategyInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The way.
    pub strategy: RecordDistributionStrategy,
}

impl OperationInput for UpdateStreamRecordDistributionStrategyInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take_unnamed(&mut members)?;
        let strategy = members.text("RecordDistributionStrategy")?;

        let mut checks = Constraints::default();
        stream.check_arn_required(&mut checks);
        let strategy = checks.required_one_of("recordDistributionStrategy", strategy.as_deref());
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            strategy: strategy.unwrap_or(RecordDistributionStrategy::UserPartitionKey),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UpdateStreamRecordDistributionStrategyInput>(
            r#"{"RecordDistributionStrategy":"ODD"}"#,
            &[
                "Value null at 'streamARN' failed to satisfy constraint: Member must not be null",
                "Value 'ODD' at 'recordDistributionStrategy' failed to satisfy constraint: Member must satisfy enum value set: \
                 [AUTO, USER_PARTITION_KEY]",
            ],
        );
    }
}
