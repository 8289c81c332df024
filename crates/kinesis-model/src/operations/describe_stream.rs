//! DescribeStream (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::shard::ShardDescription;
use crate::operations::stream::{StreamSettings, StreamSummary};
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{limits, shapes};

/// A stream to be described with its shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeStreamInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The most shards to show.
    pub limit: Option<u32>,
    /// Shows the shards after this one.
    pub exclusive_start_shard_id: Option<String>,
}

impl OperationInput for DescribeStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let limit = members.integer("Limit")?;
        let exclusive_start_shard_id = members.text("ExclusiveStartShardId")?;

        let mut checks = Constraints::default();
        checks.integer("limit", limit, 1, limits::LIST_LIMIT_MAX);
        checks.text("exclusiveStartShardId", exclusive_start_shard_id.as_deref(), &shapes::SHARD_ID);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            limit: limit.map(i32::unsigned_abs),
            exclusive_start_shard_id,
        })
    }
}

/// A stream with a page of its shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeStreamOutput {
    /// The stream.
    pub stream: StreamSummary,
    /// How it is set.
    pub settings: StreamSettings,
    /// The shards of this page.
    pub shards: Vec<ShardDescription>,
    /// Whether there are shards after this page.
    pub has_more_shards: bool,
}

impl OperationOutput for DescribeStreamOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.member("StreamDescription");
        writer.begin_structure();
        self.stream.write_members(writer);
        self.settings.write_members(writer);
        writer.boolean_member("HasMoreShards", self.has_more_shards);
        writer.list_member("Shards", &self.shards, |list, shard| shard.write(list));
        writer.end_structure();
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<DescribeStreamInput>("");
    }

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<DescribeStreamInput>(
            r#"{"StreamName":"a","Limit":0,"ExclusiveStartShardId":""}"#,
            &[
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'exclusiveStartShardId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                "Value '' at 'exclusiveStartShardId' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        check_violations::<DescribeStreamInput>(
            r#"{"StreamName":"a","Limit":100000}"#,
            &[
                "Value '100000' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
            ],
        );
    }
}
