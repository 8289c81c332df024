//! UntagResource: tags of a stream or a consumer go.

use std::sync::Arc;

use alluvium_kinesis_model::operations::UntagResourceInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{RequestTags, Resource, Target};
use crate::server::Server;

impl Target for UntagResourceInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Arn(&self.resource.arn)
    }

    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags { taken: &self.tag_keys, ..RequestTags::default() }
    }
}

pub(crate) async fn untag_resource(
    server: Arc<Server>,
    input: UntagResourceInput,
) -> Result<EmptyOutput, Exception> {
    server.remove_tags(|| server.resource(&input.resource), &input.tag_keys).await?;
    Ok(EmptyOutput)
}
