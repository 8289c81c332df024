//! UntagResource (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UntagResource.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::resource::{ResourceIdentifier, ResourceMembers};
use crate::operations::tags;

/// A stream or consumer to lose tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntagResourceInput {
    /// The resource.
    pub resource: ResourceIdentifier,
    /// The keys; see [`crate::operations::check_tag_characters`].
    pub tag_keys: Vec<String>,
}

impl OperationInput for UntagResourceInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let resource = ResourceMembers::take(&mut members)?;
        let tag_keys = members.texts("TagKeys")?;

        let mut checks = Constraints::default();
        let tag_keys = tags::check_keys_required(&mut checks, tag_keys);
        resource.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { resource: resource.identify()?, tag_keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::{check_violations, refusal};

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UntagResourceInput>(
            "{}",
            &[
                "Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
                "Value null at 'resourceARN' failed to satisfy constraint: Member must not be null",
            ],
        );
    }

    #[test]
    fn a_resource_that_is_neither_stream_nor_consumer_is_not_there() {
        assert_eq!(
            refusal::<UntagResourceInput>(
                r#"{"ResourceARN":"arn:aws:kinesis:us-east-1:123456789012:queue/a","TagKeys":["a"]}"#
            ),
            "ResourceNotFoundException: Resource arn:aws:kinesis:us-east-1:123456789012:queue/a not found."
        );
    }
}
