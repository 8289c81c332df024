//! SubscribeToShard: what has to be true before a consumer is pushed a shard's records.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{IteratorStart, SubscribeToShardInput};
use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId, StreamIdentifier};

use crate::authorize::{Resource, Target};
use crate::measure;
use crate::operations::check_dry_run;
use crate::reading_start::read_from;
use crate::server::Server;
use crate::stream_lookup::{another_subscription, listed_shards};
use crate::subscription::{Refused, Subscription, SubscriptionKey};

impl Target for SubscribeToShardInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Consumer(&self.consumer_arn)
    }
}

pub(crate) fn subscribe_to_shard(
    server: Arc<Server>,
    input: SubscribeToShardInput,
) -> Result<Subscription, Exception> {
    let arn = &input.consumer_arn;
    let identifier = StreamIdentifier {
        name: Some(arn.stream.stream_name.clone()),
        arn: Some(arn.stream.clone()),
        id: input.stream_id.clone(),
    };
    let stream = server.usable_stream(&identifier)?;
    let now_millis = server.clock.now_millis();
    server.check_consumer(&stream, arn)?;
    let name = stream.name.as_str();
    let shard_id =
        ShardId::resolve(&input.shard_id).ok_or_else(|| server.unknown_shard(name, &input.shard_id))?;
    let shard = listed_shards(&stream, now_millis)
        .find(|shard| shard.id == shard_id)
        .ok_or_else(|| server.shard_not_found(name, shard_id))?;
    let start = input.start()?;
    if let IteratorStart::AtTimestamp(millis) = start
        && millis > now_millis
    {
        let text =
            format!("Timestamp {millis} is after the present, {now_millis} (milliseconds since 1970).");
        return Err(Exception::invalid_argument(text));
    }
    let from = read_from(&server, &stream, shard, start, "SubscribeToShard")?;
    check_dry_run(input.dry_run)?;

    let consumer_arn = arn.to_string();
    let key = SubscriptionKey { stream_id: stream.id, consumer_arn: consumer_arn.clone(), shard: shard_id };
    let ticket = server.subscriptions.begin(key).map_err(|refused| match refused {
        Refused::InUse => another_subscription(&consumer_arn, shard_id),
        Refused::Closing => Exception::new(ExceptionKind::InternalFailure, "The server is shutting down."),
    })?;
    Ok(Subscription {
        meter: measure::consumer_meter(&server, name, &input.consumer_arn.consumer_name),
        ticket,
        stream_id: stream.id,
        stream_name: name.to_owned(),
        consumer: input.consumer_arn,
        consumer_arn,
        shard: shard_id,
        birth_secs: shard.birth_secs,
        from,
        server,
    })
}
