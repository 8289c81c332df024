//! DescribeLimits: how many shards and on-demand streams there may be, and are.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{DescribeLimitsInput, DescribeLimitsOutput};
use alluvium_stream_store::StreamMode;

use crate::authorize::{Resource, Target};
use crate::limits::ON_DEMAND_STREAMS_MAX;
use crate::server::Server;

impl Target for DescribeLimitsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Account
    }
}

pub(crate) async fn describe_limits(
    server: Arc<Server>,
    _input: DescribeLimitsInput,
) -> Result<DescribeLimitsOutput, Exception> {
    let is_on_demand = |stream: &&Arc<alluvium_stream_store::Stream>| stream.mode == StreamMode::OnDemand;
    Ok(DescribeLimitsOutput {
        shard_limit: usize::try_from(server.options.shard_limit).unwrap_or(usize::MAX),
        open_shard_count: usize::try_from(server.open_shard_count()).unwrap_or(usize::MAX),
        on_demand_stream_count: server.streams().iter().filter(is_on_demand).count(),
        on_demand_stream_count_limit: ON_DEMAND_STREAMS_MAX,
    })
}
