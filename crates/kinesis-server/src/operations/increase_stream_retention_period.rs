//! IncreaseStreamRetentionPeriod: records are kept longer, those that are still there included.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{IncreaseStreamRetentionPeriodInput, check_retention_hours};
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{Stream, StreamChange};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for IncreaseStreamRetentionPeriodInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn increase_stream_retention_period(
    server: Arc<Server>,
    input: IncreaseStreamRetentionPeriodInput,
) -> Result<EmptyOutput, Exception> {
    let hours = input.retention_hours;
    let plan = |stream: &Stream| {
        check_retention_hours(hours)?;
        if hours < stream.retention_hours {
            return Err(Exception::invalid_argument(format!(
                "Requested retention period ({hours} hours) for stream {} can not be shorter than existing retention \
                 period ({} hours). Use DecreaseRetentionPeriod API.",
                stream.name, stream.retention_hours
            )));
        }
        Ok((hours != stream.retention_hours)
            .then(|| StreamChange { retention_hours: Some(hours), ..StreamChange::default() }))
    };
    server.change_stream(&input.stream, plan).await?;
    Ok(EmptyOutput)
}
