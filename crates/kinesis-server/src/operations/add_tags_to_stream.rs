//! AddTagsToStream: tags of a stream come, or change their values.

use std::sync::Arc;

use alluvium_kinesis_model::operations::AddTagsToStreamInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{RequestTags, Resource, Target};
use crate::resource_lookup::FoundResource;
use crate::server::Server;

impl Target for AddTagsToStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }

    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags { given: &self.tags, ..RequestTags::default() }
    }
}

pub(crate) async fn add_tags_to_stream(
    server: Arc<Server>,
    input: AddTagsToStreamInput,
) -> Result<EmptyOutput, Exception> {
    let find = || server.stream(&input.stream).map(FoundResource::Stream);
    server.add_tags(find, input.tags).await?;
    Ok(EmptyOutput)
}
