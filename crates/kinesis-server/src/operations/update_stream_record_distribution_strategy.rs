//! UpdateStreamRecordDistributionStrategy: how records find their shard, from the next record on.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{
    RecordDistributionStrategy, UpdateStreamRecordDistributionStrategyInput,
};
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{RecordDistribution, StreamChange, StreamMode, StreamSettings};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for UpdateStreamRecordDistributionStrategyInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn update_stream_record_distribution_strategy(
    server: Arc<Server>,
    input: UpdateStreamRecordDistributionStrategyInput,
) -> Result<EmptyOutput, Exception> {
    let _turn = server.changing.lock().await;
    let stream = server.active_stream(&input.stream)?;
    let record_distribution = match input.strategy {
        RecordDistributionStrategy::Auto if stream.mode == StreamMode::Provisioned => {
            return Err(Exception::invalid_argument(
                "RecordDistributionStrategy AUTO is only supported for streams in On-Demand mode.",
            ));
        }
        RecordDistributionStrategy::Auto => RecordDistribution::Auto,
        RecordDistributionStrategy::UserPartitionKey => RecordDistribution::PartitionKey,
    };
    let settings = StreamSettings { record_distribution, ..(*stream.settings).clone() };
    let change = StreamChange { settings: Some(settings), ..StreamChange::default() };
    let changed = server.store.update_stream(stream.id, change).await;
    changed.map_err(|error| server.catalog_exception(stream.name.as_str(), &error))?;
    Ok(EmptyOutput)
}
