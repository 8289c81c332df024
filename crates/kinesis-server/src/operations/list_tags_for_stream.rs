//! ListTagsForStream: a page of a stream's tags, in the order of their keys.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{ListTagsForStreamInput, ListTagsForStreamOutput};

use crate::authorize::{Resource, Target};
use crate::server::Server;

impl Target for ListTagsForStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn list_tags_for_stream(
    server: Arc<Server>,
    input: ListTagsForStreamInput,
) -> Result<ListTagsForStreamOutput, Exception> {
    let stream = server.stream(&input.stream)?;
    let limit = input.limit.map_or(usize::MAX, |limit| limit as usize);
    let after = input.exclusive_start_tag_key.as_deref();
    let mut rest = stream.tags.iter().filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
    let tags = rest.by_ref().take(limit).map(|(key, value)| (key.clone(), value.clone())).collect();
    Ok(ListTagsForStreamOutput { tags, has_more_tags: rest.next().is_some() })
}
