//! EnableEnhancedMonitoring: metrics are kept for each shard of a stream.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{EnableEnhancedMonitoringInput, EnhancedMonitoringOutput};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for EnableEnhancedMonitoringInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn enable_enhanced_monitoring(
    server: Arc<Server>,
    input: EnableEnhancedMonitoringInput,
) -> Result<EnhancedMonitoringOutput, Exception> {
    server.change_monitoring(&input.stream, |kept, metric| kept || input.metrics.contains(&metric)).await
}
