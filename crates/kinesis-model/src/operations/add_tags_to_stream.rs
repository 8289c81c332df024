//! AddTagsToStream (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::tags;
use crate::stream_identifier::{StreamIdentifier, StreamMembers};

/// A stream to get tags, in place of those that have the same keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddTagsToStreamInput {
    /// The stream.
    pub stream: StreamIdentifier,
    /// Keys with values, each key once; see [`crate::operations::check_tag_characters`].
    pub tags: Vec<(String, String)>,
}

impl OperationInput for AddTagsToStreamInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let stream = StreamMembers::take(&mut members)?;
        let tags = members.text_map("Tags")?;

        let mut checks = Constraints::default();
        let tags = tags::check_required(&mut checks, tags);
        stream.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { stream: stream.identify_required()?, tags })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_stream_name, check_violations, long_name};

    #[test]
    fn the_stream_has_to_be_named_rightly() {
        check_stream_name::<AddTagsToStreamInput>(r#","Tags":{"a":"b"}"#);
    }

    #[test]
    fn every_violated_constraint_is_told_in_the_recorded_form() {
        check_violations::<AddTagsToStreamInput>(
            "{}",
            &[
                "Value null at 'tags' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        let (key, value) = (long_name(129), long_name(257));
        check_violations::<AddTagsToStreamInput>(
            &format!(r#"{{"StreamName":"a","Tags":{{"a":"1","{key}":"3"}}}}"#),
            &[&format!(
                "Value '{{a=1, {key}=3}}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: \
                 [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
            )],
        );
        check_violations::<AddTagsToStreamInput>(
            &format!(r#"{{"StreamName":"a","Tags":{{"c":"{value}"}}}}"#),
            &[&format!(
                "Value '{{c={value}}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: \
                 [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]"
            )],
        );
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_last_value_counts() {
        let body = br#"{"StreamName":"a","Tags":{"a":"1","b":"2","a":"3","c":null}}"#;
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let input = AddTagsToStreamInput::from_json(body).expect("tags");
        assert_eq!(input.tags, [pair("a", "3"), pair("b", "2")]);
    }
}
