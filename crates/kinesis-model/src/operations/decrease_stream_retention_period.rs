//! DecreaseStreamRetentionPeriod, which keeps records for a shorter time
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DecreaseStreamRetentionPeriod.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::retention_period;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream whose records are to be kept for a shorter time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreaseStreamRetentionPeriodInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// How long to keep them, in hours, 1 to [`crate::limits::RETENTION_HOURS_MAX`]; see
    /// [`crate::operations::check_retention_hours`].
    pub retention_hours: u32,
}

impl OperationInput for DecreaseStreamRetentionPeriodInput {
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
    use crate::operations::retention_period::tests::check_input;

    #[test]
    fn members_are_read_and_every_violated_constraint_is_told_in_the_recorded_order() {
        check_input::<DecreaseStreamRetentionPeriodInput>();
    }
}
