//! Throttling as AWS does it, with `limits: aws`: what a shard takes and gives per second, and how often a control
//! operation may be called (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>).
//!
//! What must stay true: without limits nothing here takes a lock; with them memory is bounded by what was used within the
//! last seconds.

mod bucket;
mod calls;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use alluvium_kinesis_model::{Operation, ShardId};
use tokio::time::Instant;

use crate::limits::{
    CONSUMER_BYTES_PER_SEC, SHARD_ITERATORS_PER_SEC, SHARD_READ_BYTES_PER_SEC, SHARD_READS_PER_SEC,
    SHARD_WRITE_BYTES_PER_SEC, SHARD_WRITE_RECORDS_PER_SEC, THROTTLE_IDLE,
};
use crate::options::Limits;
use crate::throttle::bucket::Bucket;

/// What is throttled, and how much of it was used lately.
#[derive(Debug)]
pub(crate) struct Throttle {
    limits: Limits,
    writes: Buckets<(u64, ShardId), Writes>,
    reads: Buckets<(u64, ShardId), Reads>,
    consumers: Buckets<(String, ShardId), Bucket>,
    calls: Buckets<(Operation, String), Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Writes {
    records: Bucket,
    bytes: Bucket,
}

#[derive(Debug, Clone, Copy)]
struct Reads {
    iterators: Bucket,
    calls: Bucket,
    bytes: Bucket,
}

#[derive(Debug)]
struct Buckets<K, V>(Mutex<HashMap<K, V>>);

impl<K: Eq + Hash, V> Buckets<K, V> {
    fn with<T>(&self, key: K, make: impl FnOnce() -> V, work: impl FnOnce(&mut V) -> T) -> T {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(buckets.entry(key).or_insert_with(make))
    }

    fn forget_idle(&self, now: Instant, mut used_at: impl FnMut(&V) -> Instant) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.retain(|_, bucket| used_at(bucket) + THROTTLE_IDLE > now);
        buckets.shrink_to_fit();
    }
}

impl<K, V> Default for Buckets<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl Throttle {
    /// A throttle of which nothing is used.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            writes: Buckets::default(),
            reads: Buckets::default(),
            consumers: Buckets::default(),
            calls: Buckets::default(),
        }
    }

    /// Whether anything is limited.
    pub(crate) fn is_on(&self) -> bool {
        self.limits == Limits::Aws
    }

    /// Whether a shard takes a record of this many bytes, data and partition key together.
    pub(crate) fn takes_record(&self, stream_id: u64, shard: ShardId, bytes: usize) -> bool {
        if !self.is_on() {
            return true;
        }
        let now = Instant::now();
        let make = || Writes {
            records: Bucket::full(SHARD_WRITE_RECORDS_PER_SEC, now),
            bytes: Bucket::full(SHARD_WRITE_BYTES_PER_SEC, now),
        };
        self.writes.with((stream_id, shard), make, |writes| {
            let takes = writes.records.has(1, now) && writes.bytes.has(bytes, now);
            if takes {
                writes.records.spend(1);
                writes.bytes.spend(bytes);
            }
            takes
        })
    }

    /// Whether a shard can be read by GetRecords now.
    pub(crate) fn gives_page(&self, stream_id: u64, shard: ShardId) -> bool {
        if !self.is_on() {
            return true;
        }
        let now = Instant::now();
        self.reads.with(
            (stream_id, shard),
            || Reads::full(now),
            |reads| {
                let gives = reads.calls.has(1, now) && reads.bytes.paid_at(now).is_none();
                if gives {
                    reads.calls.spend(1);
                }
                gives
            },
        )
    }

    /// Whether a shard gives one more iterator now.
    pub(crate) fn gives_iterator(&self, stream_id: u64, shard: ShardId) -> bool {
        if !self.is_on() {
            return true;
        }
        let now = Instant::now();
        let make = || Reads::full(now);
        self.reads.with((stream_id, shard), make, |reads| {
            let gives = reads.iterators.has(1, now);
            if gives {
                reads.iterators.spend(1);
            }
            gives
        })
    }

    /// A page of this many bytes was given by GetRecords.
    pub(crate) fn gave_page(&self, stream_id: u64, shard: ShardId, bytes: usize) {
        if self.is_on() {
            let now = Instant::now();
            let spend = |reads: &mut Reads| reads.bytes.spend_afterwards(bytes);
            self.reads.with((stream_id, shard), || Reads::full(now), spend);
        }
    }

    /// When a consumer may be pushed the next event; `None` when it may at once.
    pub(crate) fn pushes_at(&self, consumer_arn: &str, shard: ShardId) -> Option<Instant> {
        if !self.is_on() {
            return None;
        }
        let now = Instant::now();
        let make = || Bucket::full(CONSUMER_BYTES_PER_SEC, now);
        self.consumers.with((consumer_arn.to_owned(), shard), make, |bucket| bucket.paid_at(now))
    }

    /// An event of this many bytes was pushed to a consumer.
    pub(crate) fn pushed(&self, consumer_arn: &str, shard: ShardId, bytes: usize) {
        if self.is_on() {
            let make = || Bucket::full(CONSUMER_BYTES_PER_SEC, Instant::now());
            self.consumers.with((consumer_arn.to_owned(), shard), make, |bucket| bucket.spend(bytes));
        }
    }

    /// Whether one more call of an operation is taken; `scope` is the stream that it names, or empty. Always for those
    /// that are limited in other ways.
    pub(crate) fn takes_call(&self, operation: Operation, stream_name: &str) -> bool {
        let Some(quota) = calls::quota(operation).filter(|_| self.is_on()) else { return true };
        let now = Instant::now();
        let scope = if quota.per_stream { stream_name.to_owned() } else { String::new() };
        self.calls.with(
            (operation, scope),
            || Bucket::full(quota.calls_per_sec, now),
            |bucket| {
                let takes = bucket.has(1, now);
                if takes {
                    bucket.spend(1);
                }
                takes
            },
        )
    }

    /// Forgets what nobody used lately.
    pub(crate) fn forget_idle(&self) {
        let now = Instant::now();
        self.writes.forget_idle(now, |writes| writes.records.used_at());
        self.reads.forget_idle(now, |reads| reads.calls.used_at().max(reads.iterators.used_at()));
        self.consumers.forget_idle(now, Bucket::used_at);
        self.calls.forget_idle(now, Bucket::used_at);
    }
}

impl Reads {
    fn full(now: Instant) -> Self {
        Self {
            iterators: Bucket::full(SHARD_ITERATORS_PER_SEC, now),
            calls: Bucket::full(SHARD_READS_PER_SEC, now),
            bytes: Bucket::full(SHARD_READ_BYTES_PER_SEC, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn without_limits_everything_goes() {
        let throttle = Throttle::new(Limits::None);
        for _ in 0..2_000 {
            assert!(throttle.takes_record(1, ShardId(0), 1 << 20));
            assert!(throttle.gives_page(1, ShardId(0)));
            assert!(throttle.takes_call(Operation::ListStreams, ""));
        }
        assert_eq!(throttle.pushes_at("consumer", ShardId(0)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shard_takes_a_thousand_records_and_a_mebibyte_a_second() {
        let throttle = Throttle::new(Limits::Aws);
        for _ in 0..1_000 {
            assert!(throttle.takes_record(1, ShardId(0), 10));
        }
        assert!(!throttle.takes_record(1, ShardId(0), 10));
        assert!(throttle.takes_record(1, ShardId(1), 1 << 20));
        assert!(!throttle.takes_record(1, ShardId(1), 10));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(throttle.takes_record(1, ShardId(0), 10));
        assert!(throttle.takes_record(1, ShardId(1), 10 << 20), "a large record from a full bucket");
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(!throttle.takes_record(1, ShardId(1), 10));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(throttle.takes_record(1, ShardId(1), 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_shard_is_read_five_times_a_second_and_rests_five_seconds_after_ten_mebibytes() {
        let throttle = Throttle::new(Limits::Aws);
        for _ in 0..5 {
            assert!(throttle.gives_page(1, ShardId(0)));
            throttle.gave_page(1, ShardId(0), 100);
        }
        assert!(!throttle.gives_page(1, ShardId(0)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(throttle.gives_page(1, ShardId(0)));
        throttle.gave_page(1, ShardId(0), 10 << 20);
        tokio::time::advance(Duration::from_millis(4_990)).await;
        assert!(!throttle.gives_page(1, ShardId(0)));
        tokio::time::advance(Duration::from_millis(20)).await;
        assert!(throttle.gives_page(1, ShardId(0)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_uses_is_forgotten() {
        let throttle = Throttle::new(Limits::Aws);
        throttle.takes_record(1, ShardId(0), 10);
        throttle.takes_call(Operation::ListStreams, "");
        throttle.forget_idle();
        assert_eq!(throttle.writes.0.lock().expect("the lock").len(), 1);
        tokio::time::advance(THROTTLE_IDLE).await;
        throttle.forget_idle();
        assert_eq!(throttle.writes.0.lock().expect("the lock").len(), 0);
        assert_eq!(throttle.calls.0.lock().expect("the lock").len(), 0);
    }
}
