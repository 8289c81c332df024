//! CreateStream: the stream is durable when this answers, and becomes ACTIVE a moment later.

use std::sync::Arc;

use alluvium_kinesis_model::limits::{ON_DEMAND_SHARD_COUNT, RETENTION_HOURS_DEFAULT};
use alluvium_kinesis_model::operations::{Capacity, CreateStreamInput, RecordDistributionStrategy};
use alluvium_kinesis_model::{EmptyOutput, Exception, ExceptionKind};
use alluvium_stream_store::{
    NewStream, RecordDistribution, Stream, StreamMode, StreamSettings, StreamStatus,
};

use crate::authorize::{RequestTags, Resource, Target};
use crate::limits::STREAMS_CREATING_MAX;
use crate::options::Limits;
use crate::server::Server;

impl Target for CreateStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::NewStream(&self.stream_name)
    }

    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags { given: &self.tags, ..RequestTags::default() }
    }
}

pub(crate) async fn create_stream(
    server: Arc<Server>,
    input: CreateStreamInput,
) -> Result<EmptyOutput, Exception> {
    let tags = server.checked_tags(input.tags, &format!("stream {}", input.stream_name))?;
    let warm_throughput_mib =
        server.checked_warm_throughput(input.warm_throughput_mibps.map(i32::unsigned_abs))?;
    let (mode, shard_count) = match input.capacity {
        Capacity::OnDemand => {
            (StreamMode::OnDemand, warm_throughput_mib.unwrap_or(0).max(ON_DEMAND_SHARD_COUNT))
        }
        Capacity::Provisioned { shard_count } => (StreamMode::Provisioned, shard_count),
    };
    if mode == StreamMode::Provisioned {
        check_no_on_demand_settings(input.record_distribution_strategy, warm_throughput_mib)?;
    }
    let defaults = StreamSettings::default();
    let settings = StreamSettings {
        record_kib_max: input.max_record_size_kib.map_or(defaults.record_kib_max, i32::unsigned_abs),
        warm_throughput_mib,
        record_distribution: match input.record_distribution_strategy {
            Some(RecordDistributionStrategy::Auto) => RecordDistribution::Auto,
            Some(RecordDistributionStrategy::UserPartitionKey) | None => RecordDistribution::PartitionKey,
        },
        ..defaults
    };
    let _turn = server.changing.lock().await;
    let name = input.stream_name;
    if server.stream(&name.clone().into()).is_ok() {
        return Err(server.stream_exists(name.as_str()));
    }
    server.check_shard_limit(shard_count.into())?;
    let now_millis = server.clock.now_millis();
    check_creating(&server, now_millis)?;
    let new = NewStream {
        name: name.clone(),
        mode,
        shard_count,
        retention_hours: RETENTION_HOURS_DEFAULT,
        settings,
        tags,
        active_at_millis: server.settled_at_millis(now_millis),
        now_millis,
    };
    match server.store.create_stream(new).await {
        Ok(_) => Ok(EmptyOutput),
        Err(error) => Err(server.catalog_exception(name.as_str(), &error)),
    }
}

/// Refuses too many streams that are being made.
fn check_creating(server: &Server, now_millis: i64) -> Result<(), Exception> {
    let is_creating = |stream: &&Arc<Stream>| stream.status(now_millis) == StreamStatus::Creating;
    if server.options.limits == Limits::None
        || server.streams().iter().filter(is_creating).count() < STREAMS_CREATING_MAX
    {
        return Ok(());
    }
    let account_id = &server.options.account_id;
    let text = format!(
        "This request would exceed the limit of {STREAMS_CREATING_MAX} streams in CREATING status for account {account_id}."
    );
    Err(Exception::new(ExceptionKind::LimitExceeded, text))
}

/// Refuses what only on-demand streams can have.
fn check_no_on_demand_settings(
    strategy: Option<RecordDistributionStrategy>,
    warm_throughput_mib: Option<u32>,
) -> Result<(), Exception> {
    if strategy == Some(RecordDistributionStrategy::Auto) {
        return Err(Exception::invalid_argument(
            "RecordDistributionStrategy AUTO is only supported for streams in On-Demand mode.",
        ));
    }
    if warm_throughput_mib.is_some() {
        return Err(Exception::invalid_argument(
            "WarmThroughputMiBps is only supported for streams in On-Demand mode.",
        ));
    }
    Ok(())
}
