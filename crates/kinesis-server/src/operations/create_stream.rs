//! CreateStream: the stream is durable when this answers, and becomes ACTIVE a moment later.

use std::sync::Arc;

use alluvium_kinesis_model::limits::{
    ON_DEMAND_SHARD_COUNT, RECORD_BYTES_MAX_DEFAULT, RETENTION_HOURS_DEFAULT,
};
use alluvium_kinesis_model::operations::{Capacity, CreateStreamInput, RecordDistributionStrategy};
use alluvium_kinesis_model::{EmptyOutput, Exception, ExceptionKind};
use alluvium_stream_store::{NewStream, StreamMode, StreamSettings, Tags};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for CreateStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::NewStream(&self.stream_name)
    }
}

pub(crate) async fn create_stream(
    server: Arc<Server>,
    input: CreateStreamInput,
) -> Result<EmptyOutput, Exception> {
    check_settings(&input)?;
    let (mode, shard_count) = match input.capacity {
        Capacity::OnDemand => (StreamMode::OnDemand, ON_DEMAND_SHARD_COUNT),
        Capacity::Provisioned { shard_count } => (StreamMode::Provisioned, shard_count),
    };
    let _alone = server.creating.lock().await;
    let name = input.stream_name;
    if server.store.stream(&name).is_some() {
        return Err(server.stream_exists(name.as_str()));
    }
    check_shard_limit(&server, shard_count)?;
    if !input.tags.is_empty() {
        tracing::warn!(stream = %name, "the tags of CreateStream are not kept");
    }
    let now_millis = server.clock.now_millis();
    let new = NewStream {
        name: name.clone(),
        mode,
        shard_count,
        retention_hours: RETENTION_HOURS_DEFAULT,
        settings: StreamSettings::default(),
        tags: Tags::new(),
        active_at_millis: now_millis + i64::from(server.options.creating_millis),
        now_millis,
    };
    match server.store.create_stream(new).await {
        Ok(_) => Ok(EmptyOutput),
        Err(error) => Err(server.catalog_exception(name.as_str(), &error)),
    }
}

/// Refuses the settings that this service does not have, rather than to leave them out.
fn check_settings(input: &CreateStreamInput) -> Result<(), Exception> {
    let kib_default = RECORD_BYTES_MAX_DEFAULT / 1024;
    if let Some(kib) = input.max_record_size_kib
        && usize::try_from(kib).is_ok_and(|kib| kib != kib_default)
    {
        let text = format!("MaxRecordSizeInKiB {kib} is not supported by this server, only {kib_default}.");
        return Err(Exception::invalid_argument(text));
    }
    if input.record_distribution_strategy == Some(RecordDistributionStrategy::Auto) {
        let text =
            "RecordDistributionStrategy AUTO is not supported by this server, only USER_PARTITION_KEY.";
        return Err(Exception::invalid_argument(text));
    }
    if let Some(mibps) = input.warm_throughput_mibps.filter(|mibps| *mibps > 0) {
        let text = format!("WarmThroughputMiBps {mibps} is not supported by this server.");
        return Err(Exception::invalid_argument(text));
    }
    Ok(())
}

fn check_shard_limit(server: &Server, more: u32) -> Result<(), Exception> {
    let limit = server.options.shard_limit;
    let present: u64 = server.store.streams().iter().map(|stream| stream.open_shards().count() as u64).sum();
    if present + u64::from(more) <= limit {
        return Ok(());
    }
    let (account_id, region) = (&server.options.account_id, &server.options.region);
    Err(Exception::new(
        ExceptionKind::LimitExceeded,
        format!(
            "This request would exceed the shard limit for the account {account_id} in {region}. Current shard count \
             for the account: {present}. Limit: {limit}. Number of additional shards that would have resulted from this \
             request: {more}. Refer to the AWS Service Limits page \
             (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to \
             request higher limits."
        ),
    ))
}
