//! From what a request names to the stream or shard that it means, and what is answered when there is none.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{
    ShardDescription, ShardMetric, StreamMode, StreamSettings, StreamStatus, StreamSummary,
};
use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId, StreamIdentifier, StreamName};
use alluvium_stream_store::{self as store, Shard, Stream, StreamChange};

use crate::server::Server;

/// The partition of every ARN here.
pub(crate) const PARTITION: &str = "aws";

impl Server {
    /// The stream that a request means, in any state.
    pub(crate) fn stream(&self, identifier: &StreamIdentifier) -> Result<Arc<Stream>, Exception> {
        // All parts of it, or a policy that names the stream by its ARN could be slipped past by another spelling.
        if let Some(arn) = &identifier.arn
            && (arn.partition != PARTITION
                || arn.account_id != self.options.account_id
                || arn.region != self.options.region)
        {
            return Err(not_found(arn.stream_name.as_str(), &arn.account_id));
        }
        let found = match (&identifier.name, &identifier.id) {
            (Some(name), _) => self.store.stream(name),
            (None, Some(id)) => self.store.stream_by_stream_id(id),
            (None, None) => None,
        };
        let now_millis = self.clock.now_millis();
        let stream = found
            .filter(|stream| !stream.is_gone(now_millis))
            .ok_or_else(|| self.stream_not_found(identifier.shown()))?;
        match &identifier.id {
            Some(id) if **id != *stream.stream_id => Err(Exception::invalid_argument(format!(
                "StreamId {id} is not the id of stream {} under account {}.",
                stream.name, self.options.account_id
            ))),
            _ => Ok(stream),
        }
    }

    /// The stream of the store's own number, in any state.
    pub(crate) fn stream_by_number(&self, stream_number: u64) -> Option<Arc<Stream>> {
        let now_millis = self.clock.now_millis();
        self.store.stream_by_id(stream_number).filter(|stream| !stream.is_gone(now_millis))
    }

    /// All streams in any state, in order of their names.
    pub(crate) fn streams(&self) -> Vec<Arc<Stream>> {
        let now_millis = self.clock.now_millis();
        let mut streams = self.store.streams();
        streams.retain(|stream| !stream.is_gone(now_millis));
        streams
    }

    /// The stream that a request means, if it takes and gives records.
    pub(crate) fn usable_stream(&self, identifier: &StreamIdentifier) -> Result<Arc<Stream>, Exception> {
        self.usable(self.stream(identifier)?, identifier)
    }

    /// The stream that was found for a request, if it takes and gives records.
    pub(crate) fn usable(
        &self,
        stream: Arc<Stream>,
        identifier: &StreamIdentifier,
    ) -> Result<Arc<Stream>, Exception> {
        match stream.status(self.clock.now_millis()) {
            store::StreamStatus::Active | store::StreamStatus::Updating => Ok(stream),
            store::StreamStatus::Creating | store::StreamStatus::Deleting => {
                Err(self.stream_not_found(identifier.shown()))
            }
        }
    }

    /// The stream that a request means, if it is ACTIVE.
    pub(crate) fn active_stream(&self, identifier: &StreamIdentifier) -> Result<Arc<Stream>, Exception> {
        let stream = self.stream(identifier)?;
        match status(&stream, self.clock.now_millis()) {
            StreamStatus::Active => Ok(stream),
            other => Err(self.stream_not_active(stream.name.as_str(), other)),
        }
    }

    /// When a change of status that begins now is over, in milliseconds since 1970.
    pub(crate) fn settled_at_millis(&self, now_millis: i64) -> i64 {
        now_millis + i64::from(self.options.creating_millis)
    }

    /// Changes a stream that is ACTIVE, as `plan` says, which sees it as it is; `None` changes nothing. The stream is UPDATING
    /// for a while after it.
    pub(crate) async fn change_stream(
        &self,
        identifier: &StreamIdentifier,
        plan: impl FnOnce(&Stream) -> Result<Option<StreamChange>, Exception>,
    ) -> Result<Arc<Stream>, Exception> {
        let _turn = self.changing.lock().await;
        let stream = self.active_stream(identifier)?;
        let Some(change) = plan(&stream)? else { return Ok(stream) };
        let now_millis = self.clock.now_millis();
        let active_at_millis = Some(self.settled_at_millis(now_millis));
        let change = StreamChange { active_at_millis, now_millis, ..change };
        let changed = self.store.update_stream(stream.id, change).await;
        changed.map_err(|error| self.catalog_exception(stream.name.as_str(), &error))
    }

    /// The shard that an exclusive start names.
    pub(crate) fn start_shard(&self, stream_name: &str, shard_id: &str) -> Result<ShardId, Exception> {
        ShardId::resolve(shard_id).ok_or_else(|| self.unknown_shard(stream_name, shard_id))
    }

    /// The ARN that a stream of this account has or would have.
    pub(crate) fn stream_arn(&self, stream_name: &StreamName) -> String {
        self.arn_of_stream(stream_name.as_str())
    }

    /// The same for what may be no name.
    pub(crate) fn arn_of_stream(&self, stream_name: &str) -> String {
        let (region, account_id) = (&self.options.region, &self.options.account_id);
        format!("arn:{PARTITION}:kinesis:{region}:{account_id}:stream/{stream_name}")
    }

    pub(crate) fn stream_not_found(&self, stream_name: &str) -> Exception {
        not_found(stream_name, &self.options.account_id)
    }

    pub(crate) fn stream_exists(&self, stream_name: &str) -> Exception {
        let account_id = &self.options.account_id;
        let text = format!("Stream {stream_name} under account {account_id} already exists.");
        Exception::new(ExceptionKind::ResourceInUse, text)
    }

    pub(crate) fn stream_not_active(&self, stream_name: &str, status: StreamStatus) -> Exception {
        let account_id = &self.options.account_id;
        let state = status.wire_name();
        let text =
            format!("Stream {stream_name} under account {account_id} not ACTIVE, instead in state {state}");
        Exception::new(ExceptionKind::ResourceInUse, text)
    }

    pub(crate) fn shard_not_found(&self, stream_name: &str, shard: ShardId) -> Exception {
        let account_id = &self.options.account_id;
        Exception::not_found(format!(
            "Shard {shard} in stream {stream_name} under account {account_id} does not exist"
        ))
    }

    /// A shard is asked for more than it takes or gives.
    pub(crate) fn shard_rate_exceeded(&self, stream_name: &str, shard: ShardId) -> Exception {
        let account_id = &self.options.account_id;
        let text =
            format!("Rate exceeded for shard {shard} in stream {stream_name} under account {account_id}.");
        Exception::new(ExceptionKind::ProvisionedThroughputExceeded, text)
    }

    /// An operation is called more often than its quota. `stream_name` is the stream that has the quota, if one has.
    pub(crate) fn call_rate_exceeded(&self, stream_name: Option<&str>) -> Exception {
        let account_id = &self.options.account_id;
        let text = match stream_name {
            Some(name) => format!("Rate exceeded for stream {name} under account {account_id}."),
            None => format!("Rate exceeded for account {account_id}."),
        };
        Exception::new(ExceptionKind::LimitExceeded, text)
    }

    pub(crate) fn unknown_shard(&self, stream_name: &str, shard_id: &str) -> Exception {
        let account_id = &self.options.account_id;
        Exception::not_found(format!(
            "Could not find shard {shard_id} in stream {stream_name} under account {account_id}."
        ))
    }

    /// A stream as listings show it.
    pub(crate) fn summary(&self, stream: &Stream, now_millis: i64) -> StreamSummary {
        StreamSummary {
            name: stream.name.clone(),
            arn: self.stream_arn(&stream.name),
            status: status(stream, now_millis),
            mode: match stream.mode {
                store::StreamMode::OnDemand => StreamMode::OnDemand,
                store::StreamMode::Provisioned => StreamMode::Provisioned,
            },
            created_millis: stream.created_millis,
        }
    }
}

fn not_found(stream_name: &str, account_id: &str) -> Exception {
    Exception::not_found(format!("Stream {stream_name} under account {account_id} not found."))
}

/// A consumer is subscribed to a shard already, or somebody else took over.
pub(crate) fn another_subscription(consumer_arn: &str, shard: ShardId) -> Exception {
    let text = format!("Another active subscription exists for consumer {consumer_arn} and shard {shard}.");
    Exception::new(ExceptionKind::ResourceInUse, text)
}

/// Where a stream is in its life.
pub(crate) fn status(stream: &Stream, now_millis: i64) -> StreamStatus {
    match stream.status(now_millis) {
        store::StreamStatus::Creating => StreamStatus::Creating,
        store::StreamStatus::Updating => StreamStatus::Updating,
        store::StreamStatus::Active => StreamStatus::Active,
        store::StreamStatus::Deleting => StreamStatus::Deleting,
    }
}

/// How a stream is set, as descriptions show it.
pub(crate) fn settings(stream: &Stream) -> StreamSettings {
    let is_kept = |metric: &ShardMetric| {
        stream.settings.shard_metrics.iter().any(|kept| kept.name() == metric.wire_name())
    };
    StreamSettings {
        retention_hours: stream.retention_hours,
        shard_metrics: ShardMetric::EACH.into_iter().filter(is_kept).collect(),
        encryption_key_id: stream.settings.encryption_key_id.as_deref().map(str::to_owned),
    }
}

/// Whether a stream's records are encrypted.
pub(crate) fn is_encrypted(stream: &Stream) -> bool {
    stream.settings.encryption_key_id.is_some()
}

/// The shards that are shown: none while the stream is being made or deleted, and none whose records have all expired.
pub(crate) fn listed_shards(stream: &Stream, now_millis: i64) -> impl Iterator<Item = &Shard> {
    let hidden = matches!(status(stream, now_millis), StreamStatus::Creating | StreamStatus::Deleting);
    let trim_horizon = now_millis.saturating_sub(stream.retention_millis());
    stream
        .shards
        .iter()
        .filter(move |shard| !hidden && shard.closed.is_none_or(|end| end.closed_millis >= trim_horizon))
}

/// A shard as descriptions show it.
pub(crate) fn describe_shard(shard: &Shard) -> ShardDescription {
    ShardDescription {
        shard_id: shard.id,
        parent: shard.parent,
        adjacent_parent: shard.adjacent_parent,
        hash_key_range: shard.hash_key_range,
        starting_sequence_number: shard.starting_sequence_number(),
        ending_sequence_number: shard.ending_sequence_number(),
    }
}
