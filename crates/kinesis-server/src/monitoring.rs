//! Which metrics are kept for each shard of a stream.

use alluvium_kinesis_model::operations::{EnhancedMonitoringOutput, ShardMetric};
use alluvium_kinesis_model::{Exception, StreamIdentifier};
use alluvium_stream_store::{self as store, Stream, StreamChange, StreamSettings};

use crate::server::Server;
use crate::stream_lookup::settings;

impl Server {
    /// Keeps those metrics of a stream of which `keep` says so, from whether they are kept now.
    pub(crate) async fn change_monitoring(
        &self,
        identifier: &StreamIdentifier,
        keep: impl Fn(bool, ShardMetric) -> bool,
    ) -> Result<EnhancedMonitoringOutput, Exception> {
        let mut current = Vec::new();
        let plan = |stream: &Stream| {
            current = settings(stream).shard_metrics;
            let desired =
                ShardMetric::EACH.into_iter().filter(|metric| keep(current.contains(metric), *metric));
            let shard_metrics = desired.filter_map(|metric| store::ShardMetric::parse(metric.wire_name()));
            let settings =
                StreamSettings { shard_metrics: shard_metrics.collect(), ..(*stream.settings).clone() };
            Ok(Some(StreamChange { settings: Some(settings), ..StreamChange::default() }))
        };
        let stream = self.change_stream(identifier, plan).await?;
        Ok(EnhancedMonitoringOutput {
            stream_name: stream.name.clone(),
            stream_arn: self.stream_arn(&stream.name),
            current,
            desired: settings(&stream).shard_metrics,
        })
    }
}
