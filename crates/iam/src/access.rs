//! Whether a caller may do what is asked: identity policies and the resource's own policy taken together
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>).
//!
//! What must stay true: an explicit Deny wins; a caller of another account is let in by the resource's policy alone.

use std::fmt;
use std::sync::Arc;

use crate::caller::Caller;
use crate::policy::{Effect, ResourcePolicy};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessRequest<'a> {
    /// Service and operation: `kinesis:PutRecord`.
    pub action: &'a str,
    /// The ARN of what it is done to, or `*` for the account as a whole.
    pub resource: &'a str,
}

/// Why somebody may not do something. The display form is the message that AWS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDenied {
    /// Who asked.
    pub caller_arn: Arc<str>,
    /// What they asked for.
    pub action: String,
    /// What it would have been done to.
    pub resource: String,
    /// Which policy decided.
    pub reason: DenialReason,
}

/// Which policy keeps somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DenialReason {
    /// The resource's policy says Deny.
    ExplicitDenyInResourcePolicy,
    /// The caller is of another account, and the resource's policy does not let them in.
    NoResourcePolicyAllows,
    /// The caller is of this account, and no policy of theirs or of the resource allows it.
    NoIdentityPolicyAllows,
}

/// Decides what callers may do in one account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Authorizer {
    account_id: Arc<str>,
}

impl Authorizer {
    /// The authorizer of an account, twelve digits.
    pub fn new(account_id: &str) -> Self {
        Self { account_id: account_id.into() }
    }

    /// Whether a caller may do everything to resources without a policy of their own, so that there is nothing to look up.
    pub fn is_unrestricted(&self, caller: &Caller) -> bool {
        caller.account_id == self.account_id
    }

    /// Decides about one request to a resource of this account. `resource_policy` is the resource's own policy, if it has one.
    pub fn authorize(
        &self,
        caller: &Caller,
        request: &AccessRequest<'_>,
        resource_policy: Option<&ResourcePolicy>,
    ) -> Result<(), AccessDenied> {
        let denied = |reason| {
            Err(AccessDenied {
                caller_arn: Arc::clone(&caller.arn),
                action: request.action.to_owned(),
                resource: request.resource.to_owned(),
                reason,
            })
        };
        let by_resource = resource_policy.and_then(|policy| policy.effect_on(caller, request));
        if by_resource == Some(Effect::Deny) {
            return denied(DenialReason::ExplicitDenyInResourcePolicy);
        }
        let by_identity = self.identity_effect(caller);
        if caller.account_id != self.account_id {
            // The other account has its own say about its own callers; this one decides whether they may come in.
            return match by_resource {
                Some(Effect::Allow) => Ok(()),
                _ => denied(DenialReason::NoResourcePolicyAllows),
            };
        }
        if by_identity == Some(Effect::Allow) || by_resource == Some(Effect::Allow) {
            return Ok(());
        }
        denied(DenialReason::NoIdentityPolicyAllows)
    }

    /// What the caller's own policies say. Callers of this account have none that restrict them: a known key may do everything.
    fn identity_effect(&self, caller: &Caller) -> Option<Effect> {
        self.is_unrestricted(caller).then_some(Effect::Allow)
    }
}

impl fmt::Display for AccessDenied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caller_arn, action, resource, reason } = self;
        write!(
            formatter,
            "User: {caller_arn} is not authorized to perform: {action} on resource: {resource} "
        )?;
        match reason {
            DenialReason::ExplicitDenyInResourcePolicy => {
                formatter.write_str("with an explicit deny in a resource-based policy")
            }
            DenialReason::NoResourcePolicyAllows => {
                write!(formatter, "because no resource-based policy allows the {action} action")
            }
            DenialReason::NoIdentityPolicyAllows => {
                write!(formatter, "because no identity-based policy allows the {action} action")
            }
        }
    }
}

impl std::error::Error for AccessDenied {}
