//! TagResource: tags of a stream or a consumer come, or change their values.

use std::sync::Arc;

use alluvium_kinesis_model::operations::TagResourceInput;
use alluvium_kinesis_model::{EmptyOutput, Exception};

use crate::authorize::{RequestTags, Resource, Target};
use crate::server::Server;

impl Target for TagResourceInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Arn(&self.resource.arn)
    }

    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags { given: &self.tags, ..RequestTags::default() }
    }
}

pub(crate) async fn tag_resource(
    server: Arc<Server>,
    input: TagResourceInput,
) -> Result<EmptyOutput, Exception> {
    server.add_tags(|| server.resource(&input.resource), input.tags).await?;
    Ok(EmptyOutput)
}
