//! RegisterStreamConsumer: a consumer of a stream, ACTIVE a moment later.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{RegisterStreamConsumerInput, RegisterStreamConsumerOutput};
use alluvium_kinesis_model::{Exception, ExceptionKind};
use alluvium_stream_store::{ConsumerStatus, NewConsumer, Stream, StreamMode};

use crate::authorize::{RequestTags, Resource, Target};
use crate::limits::{CONSUMERS_CREATING_MAX, CONSUMERS_PER_STREAM_MAX, CONSUMERS_PER_STREAM_MAX_ADVANTAGE};
use crate::options::Limits;
use crate::resource_lookup::FoundResource;
use crate::server::Server;

impl Target for RegisterStreamConsumerInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }

    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags { given: &self.tags, ..RequestTags::default() }
    }
}

pub(crate) async fn register_stream_consumer(
    server: Arc<Server>,
    input: RegisterStreamConsumerInput,
) -> Result<RegisterStreamConsumerOutput, Exception> {
    let what = format!("consumer {} of stream {}", input.consumer_name, input.stream.shown());
    let tags = server.checked_tags(input.tags, &what)?;
    let _turn = server.changing.lock().await;
    let stream = server.stream(&input.stream)?;
    server.check_settled(&FoundResource::Stream(Arc::clone(&stream)))?;
    let now_millis = server.clock.now_millis();
    if let Some(present) = stream.consumer(&input.consumer_name, now_millis) {
        let (name, account_id) = (&stream.name, &server.options.account_id);
        let text =
            format!("Consumer {} under stream {name} already exists for account {account_id}.", present.name);
        return Err(Exception::new(ExceptionKind::ResourceInUse, text));
    }
    let consumers_max = consumers_max(&server, &stream, now_millis);
    check_room(&server, &stream, consumers_max, now_millis)?;
    let new = NewConsumer {
        name: input.consumer_name.into(),
        tags,
        active_at_millis: server.settled_at_millis(now_millis),
        now_millis,
        consumers_max,
    };
    let registered = server.store.register_consumer(stream.id, new).await;
    let consumer = registered.map_err(|error| server.catalog_exception(stream.name.as_str(), &error))?;
    Ok(RegisterStreamConsumerOutput { consumer: server.consumer_summary(&stream, &consumer) })
}

/// How many consumers a stream may have: more of them in on-demand mode while the account is committed to a throughput.
fn consumers_max(server: &Server, stream: &Stream, now_millis: i64) -> usize {
    let committed = server.commitment().is_some_and(|commitment| commitment.lasts_at(now_millis));
    match stream.mode {
        StreamMode::OnDemand if committed => CONSUMERS_PER_STREAM_MAX_ADVANTAGE,
        StreamMode::OnDemand | StreamMode::Provisioned => CONSUMERS_PER_STREAM_MAX,
    }
}

fn check_room(
    server: &Server,
    stream: &Stream,
    consumers_max: usize,
    now_millis: i64,
) -> Result<(), Exception> {
    let statuses = |stream: &Stream| {
        let consumers = stream.consumers.values();
        consumers.filter_map(|consumer| consumer.status(now_millis)).collect::<Vec<_>>()
    };
    let (name, account_id) = (&stream.name, &server.options.account_id);
    if statuses(stream).len() >= consumers_max {
        let text = format!(
            "This request would exceed the limit of {consumers_max} consumers for stream {name} under account {account_id}."
        );
        return Err(Exception::new(ExceptionKind::LimitExceeded, text));
    }
    let creating = |stream: &Arc<Stream>| {
        statuses(stream).iter().filter(|status| **status == ConsumerStatus::Creating).count()
    };
    let all_creating: usize = server.streams().iter().map(creating).sum();
    if server.options.limits == Limits::Aws && all_creating >= CONSUMERS_CREATING_MAX {
        let text = format!(
            "This request would exceed the limit of {CONSUMERS_CREATING_MAX} consumers in CREATING status for account \
             {account_id}."
        );
        return Err(Exception::new(ExceptionKind::LimitExceeded, text));
    }
    Ok(())
}
