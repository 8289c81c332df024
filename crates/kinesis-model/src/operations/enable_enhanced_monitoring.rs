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
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<EnableEnhancedMonitoringInput>(r#","ShardLevelMetrics":["ALL"]"#);
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<EnableEnhancedMonitoringInput>(
            "{}",
            &[
                "Value null at 'shardLevelMetrics' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<EnableEnhancedMonitoringInput>(
            r#"{"StreamName":"a","ShardLevelMetrics":["ALL","Odd"]}"#,
            &[
                "Value '[ALL, Odd]' at 'shardLevelMetrics' failed to satisfy constraint: Member must satisfy constraint: \
                 [Member must satisfy enum value set: [IncomingBytes, IncomingRecords, OutgoingBytes, OutgoingRecords, \
                 WriteProvisionedThroughputExceeded, ReadProvisionedThroughputExceeded, IteratorAgeMilliseconds, ALL]]",
            ],
        );
    }

    #[test]
    fn all_means_each() {
        let metrics = |words: &str| {
            let body = format!(r#"{{"StreamName":"a","ShardLevelMetrics":[{words}]}}"#);
            EnableEnhancedMonitoringInput::from_json(body.as_bytes()).expect("metrics").metrics
        };
        assert_eq!(metrics(r#""ALL""#), ShardMetric::EACH);
        assert_eq!(
            metrics(r#""OutgoingBytes","IncomingBytes","OutgoingBytes""#),
            [ShardMetric::IncomingBytes, ShardMetric::OutgoingBytes]
        );
    }
}
