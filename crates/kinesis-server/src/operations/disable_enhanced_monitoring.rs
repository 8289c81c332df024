//! DisableEnhancedMonitoring: metrics are no longer kept for each shard of a stream.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{DisableEnhancedMonitoringInput, EnhancedMonitoringOutput};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for DisableEnhancedMonitoringInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn disable_enhanced_monitoring(
    server: Arc<Server>,
    input: DisableEnhancedMonitoringInput,
) -> Result<EnhancedMonitoringOutput, Exception> {
    server.change_monitoring(&input.stream, |kept, metric| kept && !input.metrics.contains(&metric)).await
}
