//! DeleteResourcePolicy (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteResourcePolicy.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::resource::{ResourceIdentifier, ResourceMembers};

/// A resource to lose its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteResourcePolicyInput {
    /// The resource.
    pub resource: ResourceIdentifier,
}

impl OperationInput for DeleteResourcePolicyInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let resource = ResourceMembers::take(&mut members)?;
        let mut checks = Constraints::default();
        resource.check_required(&mut checks);
        checks.finish()?;
        Ok(Self { resource: resource.identify()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn the_resource_has_to_be_named() {
        check_violations::<DeleteResourcePolicyInput>(
            "{}",
            &["Value null at 'resourceARN' failed to satisfy constraint: Member must not be null"],
        );
    }
}
