//! TagResource (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::resource::{ResourceIdentifier, ResourceMembers};
use crate::operations::tags;

/// A stream or consumer to get tags, in place of those that have the same keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagResourceInput {
    /// The resource.
    pub resource: ResourceIdentifier,
    /// Keys with values, each key once; see [`crate::operations::check_tag_characters`].
    pub tags: Vec<(String, String)>,
}

impl OperationInput for TagResourceInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let resource = ResourceMembers::take(&mut members)?;
        let tags = members.text_map("Tags")?;

        let mut checks = Constraints::default();
        let tags = tags::check_required(&mut checks, tags);
        resource.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { resource: resource.identify()?, tags })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<TagResourceInput>(
            r#"{"ResourceARN":"arn:aws:kinesis:us-east-1:12:stream/a","Tags":{"":"b"}}"#,
            &[
                "Value '{=b}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have \
                 length less than or equal to 128, Member must have length greater than or equal to 1]",
                "Value 'arn:aws:kinesis:us-east-1:12:stream/a' at 'resourceARN' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: arn:aws.*:kinesis:.*:\\d{12}:.*(stream|channel|queue)/\\S+",
            ],
        );
    }
}
