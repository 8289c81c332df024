//! Who is subscribed to what: one subscription per consumer and shard, the rule by which a later one takes over, and the
//! way in which all of them are told to end.
//!
//! What must stay true: memory is bounded by the subscriptions that are there and those of the last five seconds.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alluvium_kinesis_model::ShardId;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::limits::TAKEOVER_AFTER;

/// What one subscription is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SubscriptionKey {
    pub(crate) stream_id: u64,
    pub(crate) consumer_arn: String,
    pub(crate) shard: ShardId,
}

/// Why a subscription ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A later call for the same consumer and shard took over.
    TakenOver,
    /// The server shuts down.
    Closing,
}

/// Why there is no new subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There was a call for the same consumer and shard less than five seconds ago.
    InUse,
    /// The server shuts down.
    Closing,
}

/// All subscriptions. Clones are the same registry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subscriptions {
    registry: Arc<Mutex<Registry>>,
}

#[derive(Debug, Default)]
struct Registry {
    closing: bool,
    next_number: u64,
    by_key: HashMap<SubscriptionKey, Entry>,
    /// Those that ended within the time in which they still refuse a second call, in order of their ends.
    ended: VecDeque<(Instant, SubscriptionKey, u64)>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    began: Instant,
    end: watch::Sender<Option<End>>,
}

/// The right to push; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    subscriptions: Subscriptions,
    key: SubscriptionKey,
    number: u64,
    end: watch::Receiver<Option<End>>,
}

impl Subscriptions {
    /// Begins a subscription; one for the same consumer and shard that is at least five seconds old ends.
    pub(crate) fn begin(&self, key: SubscriptionKey) -> Result<Ticket, Refused> {
        let now = Instant::now();
        let mut registry = self.lock();
        if registry.closing {
            return Err(Refused::Closing);
        }
        registry.forget_ended(now);
        if let Some(entry) = registry.by_key.get(&key) {
            if now.duration_since(entry.began) < TAKEOVER_AFTER {
                return Err(Refused::InUse);
            }
            entry.end.send_replace(Some(End::TakenOver));
        }
        let number = registry.next_number;
        registry.next_number += 1;
        let (sender, end) = watch::channel(None);
        registry.by_key.insert(key.clone(), Entry { number, began: now, end: sender });
        drop(registry);
        Ok(Ticket { subscriptions: self.clone(), key, number, end })
    }

    /// Ends all of them and lets none begin.
    pub(crate) fn close(&self) {
        let mut registry = self.lock();
        registry.closing = true;
        for entry in registry.by_key.values() {
            entry.end.send_replace(Some(End::Closing));
        }
        registry.by_key.clear();
        registry.ended.clear();
    }

    /// How many there are, those included that ended within the last five seconds.
    #[cfg(test)]
    fn count(&self) -> usize {
        self.lock().by_key.len()
    }

    fn end(&self, key: &SubscriptionKey, number: u64) {
        let now = Instant::now();
        let mut registry = self.lock();
        registry.forget_ended(now);
        let Some(entry) = registry.by_key.get(key).filter(|entry| entry.number == number) else { return };
        let forget_at = entry.began + TAKEOVER_AFTER;
        if forget_at <= now {
            registry.by_key.remove(key);
        } else {
            registry.ended.push_back((forget_at, key.clone(), number));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    fn forget_ended(&mut self, now: Instant) {
        while let Some((forget_at, _, _)) = self.ended.front()
            && *forget_at <= now
            && let Some((_, key, number)) = self.ended.pop_front()
        {
            if self.by_key.get(&key).is_some_and(|entry| entry.number == number) {
                self.by_key.remove(&key);
            }
        }
    }
}

impl Ticket {
    /// Why the subscription has to end, once it has to.
    pub(crate) fn ended(&self) -> Option<End> {
        *self.end.borrow()
    }

    /// Waits until the subscription has to end.
    pub(crate) async fn wait_for_end(&mut self) -> End {
        // An error says that the sender is gone, which it is only after it has told the end.
        let _ = self.end.wait_for(Option::is_some).await;
        self.ended().unwrap_or(End::Closing)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.subscriptions.end(&self.key, self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn key(shard: u32) -> SubscriptionKey {
        SubscriptionKey { stream_id: 1, consumer_arn: "consumer".to_owned(), shard: ShardId(shard) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_call_is_refused_for_five_seconds_and_then_takes_over() {
        let subscriptions = Subscriptions::default();
        let mut first = subscriptions.begin(key(0)).expect("the first");
        tokio::time::advance(Duration::from_millis(4_999)).await;
        assert_eq!(subscriptions.begin(key(0)).map(drop), Err(Refused::InUse));
        subscriptions.begin(key(1)).map(drop).expect("another shard");
        assert_eq!(first.ended(), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        let second = subscriptions.begin(key(0)).expect("five seconds later");
        assert_eq!(first.wait_for_end().await, End::TakenOver);
        drop(first);
        assert_eq!(second.ended(), None);
        assert_eq!(subscriptions.begin(key(0)).map(drop), Err(Refused::InUse));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_ended_refuses_for_its_five_seconds_and_is_then_forgotten() {
        let subscriptions = Subscriptions::default();
        drop(subscriptions.begin(key(0)).expect("the first"));
        assert_eq!(subscriptions.begin(key(0)).map(drop), Err(Refused::InUse));
        assert_eq!(subscriptions.count(), 1);
        tokio::time::advance(TAKEOVER_AFTER).await;
        drop(subscriptions.begin(key(1)).expect("another"));
        assert_eq!(subscriptions.count(), 1);
        let late = subscriptions.begin(key(0)).expect("five seconds later");
        tokio::time::advance(TAKEOVER_AFTER).await;
        drop(late);
        assert_eq!(subscriptions.count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_ends_all_and_lets_none_begin() {
        let subscriptions = Subscriptions::default();
        let mut ticket = subscriptions.begin(key(0)).expect("the first");
        subscriptions.close();
        assert_eq!(ticket.wait_for_end().await, End::Closing);
        assert_eq!(subscriptions.begin(key(1)).map(drop), Err(Refused::Closing));
    }
}
