//! Signing keys: derived from the secret for one day, region and service, and kept so that the derivation is paid once.
//!
//! What must stay true: a cache finds keys by credential, not by secret, so one cache never serves two secrets of one access
//! key id. A verifier keeps a cache beside each secret and drops them together.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::limits::SIGNING_KEYS_MAX;
use crate::presented::Scope;

/// The key that signs one access key's requests for one day, region and service. Never printed.
pub(crate) struct SigningKey(Hmac<Sha256>);

/// Derives a key: `HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request")`.
pub(crate) fn derive(secret_access_key: &SecretString, scope: &Scope<'_>) -> Arc<SigningKey> {
    let mut root = Vec::with_capacity(64);
    root.extend_from_slice(b"AWS4");
    root.extend_from_slice(secret_access_key.expose_secret().as_bytes());
    let mut key = keyed(&root);
    secrecy::zeroize::Zeroize::zeroize(&mut root);
    for part in [scope.date, scope.region, scope.service, "aws4_request"] {
        key.update(part.as_bytes());
        key = keyed(&key.finalize().into_bytes());
    }
    Arc::new(SigningKey(key))
}

impl SigningKey {
    /// The signature of a string to sign, given in pieces.
    pub(crate) fn signature(&self, string_to_sign: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for piece in string_to_sign {
            mac.update(piece);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey([redacted])")
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

/// Signing keys by credential (access key id, date, region, service). Bounded; shared by reference between threads. Keep one
/// beside each secret: a key found here is used without another look at the secret.
#[derive(Debug, Default)]
pub struct SigningKeyCache(RwLock<HashMap<String, Arc<SigningKey>>>);

impl SigningKeyCache {
    /// The key kept for `credential`, which is written `id/date/region/service/aws4_request`.
    pub(crate) fn get(&self, credential: &str) -> Option<Arc<SigningKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(credential).cloned()
    }

    /// Keeps a key. Callers that verify do this only after the signature was right, so that nobody without a secret can
    /// push out the keys of those who have one.
    pub(crate) fn put(&self, credential: &str, key: Arc<SigningKey>) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= SIGNING_KEYS_MAX {
            keys.clear();
        }
        keys.insert(credential.to_owned(), key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_cache_starts_anew_and_stays_bounded() {
        let scope = Scope { date: "20150830", region: "us-east-1", service: "kinesis" };
        let key = derive(&SecretString::from("secret"), &scope);
        let cache = SigningKeyCache::default();
        for index in 0..=SIGNING_KEYS_MAX {
            cache.put(&index.to_string(), Arc::clone(&key));
        }
        assert!(cache.get("0").is_none(), "the oldest key was pushed out");
        assert!(cache.get(&SIGNING_KEYS_MAX.to_string()).is_some(), "the newest key is there");
    }
}
