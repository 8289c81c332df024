//! DeregisterStreamConsumer: a consumer is DELETING, and gone a moment later.

use std::sync::Arc;

use alluvium_kinesis_model::operations::DeregisterStreamConsumerInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};
use alluvium_stream_store::{ConsumerChange, ConsumerStatus};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for DeregisterStreamConsumerInput {
    fn resource(&self) -> Resource<'_> {
        Resource::NamedConsumer(&self.consumer)
    }
}

pub(crate) async fn deregister_stream_consumer(
    server: Arc<Server>,
    input: DeregisterStreamConsumerInput,
) -> Result<EmptyOutput, Exception> {
    let _turn = server.changing.lock().await;
    let (stream, consumer) = server.consumer(&input.consumer)?;
    let now_millis = server.clock.now_millis();
    if consumer.status(now_millis) != Some(ConsumerStatus::Active) {
        return Err(server.consumer_not_active(&stream, &consumer));
    }
    let gone_at_millis = Some(server.settled_at_millis(now_millis));
    let change = ConsumerChange { gone_at_millis, ..ConsumerChange::default() };
    let changed = server.store.change_consumer(stream.id, &consumer.name, change).await;
    changed.map_err(|error| server.catalog_exception(stream.name.as_str(), &error))?;
    Ok(EmptyOutput)
}
