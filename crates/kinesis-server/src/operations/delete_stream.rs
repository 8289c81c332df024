//! DeleteStream: the stream and its records are gone when this answers.

use std::sync::Arc;

use alluvium_kinesis_model::operations::DeleteStreamInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for DeleteStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn delete_stream(
    server: Arc<Server>,
    input: DeleteStreamInput,
) -> Result<EmptyOutput, Exception> {
    let stream = server.stream(&input.stream)?;
    match server.store.delete_stream(stream.id).await {
        Ok(()) => Ok(EmptyOutput),
        Err(error) => Err(server.catalog_exception(stream.name.as_str(), &error)),
    }
}
