//! Tags come and go: what the operations for streams and those for any resource share.

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::limits::TAGS_PER_RESOURCE_MAX;
use alluvium_kinesis_model::operations::check_tag_characters;
use alluvium_stream_store::Tags;

use crate::resource_lookup::{FoundResource, ResourceChange};
use crate::server::Server;

/// What no key of a user begins with, in upper case or lower.
const RESERVED_PREFIX: &str = "aws:";

impl Server {
    /// Adds tags to a resource, in place of those that have the same keys.
    pub(crate) async fn add_tags(
        &self,
        find: impl FnOnce() -> Result<FoundResource, Exception>,
        tags: Vec<(String, String)>,
    ) -> Result<(), Exception> {
        let _turn = self.changing.lock().await;
        let resource = find()?;
        self.check_added(&described(&resource), &tags)?;
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
        self.check_characters("remove tags from", &described(&resource), keys.iter().map(String::as_str))?;
        self.check_settled(&resource)?;
        let mut left = resource.tags().clone();
        left.retain(|key, _| !keys.contains(key));
        self.change_resource(&resource, ResourceChange::Tags(left)).await
    }

    /// Tags that came with `what`, a new stream or consumer.
    pub(crate) fn checked_tags(&self, tags: Vec<(String, String)>, what: &str) -> Result<Tags, Exception> {
        self.check_added(what, &tags)?;
        if tags.len() > TAGS_PER_RESOURCE_MAX {
            let count = tags.len();
            return Err(Exception::invalid_argument(format!(
                "A resource cannot have more than {TAGS_PER_RESOURCE_MAX} tags associated with it, and {count} were given."
            )));
        }
        Ok(tags.into_iter().collect())
    }

    /// Tags that `what` is to get: their characters, and that none is one that AWS keeps for itself
    /// (<https://docs.aws.amazon.com/streams/latest/dev/tagging.html>). Its text is not known; this one is ours.
    fn check_added(&self, what: &str, tags: &[(String, String)]) -> Result<(), Exception> {
        self.check_characters("add tags to", what, texts(tags))?;
        let is_reserved = |key: &str| {
            key.get(..RESERVED_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED_PREFIX))
        };
        let Some((key, _)) = tags.iter().find(|(key, _)| is_reserved(key)) else { return Ok(()) };
        let account_id = &self.options.account_id;
        Err(Exception::invalid_argument(format!(
            "Failed to add tags to {what} under account {account_id} because the tag key {key} begins with \
             {RESERVED_PREFIX}, which is reserved."
        )))
    }

    /// The real service looks at the characters twice, the second time without the percent sign that its first text allows.
    fn check_characters<'a>(
        &self,
        action: &str,
        what: &str,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), Exception> {
        check_tag_characters(texts.clone())?;
        if !texts.into_iter().any(|text| text.contains('%')) {
            return Ok(());
        }
        let account_id = &self.options.account_id;
        Err(Exception::invalid_argument(format!(
            "Failed to {action} {what} under account {account_id} because some tags contained illegal characters. The \
             allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'."
        )))
    }

    fn too_many_tags(&self, resource: &FoundResource) -> Exception {
        let account_id = &self.options.account_id;
        let (what, kind) = (described(resource), kind(resource));
        Exception::invalid_argument(format!(
            "Failed to add tags to {what} under account {account_id} because a given {kind} cannot have more than \
             {TAGS_PER_RESOURCE_MAX} tags associated with it."
        ))
    }
}

fn kind(resource: &FoundResource) -> &'static str {
    match resource {
        FoundResource::Stream(_) => "stream",
        FoundResource::Consumer(..) => "consumer",
    }
}

/// A resource as the texts about its tags name it.
fn described(resource: &FoundResource) -> String {
    let kind = kind(resource);
    match resource {
        FoundResource::Stream(stream) => format!("{kind} {}", stream.name),
        FoundResource::Consumer(stream, consumer) => {
            format!("{kind} {} of stream {}", consumer.name, stream.name)
        }
    }
}

/// Keys and values.
fn texts(tags: &[(String, String)]) -> impl Iterator<Item = &str> + Clone {
    tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()])
}

/// Tags in the order of their keys, as answers list them.
pub(crate) fn listed(tags: &Tags) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
