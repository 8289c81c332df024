//! IncreaseStreamRetentionPeriod, which keeps records for a longer time
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::retention_period;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream whose records are to be kept for a longer time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncreaseStreamRetentionPeriodInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// How long to keep them, in hours, 1 to [`crate::limits::RETENTION_HOURS_MAX`]; see
    /// [`crate::operations::check_retention_hours`].
    pub retention_hours: u32,
}

impl OperationInput for IncreaseStreamRetentionPeriodInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let hours = members.integer("RetentionPeriodHours")?;

        let mut checks = Constraints::default();
        let retention_hours = retention_period::check_required(&mut checks, hours);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, retention_hours })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<IncreaseStreamRetentionPeriodInput>(r#","RetentionPeriodHours":24"#);
    }

    #[test]
    fn every_violated_constraint_is_told_in_the_recorded_order() {
        check_violations::<IncreaseStreamRetentionPeriodInput>(
            "{}",
            &[
                "Value null at 'retentionPeriodHours' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<IncreaseStreamRetentionPeriodInput>(
            r#"{"StreamName":"a","RetentionPeriodHours":-1}"#,
            &[
                "Value '-1' at 'retentionPeriodHours' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ],
        );
        check_violations::<IncreaseStreamRetentionPeriodInput>(
            r#"{"StreamName":"a","RetentionPeriodHours":8761}"#,
            &[
                "Value '8761' at 'retentionPeriodHours' failed to satisfy constraint: Member must have value less than or equal to 8760",
            ],
        );
    }
}
