//! DescribeLimits (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html>).

use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::writer::Writer;

/// Asks for the limits of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescribeLimitsInput;

impl OperationInput for DescribeLimitsInput {
    fn from_members(_members: Members) -> Result<Self, Exception> {
        Ok(Self)
    }
}

/// The limits of the account, and how much of them is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescribeLimitsOutput {
    /// The most open shards.
    pub shard_limit: usize,
    /// How many shards are open.
    pub open_shard_count: usize,
    /// How many streams are on-demand.
    pub on_demand_stream_count: usize,
    /// The most on-demand streams.
    pub on_demand_stream_count_limit: usize,
}

impl OperationOutput for DescribeLimitsOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.count_member("ShardLimit", self.shard_limit);
        writer.count_member("OpenShardCount", self.open_shard_count);
        writer.count_member("OnDemandStreamCount", self.on_demand_stream_count);
        writer.count_member("OnDemandStreamCountLimit", self.on_demand_stream_count_limit);
        writer.count_member("ChannelCount", 0);
        writer.count_member("ChannelCountLimit", 0);
        writer.end_structure();
    }
}
