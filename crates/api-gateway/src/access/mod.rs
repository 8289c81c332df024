//! Who may call a method, and how often: the step between routing and the method request.
//!
//! In API Gateway's order: authorization ([`authorization`]), the API key and its usage plan ([`api_key`], [`plans`]), the
//! throttling of the stage's method ([`throttle`]) and of the account. Who called goes on as [`Identity`]; who is not let in gets
//! a [`Refusal`].
//!
//! What must stay true: a method without authorization, policy, key and throttling passes without a lock or an allocation; no
//! lock is held while anything is waited for.

mod api_key;
mod authorization;
mod identity;
mod invoke_policy;
mod plans;
mod quota_period;
mod refusal;
mod save;
mod throttle;
mod token_bucket;
mod usage;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use alluvium_iam::{ClientConnection, ResourcePolicy};
use bytes::Bytes;
use http::request::Parts;

use crate::account::AccountState;
use crate::gateway::{Environment, Limits};
use crate::limits::{ACCOUNT_BURST, ACCOUNT_RATE};
use crate::model::{
    ApiKeySource, AuthorizationType, Deployment, GatewayResponseType, HttpVerb, Method, MethodSetting,
    ThrottleSettings,
};
pub(crate) use identity::Identity;
pub(crate) use invoke_policy::read as read_policy;
pub(crate) use plans::Plans;
pub(crate) use quota_period::{Day, date_text, day_of, day_of_text};
pub(crate) use refusal::Refusal;
use token_bucket::TokenBucket;
pub(crate) use usage::{DayUsage, StoredUsage};

/// Which method of which stage a request is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) api_id: &'a str,
    pub(crate) stage: &'a str,
    /// Below the stage, as the client wrote it.
    pub(crate) path: &'a str,
}

/// What a stage's methods have in common about access.
pub(crate) struct StageAccess {
    /// The API's resource policy as it was deployed, or why it cannot be read.
    policy: Option<Result<ResourcePolicy, String>>,
    api_key_source: ApiKeySource,
}

/// What one method of a stage asks of its callers.
pub(crate) struct MethodAccess {
    authorization: AuthorizationType,
    is_key_required: bool,
    path: String,
    verb: HttpVerb,
    throttle: Option<TokenBucket>,
}

/// What is counted and looked up for all requests.
pub(crate) struct AccessState {
    plans: RwLock<Arc<Plans>>,
    account_throttle: Option<TokenBucket>,
    /// Whether any usage has changed since it was last written.
    has_unsaved_usage: AtomicBool,
    is_saving_planned: AtomicBool,
}

impl StageAccess {
    pub(crate) fn of(api_id: &str, stage_name: &str, deployment: &Deployment) -> Self {
        let policy = deployment.policy.as_deref().filter(|text| !text.is_empty()).map(|text| {
            read_policy(api_id, text).map_err(|problem| {
                tracing::error!(api = %api_id, stage = %stage_name, %problem, "the resource policy cannot be read and lets nobody in; correct it and deploy again");
                problem.to_string()
            })
        });
        Self { policy, api_key_source: deployment.api_key_source }
    }
}

impl MethodAccess {
    /// `setting` is how the stage wants the method run.
    pub(crate) fn of(path: &str, verb: HttpVerb, method: &Method, setting: Option<&MethodSetting>) -> Self {
        Self {
            authorization: method.authorization_type,
            is_key_required: method.api_key_required,
            path: path.to_owned(),
            verb,
            throttle: throttle::of_setting(setting),
        }
    }
}

impl AccessState {
    pub(crate) fn load(
        account: &AccountState,
        usage: HashMap<(String, String), StoredUsage>,
        limits: Limits,
    ) -> Self {
        let account_limit = ThrottleSettings { rate_limit: ACCOUNT_RATE, burst_limit: ACCOUNT_BURST };
        Self {
            plans: RwLock::new(Arc::new(Plans::load(account, usage))),
            account_throttle: (limits == Limits::Aws).then(|| TokenBucket::of(account_limit)),
            has_unsaved_usage: AtomicBool::new(false),
            is_saving_planned: AtomicBool::new(false),
        }
    }

    /// Keys and plans as they are now.
    pub(crate) fn plans(&self) -> Arc<Plans> {
        Arc::clone(&self.plans.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts an index made by [`Plans::rebuilt`] in the place of the one before.
    pub(crate) fn put_plans(&self, plans: Plans) {
        *self.plans.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(plans);
    }

    /// Says that usage has changed.
    pub(crate) fn mark_usage_unsaved(&self) {
        if !self.has_unsaved_usage.load(Ordering::Relaxed) {
            self.has_unsaved_usage.store(true, Ordering::Release);
        }
    }
}

/// Lets a routed request through or not. `identity` is told who calls as far as that is known, also when they are refused.
pub(crate) fn admit(
    environment: &Environment,
    stage: &StageAccess,
    method: &MethodAccess,
    target: Target<'_>,
    request: (&Parts, &Bytes),
    identity: &mut Identity,
) -> Result<(), Refusal> {
    let caller = authorization::authorize(environment, stage, method.authorization, target, request)?;
    identity.caller = caller.map(Arc::new);
    let counters = &environment.access;
    let takes_all = method.throttle.is_none() && counters.account_throttle.is_none();
    if takes_all && !method.is_key_required {
        return Ok(());
    }
    let now = environment.clock.since_epoch();
    let throttled = || {
        let take = |bucket: &Option<TokenBucket>| bucket.as_ref().is_none_or(|bucket| bucket.take(now));
        if !take(&method.throttle) {
            let cause = "the method is called more often than the stage's method settings allow";
            return Err(Refusal::of(GatewayResponseType::Throttled, cause));
        }
        if !take(&counters.account_throttle) {
            let cause = format!(
                "the account calls more often than {ACCOUNT_RATE} times a second; start without 'limits: aws' to lift this"
            );
            return Err(Refusal::of(GatewayResponseType::Throttled, cause));
        }
        Ok(())
    };
    if !method.is_key_required {
        return throttled();
    }
    let (key, value) = api_key::of_request(&counters.plans(), stage.api_key_source, &request.0.headers)?;
    identity.api_key = Some((key.id.as_str().into(), value));
    api_key::admit(&key, method, target, now, throttled)?;
    counters.mark_usage_unsaved();
    Ok(())
}

/// Where a request came from, as the listener told.
pub(crate) fn source_ip(parts: &Parts) -> Option<IpAddr> {
    let connection = parts.extensions.get::<ClientConnection>().map(|connection| connection.source_ip);
    connection.or_else(|| parts.extensions.get::<SocketAddr>().map(SocketAddr::ip))
}
