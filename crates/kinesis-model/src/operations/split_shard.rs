//! SplitShard (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::shapes;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A shard to be split in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitShardInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The shard as the request writes it; see [`crate::ShardId::resolve`].
    pub shard_to_split: String,
    /// Where the second of the new shards begins: decimal digits, at most 39 of them, which may be no hash key.
    pub new_starting_hash_key: String,
}

impl OperationInput for SplitShardInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let shard_to_split = members.text("ShardToSplit")?;
        let new_starting_hash_key = members.text("NewStartingHashKey")?;

        let mut checks = Constraints::default();
        checks.text("newStartingHashKey", new_starting_hash_key.as_deref(), &shapes::HASH_KEY);
        let new_starting_hash_key = checks.required("newStartingHashKey", new_starting_hash_key);
        stream.check_required(&mut checks);
        checks.text("shardToSplit", shard_to_split.as_deref(), &shapes::SHARD_ID);
        let shard_to_split = checks.required("shardToSplit", shard_to_split);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, shard_to_split, new_starting_hash_key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<SplitShardInput>(r#","ShardToSplit":"0","NewStartingHashKey":"0""#);
    }

    #[test]
    fn every_violated_constraint_is_told_in_the_recorded_order() {
        check_violations::<SplitShardInput>(
            "{}",
            &[
                "Value null at 'newStartingHashKey' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
                "Value null at 'shardToSplit' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<SplitShardInput>(
            r#"{"StreamName":"a","ShardToSplit":"","NewStartingHashKey":""}"#,
            &[
                "Value '' at 'newStartingHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})",
                "Value '' at 'shardToSplit' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'shardToSplit' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
    }
}
