//! The policies of streams and consumers at run time. The store has their texts; here they are read once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use alluvium_iam::{PolicyError, ResourcePolicy};
use alluvium_kinesis_model::{Exception, ResourceArn};
use alluvium_stream_store::Store;

use crate::limits::POLICIES_READ_MAX;

/// What was read of policies.
#[derive(Debug)]
pub(crate) struct Policies {
    /// Whether there may be a policy at all; while there is none nobody has to look for it.
    any: AtomicBool,
    read: Mutex<HashMap<Arc<str>, Arc<ResourcePolicy>>>,
}

impl Policies {
    /// The policies of a store that was opened.
    pub(crate) fn new(store: &Store) -> Self {
        let any = store.streams().iter().any(|stream| {
            stream.policy.is_some() || stream.consumers.values().any(|consumer| consumer.policy.is_some())
        });
        Self { any: AtomicBool::new(any), read: Mutex::new(HashMap::new()) }
    }

    /// Whether there may be one.
    pub(crate) fn may_exist(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Notes that there is going to be one.
    pub(crate) fn note_one(&self) {
        self.any.store(true, Ordering::Release);
    }

    /// Reads a policy's text.
    pub(crate) fn read(&self, text: &Arc<str>) -> Result<Arc<ResourcePolicy>, PolicyError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(policy) = read.get(text) {
            return Ok(Arc::clone(policy));
        }
        let policy = Arc::new(ResourcePolicy::parse(text)?);
        if read.len() >= POLICIES_READ_MAX {
            read.clear();
        }
        read.insert(Arc::clone(text), Arc::clone(&policy));
        Ok(policy)
    }
}

/// A resource has no policy.
pub(crate) fn no_policy(arn: &ResourceArn) -> Exception {
    Exception::not_found(format!("No resource policy found for resource ARN {arn}."))
}
