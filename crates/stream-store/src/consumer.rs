//! Consumers that are registered with a stream for enhanced fan-out.
//!
//! What must stay true: two consumers of one stream and name differ in the second of their creation, since that and the name
//! make the ARN (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Consumer.html>).

use std::sync::Arc;

use crate::settings::Tags;

/// A registered consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Its name, unique among the stream's consumers.
    pub name: Arc<str>,
    /// When it was registered, in milliseconds since 1970. Its whole seconds are greater than those of an earlier consumer of
    /// this stream and name, so an ARN made of them is unique.
    pub created_millis: i64,
    /// From when on it is ACTIVE, in milliseconds since 1970; CREATING before.
    pub active_at_millis: i64,
    /// From when on it is no longer there, in milliseconds since 1970; DELETING before. `None` while it is registered.
    pub gone_at_millis: Option<i64>,
    /// Its tags.
    pub tags: Tags,
    /// Its resource policy.
    pub policy: Option<Arc<str>>,
}

/// Where a consumer stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsumerStatus {
    /// Registered, and not yet [`Consumer::active_at_millis`].
    Creating,
    /// Settled.
    Active,
    /// Deregistered, and not yet [`Consumer::gone_at_millis`].
    Deleting,
}

impl Consumer {
    /// Its status at a moment, given in milliseconds since 1970; `None` when it is gone.
    pub fn status(&self, now_millis: i64) -> Option<ConsumerStatus> {
        match self.gone_at_millis {
            Some(gone_at_millis) if now_millis >= gone_at_millis => None,
            Some(_) => Some(ConsumerStatus::Deleting),
            None if now_millis < self.active_at_millis => Some(ConsumerStatus::Creating),
            None => Some(ConsumerStatus::Active),
        }
    }
}

/// What a new consumer shall be.
#[derive(Debug, Clone)]
pub struct NewConsumer {
    /// Its name, free among the stream's consumers.
    pub name: Arc<str>,
    /// Its tags.
    pub tags: Tags,
    /// From when on it is ACTIVE, in milliseconds since 1970.
    pub active_at_millis: i64,
    /// The present, in milliseconds since 1970.
    pub now_millis: i64,
    /// How many consumers the stream may have with this one, those that are DELETING included.
    pub consumers_max: usize,
}

/// What shall change in a consumer; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ConsumerChange {
    /// All its tags.
    pub tags: Option<Tags>,
    /// Its resource policy; `Some(None)` removes it.
    pub policy: Option<Option<Arc<str>>>,
    /// Deregisters it: from this moment on it is gone, in milliseconds since 1970.
    pub gone_at_millis: Option<i64>,
}
