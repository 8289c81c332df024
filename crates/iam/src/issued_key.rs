//! Access keys that this account issued, ready to verify with.
//!
//! What must stay true: a key's signing keys live and die with its secret.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use alluvium_sigv4::{Credentials, SigningKeyCache};
use secrecy::SecretString;

use crate::arn;
use crate::caller::{Caller, Principal};
use crate::document::{Document, Tags};
use crate::limits::LAST_USED_MILLIS;
use crate::policy::IdentityPolicy;

/// An access key that this account issued.
pub(crate) struct IssuedKey {
    pub(crate) caller: Caller,
    pub(crate) secret_access_key: SecretString,
    pub(crate) session: Option<SessionPart>,
    pub(crate) signing_keys: SigningKeyCache,
    pub(crate) last_used: LastUsed,
}

/// What a temporary key has beyond a user's own.
pub(crate) struct SessionPart {
    pub(crate) token: String,
    pub(crate) issued_at: SystemTime,
    pub(crate) expires_at: SystemTime,
    /// What the session may do at most, in every one of these; `None` does not limit it.
    pub(crate) policies: Option<Vec<Arc<IdentityPolicy>>>,
    pub(crate) tags: Tags,
    /// Whether a service acts in it, rather than somebody who asked for it.
    pub(crate) of_service: bool,
}

/// When, where and for what a key was used last, to within a minute.
#[derive(Default)]
pub(crate) struct LastUsed {
    millis: AtomicI64,
    scope: Mutex<(String, String)>,
}

impl LastUsed {
    /// Notes a use; most of the time this is one load.
    pub(crate) fn note(&self, now_millis: i64, service: &str, region: &str) {
        let noted = self.millis.load(Ordering::Relaxed);
        if noted != 0 && (now_millis - noted).abs() < LAST_USED_MILLIS {
            return;
        }
        self.millis.store(now_millis, Ordering::Relaxed);
        *self.scope.lock().unwrap_or_else(PoisonError::into_inner) = (service.to_owned(), region.to_owned());
    }

    /// Milliseconds since 1970, service and region; `None` before the first use since the start of the program.
    pub(crate) fn get(&self) -> Option<(i64, String, String)> {
        let millis = self.millis.load(Ordering::Relaxed);
        let (service, region) = self.scope.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (millis != 0).then_some((millis, service, region))
    }
}

impl IssuedKey {
    /// Whether the key is still good at `time`; a user's own key always is.
    pub(crate) fn lasts_until(&self, time: SystemTime) -> bool {
        self.session.as_ref().is_none_or(|session| session.expires_at > time)
    }

    /// The key as its holder gets it.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            access_key_id: self.caller.access_key_id.to_string(),
            secret_access_key: self.secret_access_key.clone(),
            session_token: self.session.as_ref().map(|session| session.token.clone()),
        }
    }
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("IssuedKey").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// The keys of all users that are active, ready to verify with.
pub(crate) fn keys_of(document: &Document, account_id: &Arc<str>) -> HashMap<String, Arc<IssuedKey>> {
    let mut keys = HashMap::new();
    for user in &document.users {
        let arn: Arc<str> = arn::user(account_id, &user.path, &user.name).into();
        for key in user.access_keys.iter().filter(|key| key.active) {
            let principal = Principal::User { name: user.name.as_str().into(), id: user.id.as_str().into() };
            let issued = IssuedKey {
                caller: Caller {
                    arn: Arc::clone(&arn),
                    account_id: Arc::clone(account_id),
                    access_key_id: key.access_key_id.as_str().into(),
                    principal,
                },
                secret_access_key: key.secret_access_key.clone(),
                session: None,
                signing_keys: SigningKeyCache::default(),
                last_used: LastUsed::default(),
            };
            keys.insert(key.access_key_id.clone(), Arc::new(issued));
        }
    }
    keys
}
