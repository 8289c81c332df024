//! PutResourcePolicy (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html>).

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;
use crate::operations::resource::{ResourceIdentifier, ResourceMembers};

/// A resource to get a policy, in place of the one that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutResourcePolicyInput {
    /// The resource.
    pub resource: ResourceIdentifier,
    /// The policy, in JSON, not looked into.
    pub policy: String,
}

impl OperationInput for PutResourcePolicyInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let resource = ResourceMembers::take(&mut members)?;
        let policy = members.text("Policy")?;

        let mut checks = Constraints::default();
        resource.check_required(&mut checks);
        let policy = checks.required("policy", policy);
        checks.finish()?;
        Ok(Self { resource: resource.identify()?, policy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<PutResourcePolicyInput>(
            "{}",
            &[
                "Value null at 'resourceARN' failed to satisfy constraint: Member must not be null",
                "Value null at 'policy' failed to satisfy constraint: Member must not be null",
            ],
        );
    }
}
