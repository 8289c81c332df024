//! Who may call a method, and how often.
//!
//! What must stay true: no lock is held while anything is waited for.

mod invoke_policy;
mod plans;
mod quota_period;
mod save;
mod throttle;
mod token_bucket;
mod usage;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::account::AccountState;
use crate::gateway::Limits;
use crate::limits::{ACCOUNT_BURST, ACCOUNT_RATE};
use crate::model::ThrottleSettings;
pub(crate) use plans::Plans;
use token_bucket::TokenBucket;
pub(crate) use usage::StoredUsage;

/// What is counted and looked up for all requests.
pub(crate) struct AccessState {
    plans: RwLock<Arc<Plans>>,
    account_throttle: Option<TokenBucket>,
    /// Whether any usage has changed since it was last written.
    has_unsaved_usage: AtomicBool,
    is_saving_planned: AtomicBool,
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
