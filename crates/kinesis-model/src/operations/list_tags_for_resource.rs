//! ListTagsForResource (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForResource.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::resource::{ResourceIdentifier, ResourceMembers};
use crate::operations::tags;
use crate::writer::Writer;

/// A stream or consumer whose tags are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTagsForResourceInput {
    /// The resource.
    pub resource: ResourceIdentifier,
}

impl OperationInput for ListTagsForResourceInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let resource = ResourceMembers::take(&mut members)?;
        let mut checks = Constraints::default();
        resource.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { resource: resource.identify()? })
    }
}

/// All tags of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTagsForResourceOutput {
    /// The tags, in the order of their keys.
    pub tags: Vec<(String, String)>,
}

impl OperationOutput for ListTagsForResourceOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        tags::write(writer, &self.tags);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn the_resource_has_to_be_named() {
        check_violations::<ListTagsForResourceInput>(
            r#"{"StreamId":"x"}"#,
            &[
                "Value null at 'resourceARN' failed to satisfy constraint: Member must not be null",
                "Value 'x' at 'streamId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z0-9]{20}-[a-z0-9]{3}",
            ],
        );
    }
}
