//! UpdateStreamMode: who chooses the number of shards. The shards stay as they are.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{StreamMode, UpdateStreamModeInput};
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{self as store, RecordDistribution, Stream, StreamChange, StreamSettings};

use crate::authorize::{Resource, Target};
use crate::daily::DailyChange;
use crate::server::Server;

impl Target for UpdateStreamModeInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn update_stream_mode(
    server: Arc<Server>,
    input: UpdateStreamModeInput,
) -> Result<EmptyOutput, Exception> {
    let warm_throughput_mib = server.checked_warm_throughput(input.warm_throughput_mibps)?;
    if input.mode == StreamMode::Provisioned && input.warm_throughput_mibps.is_some() {
        return Err(Exception::invalid_argument(
            "WarmThroughputMiBps is only valid when the stream mode is being updated to ON_DEMAND.",
        ));
    }
    let plan = |stream: &Stream| {
        server.check_warm_up(stream, warm_throughput_mib)?;
        server.count_daily(stream, DailyChange::UpdateStreamMode)?;
        let settings = (*stream.settings).clone();
        let (mode, settings) = match input.mode {
            StreamMode::OnDemand => {
                let warm_throughput_mib = warm_throughput_mib.or(settings.warm_throughput_mib);
                (store::StreamMode::OnDemand, StreamSettings { warm_throughput_mib, ..settings })
            }
            // Only streams in on-demand mode can be kept warm or spread records as they see fit.
            StreamMode::Provisioned => {
                let record_distribution = RecordDistribution::PartitionKey;
                let settings = StreamSettings { warm_throughput_mib: None, record_distribution, ..settings };
                (store::StreamMode::Provisioned, settings)
            }
        };
        let change = StreamChange { mode: Some(mode), settings: Some(settings), ..StreamChange::default() };
        Ok(Some(change))
    };
    let stream = server.change_stream(&input.stream, plan).await?;
    server.warm_up(stream, warm_throughput_mib).await?;
    Ok(EmptyOutput)
}
