//! ListTagsForResource: all tags of a stream or a consumer.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{ListTagsForResourceInput, ListTagsForResourceOutput};

use crate::authorize::{Resource, Target};
use crate::server::Server;
use crate::tagging;

impl Target for ListTagsForResourceInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Arn(&self.resource.arn)
    }
}

pub(crate) async fn list_tags_for_resource(
    server: Arc<Server>,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, Exception> {
    let resource = server.resource(&input.resource)?;
    Ok(ListTagsForResourceOutput { tags: tagging::listed(resource.tags()) })
}
