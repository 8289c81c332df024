//! Tags come and go: what the operations for streams and those for any resource share.

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::limits::TAGS_PER_RESOURCE_MAX;
use alluvium_kinesis_model::operations::check_tag_characters;
use alluvium_stream_store::Tags;

use crate::resource_lookup::{FoundResource, ResourceChange};
use crate::server::Server;

impl Server {
    /// Adds tags to a resource, in place of those that have the same keys.
    pub(crate) async fn add_tags(
        &self,
        find: impl FnOnce() -> Result<FoundResource, Exception>,
        tags: Vec<(String, String)>,
    ) -> Result<(), Exception> {
        let _turn = self.changing.lock().await;
        let resource = find()?;
        check_tag_characters(tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]))?;
        self.check_settled(&resource)?;
        let mut all = resource.tags().clone();
        all.extend(tags);
        if all.len() > TAGS_PER_RESOURCE_MAX {
            return Err(self.too_many_tags(&resource));
        }
        self.change_resource(&resource, ResourceChange::Tags(all)).await
    }

    /// Takes tags from a resource; keys that it does not have are no error.
    pub(crate) async fn remove_tags(
        &self,
        find: impl FnOnce() -> Result<FoundResource, Exception>,
        keys: &[String],
    ) -> Result<(), Exception> {
        let _turn = self.changing.lock().await;
        let resource = find()?;
        check_tag_characters(keys.iter().map(String::as_str))?;
        self.check_settled(&resource)?;
        let mut left = resource.tags().clone();
        left.retain(|key, _| !keys.contains(key));
        self.change_resource(&resource, ResourceChange::Tags(left)).await
    }

    fn too_many_tags(&self, resource: &FoundResource) -> Exception {
        let account_id = &self.options.account_id;
        let what = match resource {
            FoundResource::Stream(stream) => format!("stream {}", stream.name),
            FoundResource::Consumer(stream, consumer) => {
                format!("consumer {} of stream {}", consumer.name, stream.name)
            }
        };
        Exception::invalid_argument(format!(
            "Failed to add tags to {what} under account {account_id} because a given resource cannot have more than \
             {TAGS_PER_RESOURCE_MAX} tags associated with it."
        ))
    }
}

/// Tags in the order of their keys, as answers list them.
pub(crate) fn listed(tags: &Tags) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Tags that came with a new stream or consumer.
pub(crate) fn checked(tags: Vec<(String, String)>) -> Result<Tags, Exception> {
    check_tag_characters(tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]))?;
    if tags.len() > TAGS_PER_RESOURCE_MAX {
        let count = tags.len();
        return Err(Exception::invalid_argument(format!(
            "A resource cannot have more than {TAGS_PER_RESOURCE_MAX} tags associated with it, and {count} were given."
        )));
    }
    Ok(tags.into_iter().collect())
}
