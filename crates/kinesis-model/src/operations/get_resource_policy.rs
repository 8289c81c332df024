//! GetResourcePolicy (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetResourcePolicy.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::{OperationInput, OperationOutput};
use crate::operations::resource::{ResourceIdentifier, ResourceMembers};
use crate::writer::Writer;
/// A resource whose policy is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetResourcePolicyInput {
    /// The resource.
    pub resource: ResourceIdentifier,
}

impl OperationInput for GetResourcePolicyInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let resource = ResourceMembers::take(&mut members)?;
        let mut checks = Constraints::default();
        resource.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { resource: resource.identify()? })
    }
}

/// The policy of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetResourcePolicyOutput {
    /// The policy, in JSON.
    pub policy: String,
}

impl OperationOutput for GetResourcePolicyOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.text_member("Policy", &self.policy);
        writer.end_structure();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn the_resource_has_to_be_named() {
        check_violations::<GetResourcePolicyInput>(
            "{}",
            &["Value null at 'resourceARN' failed to satisfy constraint: Member must not be null"],
        );
    }
}
