//! RemoveTagsFromStream (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RemoveTagsFromStream.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::tags;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream to lose tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveTagsFromStreamInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// The keys; see [`crate::operations::check_tag_characters`].
    pub tag_keys: Vec<String>,
}

impl OperationInput for RemoveTagsFromStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let tag_keys = members.texts("TagKeys")?;

        let mut checks = Constraints::default();
        let tag_keys = tags::check_keys_required(&mut checks, tag_keys);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, tag_keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations, long_name};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<RemoveTagsFromStreamInput>(r#","TagKeys":["a"]"#);
    }

    #[test]
    fn every_violated_constraint_is_told_in_the_recorded_form() {
        check_violations::<RemoveTagsFromStreamInput>(
            r#"{"StreamName":"a","TagKeys":[]}"#,
            &[
                "Value '[]' at 'tagKeys' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        let key = long_name(129);
        check_violations::<RemoveTagsFromStreamInput>(
            &format!(r#"{{"StreamName":"a","TagKeys":["a","{key}","b"]}}"#),
            &[&format!(
                "Value '[a, {key}, b]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member \
                 must have length less than or equal to 128, Member must have length greater than or equal to 1]"
            )],
        );
    }
}
