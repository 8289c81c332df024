//! ListTagsForStream (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForStream.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::tags;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};
use crate::writer::Writer;
use crate::{limits, shapes};

/// A stream whose tags are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTagsForStreamInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// Shows the tags after this key.
    pub exclusive_start_tag_key: Option<String>,
    /// The most tags to show, 1 to [`limits::LIST_TAGS_LIMIT_MAX`].
    pub limit: Option<u32>,
}

impl OperationInput for ListTagsForStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let exclusive_start_tag_key = members.text("ExclusiveStartTagKey")?;
        let limit = members.integer("Limit")?;

        let mut checks = Constraints::default();
        checks.integer("limit", limit, 1, limits::LIST_TAGS_LIMIT_MAX);
        checks.text("exclusiveStartTagKey", exclusive_start_tag_key.as_deref(), &shapes::TAG_KEY);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self {
            stream: stream.identify_required()?,
            exclusive_start_tag_key,
            limit: limit.map(i32::unsigned_abs),
        })
    }
}

/// A page of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTagsForStreamOutput {
    /// The tags, in the order of their keys.
    pub tags: Vec<(String, String)>,
    /// Whether there are tags after this page.
    pub has_more_tags: bool,
}

impl OperationOutput for ListTagsForStreamOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        tags::write(writer, &self.tags);
        writer.boolean_member("HasMoreTags", self.has_more_tags);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<ListTagsForStreamInput>("");
    }

    #[test]
    fn every_violated_constraint_is_told_in_the_recorded_order() {
        check_violations::<ListTagsForStreamInput>(
            r#"{"ExclusiveStartTagKey":"","Limit":0}"#,
            &[
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'exclusiveStartTagKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<ListTagsForStreamInput>(
            r#"{"StreamName":"a","Limit":100}"#,
            &[
                "Value '100' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50",
            ],
        );
    }
}
