//! MergeShards (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::shapes;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// Two neighbouring shards to be made one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeShardsInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// One shard as the request writes it; see [`crate::ShardId::resolve`].
    pub shard_to_merge: String,
    /// Its neighbour, in the same form.
    pub adjacent_shard_to_merge: String,
}

impl OperationInput for MergeShardsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let shard_to_merge = members.text("ShardToMerge")?;
        let adjacent_shard_to_merge = members.text("AdjacentShardToMerge")?;

        let mut checks = Constraints::default();
        checks.text("shardToMerge", shard_to_merge.as_deref(), &shapes::SHARD_ID);
        let shard_to_merge = checks.required("shardToMerge", shard_to_merge);
        checks.text("adjacentShardToMerge", adjacent_shard_to_merge.as_deref(), &shapes::SHARD_ID);
        let adjacent_shard_to_merge = checks.required("adjacentShardToMerge", adjacent_shard_to_merge);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, shard_to_merge, adjacent_shard_to_merge })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<MergeShardsInput>(r#","ShardToMerge":"0","AdjacentShardToMerge":"1""#);
    }

    #[test]
    fn every_violated_constraint_is_told_in_the_recorded_order() {
        check_violations::<MergeShardsInput>(
            "{}",
            &[
                "Value null at 'shardToMerge' failed to satisfy constraint: Member must not be null",
                "Value null at 'adjacentShardToMerge' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
    }
}
