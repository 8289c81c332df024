//! DeleteStream: the stream is DELETING when this answers, and gone with its records a moment later.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{DeleteStreamInput, StreamStatus};
use alluvium_kinesis_model::{EmptyOutput, Exception, ExceptionKind};

use crate::authorize::{Resource, Target};
use crate::server::Server;
use crate::stream_lookup::status;

impl Target for DeleteStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn delete_stream(
    server: Arc<Server>,
    input: DeleteStreamInput,
) -> Result<EmptyOutput, Exception> {
    let _turn = server.changing.lock().await;
    let stream = server.stream(&input.stream)?;
    let now_millis = server.clock.now_millis();
    let current = status(&stream, now_millis);
    if current == StreamStatus::Deleting {
        return Err(server.stream_not_active(stream.name.as_str(), current));
    }
    let has_consumers = stream.consumers.values().any(|consumer| consumer.status(now_millis).is_some());
    if has_consumers && !input.enforce_consumer_deletion {
        let (name, account_id) = (&stream.name, &server.options.account_id);
        let text = format!(
            "DeleteStream can't delete {account_id}:{name} because there are consumers associated with this data stream. To \
             delete {name} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers \
             that are associated with it."
        );
        return Err(Exception::new(ExceptionKind::ResourceInUse, text));
    }
    let gone_at_millis = server.settled_at_millis(now_millis);
    let deleted = server.store.delete_stream_at(stream.id, gone_at_millis).await;
    deleted.map_err(|error| server.catalog_exception(stream.name.as_str(), &error))?;
    Ok(EmptyOutput)
}
