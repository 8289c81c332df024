//! UpdateShardCount (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html>).

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{StreamName, limits};

#[derive(Clone, Copy)]
enum ScalingType {
    Uniform,
}

impl Enumeration for ScalingType {
    const ALL: &'static [(&'static str, Self)] = &[("UNIFORM_SCALING", Self::Uniform)];
}

/// A stream to get another number of shards, all of the same size, which is the only way of scaling there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateShardCountInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// How many open shards it is to have, at least 1.
    pub target_shard_count: u32,
}

impl OperationInput for UpdateShardCountInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let target_shard_count = members.integer("TargetShardCount")?;
        let scaling_type = members.text("ScalingType")?;

        let mut checks = Constraints::default();
        checks.integer("targetShardCount", target_shard_count, 1, limits::SHARD_COUNT_MAX);
        let target_shard_count = checks.required("targetShardCount", target_shard_count);
        checks.required_one_of::<ScalingType>("scalingType", scaling_type.as_deref());
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            target_shard_count: target_shard_count.unsigned_abs(),
        })
    }
}

/// A stream on its way to another number of shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateShardCountOutput {
    /// The stream.
    pub stream_name: StreamName,
    /// Its ARN.
    pub stream_arn: String,
    /// How many open shards it has.
    pub current_shard_count: u32,
    /// How many it is to have.
    pub target_shard_count: u32,
}

impl OperationOutput for UpdateShardCountOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("StreamName", self.stream_name.as_str());
        writer.integer_member("CurrentShardCount", self.current_shard_count.into());
        writer.integer_member("TargetShardCount", self.target_shard_count.into());
        writer.text_member("StreamARN", &self.stream_arn);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<UpdateShardCountInput>(
            r#","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING""#,
        );
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UpdateShardCountInput>(
            r#"{"StreamName":"a","TargetShardCount":0,"ScalingType":"ODD"}"#,
            &[
                "Value '0' at 'targetShardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value 'ODD' at 'scalingType' failed to satisfy constraint: Member must satisfy enum value set: [UNIFORM_SCALING]",
            ],
        );
    }
}
