//! DescribeStreamSummary (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::limits::RECORD_BYTES_MAX_DEFAULT;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::stream::{StreamSummary, write_settings};
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
    /// How long records are kept, in hours.
    pub retention_hours: u32,
    /// How many shards take records.
    pub open_shard_count: usize,
    /// How many consumers are registered.
    pub consumer_count: usize,
}

impl OperationOutput for DescribeStreamSummaryOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.member("StreamDescriptionSummary");
        writer.begin_structure();
        self.stream.write_members(writer);
        write_settings(writer, self.retention_hours);
        writer.count_member("OpenShardCount", self.open_shard_count);
        writer.count_member("ConsumerCount", self.consumer_count);
        writer.count_member("MaxRecordSizeInKiB", RECORD_BYTES_MAX_DEFAULT / 1024);
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
