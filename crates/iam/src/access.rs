//! Whether a caller may do what is asked: what the account knows of the caller, put beside the resource's own policy.
//!
//! What must stay true: nobody's policies are read here, they were read when they were put; the order in which they decide is
//! `decision.rs`.

use std::fmt;
use std::sync::Arc;

use crate::authenticator::AuthMode;
use crate::caller::{Caller, Principal};
use crate::context::RequestContext;
use crate::decision::{DenialReason, Identity, Policies, decide};
use crate::grants::Standing;
use crate::iam::Iam;
use crate::policy::{ResourcePolicy, Situation, Verdict};

static NOTHING_KNOWN: RequestContext<'static> = RequestContext::empty();

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub struct AccessRequest<'a> {
    /// Service and operation: `kinesis:PutRecord`.
    pub action: &'a str,
    /// The ARN of what it is done to, or `*` for the account as a whole.
    pub resource: &'a str,
    /// What conditions can ask about it.
    pub context: &'a RequestContext<'a>,
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

/// Decides what callers may do in one account. Cheap to clone.
///
/// With [`AuthMode::Enforce`] everybody's policies count. With [`AuthMode::Any`] nobody has proved who they are, so callers are not
/// held to policies of their own; only the sessions in which a service acts as a role are, since those are made here.
#[derive(Debug, Clone)]
pub struct Authorizer {
    iam: Iam,
    mode: AuthMode,
}

impl<'a> AccessRequest<'a> {
    /// A request of which nothing else is known.
    pub fn new(action: &'a str, resource: &'a str) -> Self {
        Self { action, resource, context: &NOTHING_KNOWN }
    }

    /// The same with what conditions can ask about it.
    #[must_use]
    pub fn in_context(self, context: &'a RequestContext<'a>) -> Self {
        Self { context, ..self }
    }
}

impl Authorizer {
    /// The authorizer of an account.
    pub fn new(iam: Iam, mode: AuthMode) -> Self {
        Self { iam, mode }
    }

    /// Whether a caller may do everything to resources without a policy of their own, so that there is nothing to look up.
    pub fn is_unrestricted(&self, caller: &Caller) -> bool {
        *caller.account_id == *self.iam.account_id() && self.standing(caller).may_do_everything()
    }

    /// Decides about one request to a resource of this account. `resource_policy` is the resource's own policy, if it has one.
    pub fn authorize(
        &self,
        caller: &Caller,
        request: &AccessRequest<'_>,
        resource_policy: Option<&ResourcePolicy>,
    ) -> Result<(), AccessDenied> {
        let standing = self.standing(caller);
        let same_account = *caller.account_id == *self.iam.account_id();
        let situation = Situation {
            caller,
            request,
            principal_tags: standing.tags(),
            token_issued_at: standing.token_issued_at(),
            now: self.iam.now(),
        };
        let policies = Policies {
            identity: match &standing {
                // The other account has its own say about its own callers; this one decides whether they may come in.
                _ if !same_account => of_elsewhere(caller),
                Standing::Everything => Identity::Everything,
                Standing::Nothing => Identity::Nothing,
                Standing::Granted { grants, .. } => Identity::Policies(&grants.policies),
            },
            boundary: standing.boundary(),
            session: standing.session_policies(),
            resource: resource_policy.map_or(Verdict::Silent, |policy| policy.verdict(&situation)),
            same_account,
        };
        decide(&situation, &policies).map_err(|reason| AccessDenied::new(caller, request, reason))
    }

    /// Whether a caller may hand a role to a service, as whoever sets the credentials of an integration does
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>). Whether the role is there, and whether it
    /// trusts the service, shows when the service acts in it.
    pub fn may_pass_role(&self, caller: &Caller, role_arn: &str, service: &str) -> Result<(), AccessDenied> {
        let context = RequestContext::empty().with("iam:PassedToService", service);
        self.authorize(caller, &AccessRequest::new("iam:PassRole", role_arn).in_context(&context), None)
    }

    /// The account that this decides for.
    pub fn iam(&self) -> &Iam {
        &self.iam
    }

    /// Whether callers are held to their policies.
    pub fn mode(&self) -> AuthMode {
        self.mode
    }

    /// What is known of the caller here and now.
    pub(crate) fn standing(&self, caller: &Caller) -> Standing {
        match (&caller.principal, self.mode) {
            (Principal::Account | Principal::User { .. }, AuthMode::Any) => Standing::Everything,
            (Principal::AssumedRole { .. }, AuthMode::Any) if !self.iam.is_session_of_service(caller) => {
                Standing::Everything
            }
            _ => self.iam.standing(caller),
        }
    }
}

fn of_elsewhere(caller: &Caller) -> Identity<'static> {
    match caller.principal {
        Principal::Service { .. } | Principal::Anonymous => Identity::Nothing,
        Principal::Account | Principal::User { .. } | Principal::AssumedRole { .. } => Identity::Everything,
    }
}

impl AccessDenied {
    pub(crate) fn new(caller: &Caller, request: &AccessRequest<'_>, reason: DenialReason) -> Self {
        Self {
            caller_arn: Arc::clone(&caller.arn),
            action: request.action.to_owned(),
            resource: request.resource.to_owned(),
            reason,
        }
    }
}

impl fmt::Display for AccessDenied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caller_arn, action, resource, reason } = self;
        write!(
            formatter,
            "User: {caller_arn} is not authorized to perform: {action} on resource: {resource} "
        )?;
        reason.write(formatter, action)
    }
}

impl std::error::Error for AccessDenied {}
