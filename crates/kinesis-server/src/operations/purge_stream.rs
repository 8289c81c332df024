//! PurgeStream: removes all records of a stream and leaves its shards, sequence numbers and settings as they are.

use std::sync::Arc;

use alluvium_kinesis_model::operations::PurgeStreamInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{Resource, Target};
use crate::operations::check_dry_run;
use crate::server::Server;

impl Target for PurgeStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn purge_stream(
    server: Arc<Server>,
    input: PurgeStreamInput,
) -> Result<EmptyOutput, Exception> {
    let stream = server.usable_stream(&input.stream)?;
    check_dry_run(input.dry_run)?;
    let purged = server.store.purge(stream.id).await;
    let records = purged.map_err(|error| server.catalog_exception(stream.name.as_str(), &error))?;
    tracing::info!(stream = stream.name.as_str(), records, "stream purged");
    Ok(EmptyOutput)
}
