//! Temporary credentials: sessions of roles, for callers and for services, and of users themselves.
//!
//! What must stay true: nobody acts as a role whose trust policy does not let them; a session never may do more than its role;
//! there is a bound on how many are remembered. They are not kept across restarts.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use alluvium_sigv4::{Credentials, SigningKeyCache};

use crate::access::{AccessDenied, AccessRequest};
use crate::arn;
use crate::caller::{Caller, Principal, assumed_role_arn};
use crate::context::RequestContext;
use crate::decision::{DenialReason, Identity, Policies, decide};
use crate::document::{StoredRole, Tags};
use crate::error::IamError;
use crate::grants::Standing;
use crate::iam::{Iam, State};
use crate::issued_key::{IssuedKey, LastUsed, SessionPart};
use crate::limits::{
    EXPIRED_SESSION_MEMORY, SERVICE_SESSION_LIFE, SERVICE_SESSION_RENEWAL, SERVICE_SESSIONS_MAX,
    SESSION_SWEEP_INTERVAL, SESSIONS_MAX, SESSIONS_OF_ONE_MAX,
};
use crate::policy::{IdentityPolicy, Situation, Verdict};
use crate::random;

/// The name under which trust policies know API Gateway.
pub const API_GATEWAY: &str = "apigateway.amazonaws.com";

const ASSUME_ROLE: &str = "sts:AssumeRole";

/// A session that is to begin.
#[derive(Debug)]
pub(crate) struct NewSession {
    pub(crate) life: Duration,
    pub(crate) policies: Option<Vec<Arc<IdentityPolicy>>>,
    pub(crate) tags: Tags,
    pub(crate) of_service: bool,
    /// How long the token has to be at least, characters.
    pub(crate) token_chars_min: usize,
}

/// The newest session in which a service acts as a role.
#[derive(Clone)]
pub(crate) struct ServiceSession {
    pub(crate) service: String,
    pub(crate) key: Arc<IssuedKey>,
    /// Whether the role's trust policy was asked since something changed.
    pub(crate) is_trusted: bool,
}

impl Iam {
    /// Temporary credentials with which API Gateway acts as a role. See [`Iam::assume_role_as_service`].
    pub fn role_credentials(&self, role_arn: &str) -> Result<Credentials, IamError> {
        self.assume_role_as_service(role_arn, API_GATEWAY)
    }

    /// Temporary credentials with which a service, such as `apigateway.amazonaws.com`, acts as a role: when the role is there and
    /// its trust policy lets the service, else [`IamError::NoSuchEntity`] or [`IamError::NotTrusted`]. They are good for at least a
    /// quarter of an hour and the same until they have to be renewed, so asking before every use is cheap and right.
    pub fn assume_role_as_service(&self, role_arn: &str, service: &str) -> Result<Credentials, IamError> {
        self.service_key(role_arn, service).map(|key| key.credentials())
    }

    /// The key of the session in which a service acts as a role, begun when there is none that lasts long enough.
    pub(crate) fn service_key(&self, role_arn: &str, service: &str) -> Result<Arc<IssuedKey>, IamError> {
        let now = self.now();
        let known = self
            .service_session(role_arn, service)
            .filter(|session| session.key.lasts_until(now + SERVICE_SESSION_RENEWAL));
        if let Some(session) = &known
            && session.is_trusted
        {
            return Ok(Arc::clone(&session.key));
        }
        let document = self.document();
        let role = self.stored_role(&document, role_arn).ok_or_else(|| IamError::no_role(role_arn))?;
        let caller = Caller::service(service);
        let account_id = self.account_id();
        let context = RequestContext::empty().with("aws:SourceAccount", account_id);
        let request = AccessRequest::new(ASSUME_ROLE, role_arn).in_context(&context);
        let situation = Situation {
            caller: &caller,
            request: &request,
            principal_tags: [&[], &[]],
            token_issued_at: None,
            now,
        };
        if !matches!(role.trust_policy.parsed().verdict(&situation), Verdict::Allow(_)) {
            return Err(IamError::NotTrusted { role_arn: role_arn.to_owned(), service: service.to_owned() });
        }
        let key = match known.map(|session| session.key) {
            // A role that was made anew is another one.
            Some(key) if unique_id(&key.caller) == role.id => key,
            _ => self.begin_for_service(role, service)?,
        };
        let mut state = self.state_mut();
        // Only when nothing has changed since the trust policy was read.
        if Arc::ptr_eq(&state.document, &document) {
            let sessions = state.service_sessions.entry(role_arn.to_owned()).or_default();
            sessions.retain(|session| session.service != service);
            let key = Arc::clone(&key);
            sessions.push(ServiceSession { service: service.to_owned(), key, is_trusted: true });
        }
        Ok(key)
    }

    fn begin_for_service(&self, role: &StoredRole, service: &str) -> Result<Arc<IssuedKey>, IamError> {
        let session_name = if service == API_GATEWAY { "BackplaneAssumeRoleSession" } else { "alluvium" };
        let new = NewSession {
            life: SERVICE_SESSION_LIFE,
            policies: None,
            tags: Vec::new(),
            of_service: true,
            token_chars_min: 0,
        };
        self.begin(self.caller_in(role, session_name), new)
    }

    fn service_session(&self, role_arn: &str, service: &str) -> Option<ServiceSession> {
        let state = self.state();
        let sessions = state.service_sessions.get(role_arn)?;
        sessions.iter().find(|session| session.service == service).cloned()
    }

    /// Whether a caller may act as a role: its trust policy has to let them, and where it names no more than their account, their
    /// own policies too (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>).
    pub(crate) fn may_assume(
        &self,
        caller: &Caller,
        standing: &Standing,
        request: &AccessRequest<'_>,
    ) -> Result<(), AccessDenied> {
        let denied = |reason| Err(AccessDenied::new(caller, request, reason));
        let situation = Situation {
            caller,
            request,
            principal_tags: standing.tags(),
            token_issued_at: standing.token_issued_at(),
            now: self.now(),
        };
        let document = self.document();
        let trust = match self.stored_role(&document, request.resource) {
            Some(role) => role.trust_policy.parsed().verdict(&situation),
            None => Verdict::Silent,
        };
        match trust {
            Verdict::Deny => return denied(DenialReason::ExplicitDenyInTrustPolicy),
            Verdict::Silent => return denied(DenialReason::NoTrustPolicyAllows),
            Verdict::Allow(_) => {}
        }
        let policies = Policies {
            identity: match standing {
                Standing::Everything => Identity::Everything,
                Standing::Nothing => Identity::Nothing,
                Standing::Granted { grants, .. } => Identity::Policies(&grants.policies),
            },
            boundary: standing.boundary(),
            session: standing.session_policies(),
            resource: trust,
            same_account: *caller.account_id == *self.account_id(),
        };
        decide(&situation, &policies).or_else(denied)
    }

    /// A caller in a session of a role.
    pub(crate) fn caller_in(&self, role: &StoredRole, session_name: &str) -> Caller {
        let account_id = self.shared_account_id();
        Caller {
            arn: assumed_role_arn(account_id, &role.name, session_name).into(),
            account_id: Arc::clone(account_id),
            access_key_id: random::identifier("ASIA").into(),
            principal: Principal::AssumedRole {
                role_name: role.name.as_str().into(),
                role_id: role.id.as_str().into(),
                role_arn: arn::role(account_id, &role.path, &role.name).into(),
                session_name: session_name.into(),
            },
        }
    }

    /// Begins a session; its access key is the caller's.
    pub(crate) fn begin(&self, caller: Caller, new: NewSession) -> Result<Arc<IssuedKey>, IamError> {
        let now = self.now();
        let key = Arc::new(IssuedKey {
            caller,
            secret_access_key: random::secret_access_key(),
            session: Some(SessionPart {
                token: random::session_token(new.token_chars_min),
                issued_at: now,
                expires_at: now + new.life,
                policies: new.policies,
                tags: new.tags,
                of_service: new.of_service,
            }),
            signing_keys: SigningKeyCache::default(),
            last_used: LastUsed::default(),
        });
        let mut state = self.state_mut();
        make_room(&mut state, &key, now)?;
        state.keys.insert(key.caller.access_key_id.to_string(), Arc::clone(&key));
        Ok(key)
    }
}

/// The unique id of the user or role that a caller is or acts as; empty for the account.
fn unique_id(caller: &Caller) -> &str {
    match &caller.principal {
        Principal::User { id, .. } | Principal::AssumedRole { role_id: id, .. } => id,
        Principal::Account | Principal::Service { .. } | Principal::Anonymous => "",
    }
}

fn is_of_service(key: &IssuedKey) -> Option<bool> {
    Some(key.session.as_ref()?.of_service)
}

/// Forgets sessions that ended: long ago in any case, and all of them when there is no more room. Callers have their room and
/// services have theirs, and no one user or role has all of it.
fn make_room(state: &mut State, new: &IssuedKey, now: SystemTime) -> Result<(), IamError> {
    if now >= state.next_sweep {
        state.next_sweep = now + SESSION_SWEEP_INTERVAL;
        state.keys.retain(|_, key| key.lasts_until(now - EXPIRED_SESSION_MEMORY));
    }
    if is_there_room(state, new).is_err() {
        state.keys.retain(|_, key| key.lasts_until(now));
    }
    is_there_room(state, new)
}

fn is_there_room(state: &State, new: &IssuedKey) -> Result<(), IamError> {
    let (of_service, id) = (is_of_service(new), unique_id(&new.caller));
    let (mut of_its_kind, mut of_its_own) = (0, 0);
    for key in state.keys.values().filter(|key| is_of_service(key) == of_service) {
        of_its_kind += 1;
        of_its_own += usize::from(unique_id(&key.caller) == id);
    }
    if of_service == Some(true) {
        return if of_its_kind < SERVICE_SESSIONS_MAX {
            Ok(())
        } else {
            Err(IamError::quota("ServiceSessionsPerAccount", SERVICE_SESSIONS_MAX))
        };
    }
    if of_its_kind >= SESSIONS_MAX {
        return Err(IamError::quota("SessionsPerAccount", SESSIONS_MAX));
    }
    if of_its_own >= SESSIONS_OF_ONE_MAX {
        return Err(IamError::quota("SessionsPerPrincipal", SESSIONS_OF_ONE_MAX));
    }
    Ok(())
}
