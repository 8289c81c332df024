//! DescribeStreamSummary (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html>).

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::create_stream::RecordDistributionStrategy;
use crate::operations::stream::{StreamSettings, StreamSummary, WarmThroughput};
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;

/// A stream to be described without its shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeStreamSummaryInput {
    /// The stream.
    pub stream: StreamIdentifier,
}

impl OperationInput for DescribeStreamSummaryInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let mut checks = Constraints::default();
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()? })
    }
}

/// A stream without its shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeStreamSummaryOutput {
    /// The stream.
    pub stream: StreamSummary,
    /// How it is set.
    pub settings: StreamSettings,
    /// Its id, which no other stream has or had.
    pub stream_id: String,
    /// How many shards take records.
    pub open_shard_count: usize,
    /// How many consumers are registered.
    pub consumer_count: usize,
    /// The throughput that it is ready for; on-demand streams have one.
    pub warm_throughput: Option<WarmThroughput>,
    /// The largest record that it takes, in KiB.
    pub max_record_size_kib: u32,
    /// How records find their shard.
    pub record_distribution_strategy: RecordDistributionStrategy,
}

impl OperationOutput for DescribeStreamSummaryOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.member("StreamDescriptionSummary");
        writer.begin_structure();
        self.stream.write_members(writer);
        writer.text_member("StreamId", &self.stream_id);
        self.settings.write_members(writer);
        writer.count_member("OpenShardCount", self.open_shard_count);
        writer.count_member("ConsumerCount", self.consumer_count);
        if let Some(throughput) = &self.warm_throughput {
            throughput.write(writer);
        }
        writer.integer_member("MaxRecordSizeInKiB", self.max_record_size_kib.into());
        writer.count_member("ChannelCount", 0);
        writer.text_member("RecordDistributionStrategy", self.record_distribution_strategy.word());
        writer.count_member("QueueCount", 0);
        writer.end_structure();
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_stream_name;

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<DescribeStreamSummaryInput>("");
    }
}
