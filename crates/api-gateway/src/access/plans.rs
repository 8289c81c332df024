//! API keys and usage plans as a request meets them: found by the key's value, each with its own buckets and counters.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>
//!
//! What must stay true: an edit of keys or plans makes a new index and keeps the buckets and counters of what it did not change;
//! a key's value is looked up in one step and is nowhere printed.

use std::collections::HashMap;
use std::sync::Arc;

use super::token_bucket::TokenBucket;
use super::usage::{KeyUsage, StoredUsage};
use crate::account::AccountState;
use crate::model::{ApiKey, ApiStage, QuotaSettings, ThrottleSettings, UsagePlan};

/// All keys by their values.
#[derive(Default)]
pub(crate) struct Plans {
    by_value: HashMap<String, Arc<PlannedKey>>,
    /// Every membership of a key in a plan, (plan's id, key's id).
    memberships: HashMap<(String, String), Arc<Membership>>,
}

/// A key, and what it opens.
pub(crate) struct PlannedKey {
    pub(crate) id: String,
    pub(crate) is_enabled: bool,
    stages: Vec<PlannedStage>,
}

/// A stage that a key opens through a plan.
struct PlannedStage {
    api_id: String,
    stage: String,
    membership: Arc<Membership>,
    /// By path and verb, `/pets/GET`.
    methods: HashMap<String, Arc<Throttle>>,
}

/// A key in a plan.
pub(crate) struct Membership {
    throttle: Option<Arc<Throttle>>,
    pub(crate) quota: Option<QuotaSettings>,
    pub(crate) usage: Arc<KeyUsage>,
    /// Of single methods, by `{api-id}:{stage}{path}/{verb}`; kept so that an edit elsewhere leaves them as they are.
    method_throttles: HashMap<String, Arc<Throttle>>,
}

/// A bucket and what it was made of.
pub(crate) struct Throttle {
    settings: ThrottleSettings,
    pub(crate) bucket: TokenBucket,
}

/// A stage as a key opens it.
pub(crate) struct Opened<'a> {
    pub(crate) membership: &'a Membership,
    methods: &'a HashMap<String, Arc<Throttle>>,
}

impl Opened<'_> {
    /// The bucket of this key for a method, its own when it has one, else that for all methods.
    pub(crate) fn throttle(&self, path: &str, verb: &str) -> Option<&Throttle> {
        let own = (!self.methods.is_empty()).then(|| self.methods.get(&format!("{path}/{verb}"))).flatten();
        own.or(self.membership.throttle.as_ref()).map(|throttle| &**throttle)
    }
}

impl PlannedKey {
    /// How the key opens a stage; `None` when no plan of the key has the stage.
    pub(crate) fn opens(&self, api_id: &str, stage: &str) -> Option<Opened<'_>> {
        let found = self.stages.iter().find(|known| known.api_id == api_id && known.stage == stage)?;
        Some(Opened { membership: &found.membership, methods: &found.methods })
    }
}

impl Plans {
    /// The index of an account as it was stored, with what was counted before.
    pub(crate) fn load(account: &AccountState, mut stored: HashMap<(String, String), StoredUsage>) -> Self {
        Self::build(account, &Self::default(), |membership| stored.remove(membership).unwrap_or_default())
    }

    /// The index of an account as it is now.
    pub(crate) fn rebuilt(&self, account: &AccountState) -> Self {
        Self::build(account, self, |_| StoredUsage::default())
    }

    fn build(
        account: &AccountState,
        before: &Self,
        mut stored: impl FnMut(&(String, String)) -> StoredUsage,
    ) -> Self {
        let mut memberships = HashMap::new();
        let mut stages: HashMap<&str, Vec<PlannedStage>> = HashMap::new();
        for plan in account.usage_plans.values() {
            for key_id in &plan.key_ids {
                let id = (plan.id.clone(), key_id.clone());
                let known = before.memberships.get(&id);
                let usage = known
                    .map_or_else(|| Arc::new(KeyUsage::of(stored(&id))), |known| Arc::clone(&known.usage));
                let membership = Arc::new(Membership::of(plan, known.map(|known| &**known), usage));
                stages.entry(key_id).or_default().extend(membership.stages(plan));
                memberships.insert(id, membership);
            }
        }
        let by_value = account
            .api_keys()
            .values()
            .map(|key| {
                let stages = stages.remove(key.id.as_str()).unwrap_or_default();
                (key.value.clone(), Arc::new(PlannedKey::of(key, stages)))
            })
            .collect();
        Self { by_value, memberships }
    }

    /// The key that a caller sent.
    pub(crate) fn key_of_value(&self, value: &str) -> Option<&Arc<PlannedKey>> {
        self.by_value.get(value)
    }

    /// A key in a plan.
    pub(crate) fn membership(&self, plan_id: &str, key_id: &str) -> Option<&Arc<Membership>> {
        self.memberships.get(&(plan_id.to_owned(), key_id.to_owned()))
    }

    /// Every key in every plan, with the ids of plan and key.
    pub(crate) fn memberships(&self) -> impl Iterator<Item = (&str, &str, &Membership)> {
        self.memberships.iter().map(|((plan, key), membership)| (plan.as_str(), key.as_str(), &**membership))
    }
}

impl PlannedKey {
    fn of(key: &ApiKey, stages: Vec<PlannedStage>) -> Self {
        Self { id: key.id.clone(), is_enabled: key.enabled, stages }
    }
}

impl Membership {
    fn of(plan: &UsagePlan, before: Option<&Self>, usage: Arc<KeyUsage>) -> Self {
        let mut method_throttles = HashMap::new();
        for stage in &plan.api_stages {
            for (method, settings) in &stage.throttle {
                let name = method_name(stage, method);
                let known = before.and_then(|before| before.method_throttles.get(&name));
                method_throttles.insert(name, Throttle::of(*settings, known));
            }
        }
        let known = before.and_then(|before| before.throttle.as_ref());
        Self {
            throttle: plan.throttle.map(|settings| Throttle::of(settings, known)),
            quota: plan.quota,
            usage,
            method_throttles,
        }
    }

    fn stages(self: &Arc<Self>, plan: &UsagePlan) -> Vec<PlannedStage> {
        let of_stage = |stage: &ApiStage| {
            let methods = stage.throttle.keys().filter_map(|method| {
                let throttle = self.method_throttles.get(&method_name(stage, method))?;
                Some((normalised(method), Arc::clone(throttle)))
            });
            Some(PlannedStage {
                api_id: stage.api_id.clone()?,
                stage: stage.stage.clone()?,
                membership: Arc::clone(self),
                methods: methods.collect(),
            })
        };
        plan.api_stages.iter().filter_map(of_stage).collect()
    }
}

impl Throttle {
    /// The bucket as it was, unless its settings have changed.
    pub(crate) fn of(settings: ThrottleSettings, before: Option<&Arc<Self>>) -> Arc<Self> {
        match before.filter(|before| before.settings == settings) {
            Some(before) => Arc::clone(before),
            None => Arc::new(Self { settings, bucket: TokenBucket::of(settings) }),
        }
    }
}

fn method_name(stage: &ApiStage, method: &str) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    format!("{}:{}{}", part(&stage.api_id), part(&stage.stage), normalised(method))
}

/// `/pets/GET` also of `pets/GET`.
fn normalised(method: &str) -> String {
    if method.starts_with('/') { method.to_owned() } else { format!("/{method}") }
}
