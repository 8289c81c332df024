//! UpdateStreamMode (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamMode.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::stream::{self, StreamMode};
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream to get another capacity mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateStreamModeInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The mode.
    pub mode: StreamMode,
    /// The throughput that it has to be ready for, in MiB/s.
    pub warm_throughput_mibps: Option<u32>,
}

impl OperationInput for UpdateStreamModeInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take_unnamed(&mut members)?;
        let details = stream::take_mode_details(&mut members)?;
        let warm_throughput_mibps = members.integer("WarmThroughputMiBps")?;

        let mut checks = Constraints::default();
        stream.check_arn_required(&mut checks);
        checks.required("streamModeDetails", details.as_ref().map(|_| ()));
        let mode = stream::check_mode_details(&mut checks, details.as_ref());
        checks.integer("warmThroughputMiBps", warm_throughput_mibps, 0, i32::MAX);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            mode: mode.unwrap_or(StreamMode::OnDemand),
            warm_throughput_mibps: warm_throughput_mibps.map(i32::unsigned_abs),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UpdateStreamModeInput>(
            r#"{"StreamName":"a"}"#,
            &[
                "Value null at 'streamARN' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamModeDetails' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<UpdateStreamModeInput>(
            r#"{"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/a","StreamModeDetails":{},"WarmThroughputMiBps":-1}"#,
            &[
                "Value null at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must not be null",
                "Value '-1' at 'warmThroughputMiBps' failed to satisfy constraint: Member must have value greater than or equal to 0",
            ],
        );
    }
}
