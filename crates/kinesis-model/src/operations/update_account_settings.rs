//! UpdateAccountSettings (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html>); it answers
//! [`crate::operations::AccountSettingsOutput`].

use crate::constraints::{Constraints, Enumeration};
use crate::exception::Exception;
use crate::members::Members;
use crate::operation::OperationInput;

#[derive(Clone, Copy)]
enum WantedStatus {
    Enabled,
    Disabled,
}

impl Enumeration for WantedStatus {
    const ALL: &'static [(&'static str, Self)] = &[("ENABLED", Self::Enabled), ("DISABLED", Self::Disabled)];
}

/// The settings that the account is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateAccountSettingsInput {
    /// Whether it is to pay for a minimum throughput.
    pub commitment_enabled: bool,
}

impl OperationInput for UpdateAccountSettingsInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let commitment = match members.structure("MinimumThroughputBillingCommitment")? {
            Some(mut commitment) => Some(commitment.text("Status")?),
            None => None,
        };

        let mut checks = Constraints::default();
        checks.required("minimumThroughputBillingCommitment", commitment.as_ref().map(|_| ()));
        let status = commitment.and_then(|word| {
            checks.required_one_of("minimumThroughputBillingCommitment.status", word.as_deref())
        });
        checks.finish()?;
        Ok(Self { commitment_enabled: matches!(status, Some(WantedStatus::Enabled)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::tests::check_violations;

    #[test]
    fn every_violated_constraint_is_told() {
        check_violations::<UpdateAccountSettingsInput>(
            "{}",
            &[
                "Value null at 'minimumThroughputBillingCommitment' failed to satisfy constraint: Member must not be null",
            ],
        );
        check_violations::<UpdateAccountSettingsInput>(
            r#"{"MinimumThroughputBillingCommitment":{"Status":"MAYBE"}}"#,
            &[
                "Value 'MAYBE' at 'minimumThroughputBillingCommitment.status' failed to satisfy constraint: Member must satisfy \
                 enum value set: [ENABLED, DISABLED]",
            ],
        );
    }
}
