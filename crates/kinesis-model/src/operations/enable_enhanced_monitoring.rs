//! EnableEnhancedMonitoring (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnableEnhancedMonitoring.html>).

use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::enhanced_monitoring::{MonitoringMembers, ShardMetric};
use crate::stream_identifier::StreamIdentifier;

/// A stream to keep metrics for each of its shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnableEnhancedMonitoringInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The metrics, in the order in which the service lists them; all of them when the request says ALL.
    pub metrics: Vec<ShardMetric>,
}

impl OperationInput for EnableEnhancedMonitoringInput {
    fn from_members(members: Members) -> Result<Self, Exception> {
        let MonitoringMembers { stream, metrics } = MonitoringMembers::read(members)?;
        Ok(Self { stream, metrics })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::enhanced_monitoring::tests::check_input;

    #[test]
    fn members_are_read_and_every_violated_constraint_is_told() {
        check_input(|input: EnableEnhancedMonitoringInput| input.metrics);
    }
}
