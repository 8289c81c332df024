//! DescribeStreamSummary: a stream without its shards.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{
    DescribeStreamSummaryInput, DescribeStreamSummaryOutput, RecordDistributionStrategy, StreamStatus,
    WarmThroughput,
};
use alluvium_stream_store::{Consumer, RecordDistribution};

use crate::authorize::{Resource, Target};
use crate::server::Server;
use crate::stream_lookup::settings;

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
    let now_millis = server.clock.now_millis();
    let summary = server.summary(&stream, now_millis);
    let is_there = |consumer: &&Consumer| consumer.status(now_millis).is_some();
    let open_shard_count =
        if summary.status == StreamStatus::Creating { 0 } else { stream.open_shards().count() };
    Ok(DescribeStreamSummaryOutput {
        stream: summary,
        settings: settings(&stream),
        stream_id: stream.stream_id.to_string(),
        open_shard_count,
        consumer_count: stream.consumers.values().filter(is_there).count(),
        warm_throughput: stream
            .settings
            .warm_throughput_mib
            .map(|mibps| WarmThroughput { target_mibps: mibps, current_mibps: mibps }),
        max_record_size_kib: stream.settings.record_kib_max,
        record_distribution_strategy: match stream.settings.record_distribution {
            RecordDistribution::Auto => RecordDistributionStrategy::Auto,
            RecordDistribution::PartitionKey => RecordDistributionStrategy::UserPartitionKey,
        },
    })
}
