//! RemoveTagsFromStream: tags of a stream go.

use std::sync::Arc;

use alluvium_kinesis_model::operations::RemoveTagsFromStreamInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{RequestTags, Resource, Target};
use crate::resource_lookup::FoundResource;
use crate::server::Server;

impl Target for RemoveTagsFromStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }

    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags { taken: &self.tag_keys, ..RequestTags::default() }
    }
}

pub(crate) async fn remove_tags_from_stream(
    server: Arc<Server>,
    input: RemoveTagsFromStreamInput,
) -> Result<EmptyOutput, Exception> {
    let find = || server.stream(&input.stream).map(FoundResource::Stream);
    server.remove_tags(find, &input.tag_keys).await?;
    Ok(EmptyOutput)
}
