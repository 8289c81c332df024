//! DescribeStreamSummary: a stream without its shards.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{
    DescribeStreamSummaryInput, DescribeStreamSummaryOutput, StreamStatus,
};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for DescribeStreamSummaryInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn describe_stream_summary(
    server: Arc<Server>,
    input: DescribeStreamSummaryInput,
) -> Result<DescribeStreamSummaryOutput, Exception> {
    let stream = server.stream(&input.stream)?;
    let summary = server.summary(&stream, server.clock.now_millis());
    let open_shard_count =
        if summary.status == StreamStatus::Creating { 0 } else { stream.open_shards().count() };
    Ok(DescribeStreamSummaryOutput {
        stream: summary,
        retention_hours: stream.retention_hours,
        open_shard_count,
        consumer_count: 0,
    })
}
