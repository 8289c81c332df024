//! Access keys that this account issued, ready to verify with.
//!
//! What must stay true: a key's signing keys live and die with its secret.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use alluvium_sigv4::{Credentials, SigningKeyCache};
use secrecy::SecretString;

use crate::caller::{Caller, Principal, user_arn};
use crate::document::Document;

/// An access key that this account issued.
pub(crate) struct IssuedKey {
    pub(crate) caller: Caller,
    pub(crate) secret_access_key: SecretString,
    pub(crate) session: Option<SessionPart>,
    pub(crate) signing_keys: SigningKeyCache,
}

/// What a temporary key has beyond a user's own.
pub(crate) struct SessionPart {
    pub(crate) token: String,
    pub(crate) expires_at: SystemTime,
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

/// The keys of all users, ready to verify with.
pub(crate) fn keys_of(document: &Document, account_id: &Arc<str>) -> HashMap<String, Arc<IssuedKey>> {
    let mut keys = HashMap::new();
    for user in &document.users {
        let arn: Arc<str> = user_arn(account_id, &user.name).into();
        for key in &user.access_keys {
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
            };
            keys.insert(key.access_key_id.clone(), Arc::new(issued));
        }
    }
    keys
}
