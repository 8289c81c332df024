//! The order in which policies decide, and nothing else
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>).
//!
//! What must stay true: an explicit Deny anywhere wins; across accounts both sides have to allow; within an account one Allow does,
//! of the caller's own policies within the limits of boundary and session, or of the resource's policy.

use std::fmt;
use std::sync::Arc;

use crate::policy::{IdentityPolicy, Reach, Situation, Verdict};

/// Which policy keeps somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DenialReason {
    /// A policy of the caller says Deny.
    ExplicitDenyInIdentityPolicy,
    /// The caller's permissions boundary says Deny.
    ExplicitDenyInPermissionsBoundary,
    /// A policy of the caller's session says Deny.
    ExplicitDenyInSessionPolicy,
    /// The resource's policy says Deny.
    ExplicitDenyInResourcePolicy,
    /// The role's trust policy says Deny.
    ExplicitDenyInTrustPolicy,
    /// No policy of the caller or of the resource allows it.
    NoIdentityPolicyAllows,
    /// The caller's policies allow it, and the permissions boundary does not.
    NoPermissionsBoundaryAllows,
    /// The role's policies allow it, and those of the session do not.
    NoSessionPolicyAllows,
    /// The caller is of another account, or nobody in particular, and the resource's policy does not let them in.
    NoResourcePolicyAllows,
    /// The role's trust policy does not let the caller act as the role.
    NoTrustPolicyAllows,
}

/// Every policy that has a say about a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policies<'a> {
    pub(crate) identity: Identity<'a>,
    pub(crate) boundary: Option<&'a IdentityPolicy>,
    /// `None` for a session without policies of its own, which is not limited.
    pub(crate) session: Option<&'a [Arc<IdentityPolicy>]>,
    /// What the resource's policy says, [`Verdict::Silent`] without one.
    pub(crate) resource: Verdict,
    /// Whether caller and resource are of the same account.
    pub(crate) same_account: bool,
}

/// What is known of the caller's own policies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Identity<'a> {
    /// The caller may do everything as far as its own side is concerned: the account itself, or somebody of another account,
    /// whose own account has asked already.
    Everything,
    /// Nothing can be attached to such a caller: a service, or nobody in particular.
    Nothing,
    /// These.
    Policies(&'a [Arc<IdentityPolicy>]),
}

/// Decides.
pub(crate) fn decide(situation: &Situation<'_>, policies: &Policies<'_>) -> Result<(), DenialReason> {
    let identity = match policies.identity {
        Identity::Everything => Verdict::Allow(Reach::Caller),
        Identity::Nothing => Verdict::Silent,
        Identity::Policies(policies) => together(policies, situation),
    };
    if identity == Verdict::Deny {
        return Err(DenialReason::ExplicitDenyInIdentityPolicy);
    }
    let boundary = policies.boundary.map(|boundary| boundary.verdict(situation));
    if boundary == Some(Verdict::Deny) {
        return Err(DenialReason::ExplicitDenyInPermissionsBoundary);
    }
    let session = policies.session.map(|session| together(session, situation));
    if session == Some(Verdict::Deny) {
        return Err(DenialReason::ExplicitDenyInSessionPolicy);
    }
    let resource = policies.resource;
    if resource == Verdict::Deny {
        return Err(DenialReason::ExplicitDenyInResourcePolicy);
    }
    let within_limits = if boundary == Some(Verdict::Silent) {
        Err(DenialReason::NoPermissionsBoundaryAllows)
    } else if session == Some(Verdict::Silent) {
        Err(DenialReason::NoSessionPolicyAllows)
    } else {
        Ok(())
    };
    if policies.same_account {
        match resource {
            Verdict::Allow(Reach::Caller) => return Ok(()),
            Verdict::Allow(Reach::Role) => return within_limits,
            Verdict::Allow(Reach::Account) | Verdict::Silent | Verdict::Deny => {}
        }
    } else if !matches!(resource, Verdict::Allow(_)) {
        return Err(DenialReason::NoResourcePolicyAllows);
    } else if matches!(policies.identity, Identity::Nothing) {
        return Ok(());
    }
    match identity {
        Verdict::Allow(_) => within_limits,
        Verdict::Silent | Verdict::Deny => Err(DenialReason::NoIdentityPolicyAllows),
    }
}

fn together(policies: &[Arc<IdentityPolicy>], situation: &Situation<'_>) -> Verdict {
    let mut found = Verdict::Silent;
    for policy in policies {
        match policy.verdict(situation) {
            Verdict::Deny => return Verdict::Deny,
            Verdict::Silent => {}
            allow @ Verdict::Allow(_) => found = allow,
        }
    }
    found
}

impl DenialReason {
    /// Whether a policy says Deny, rather than none saying Allow.
    pub fn is_explicit(self) -> bool {
        matches!(
            self,
            Self::ExplicitDenyInIdentityPolicy
                | Self::ExplicitDenyInPermissionsBoundary
                | Self::ExplicitDenyInSessionPolicy
                | Self::ExplicitDenyInResourcePolicy
                | Self::ExplicitDenyInTrustPolicy
        )
    }

    /// The end of AWS's message
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>).
    pub(crate) fn write(self, formatter: &mut fmt::Formatter<'_>, action: &str) -> fmt::Result {
        let policy = match self {
            Self::ExplicitDenyInIdentityPolicy => "an identity-based policy",
            Self::ExplicitDenyInPermissionsBoundary => "a permissions boundary",
            Self::ExplicitDenyInSessionPolicy => "a session policy",
            Self::ExplicitDenyInResourcePolicy => "a resource-based policy",
            Self::ExplicitDenyInTrustPolicy => "the role trust policy",
            Self::NoIdentityPolicyAllows => "identity-based policy",
            Self::NoPermissionsBoundaryAllows => "permissions boundary",
            Self::NoSessionPolicyAllows => "session policy",
            Self::NoResourcePolicyAllows => "resource-based policy",
            Self::NoTrustPolicyAllows => "role trust policy",
        };
        if self.is_explicit() {
            write!(formatter, "with an explicit deny in {policy}")
        } else {
            write!(formatter, "because no {policy} allows the {action} action")
        }
    }
}
