//! Fault injection: what this server does wrong on purpose, so that clients can be tested against it.
//!
//! What must stay true: without rules a request costs one atomic load; the same seed and the same requests in the same order
//! give the same faults, whatever the shares of other rules are.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use alluvium_kinesis_model::name_fits;
use alluvium_kinesis_model::operations::{FaultInjection, FaultRule, GetFaultInjectionOutput};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The faults of a server.
#[derive(Debug)]
pub(crate) struct Faults {
    is_on: AtomicBool,
    active: RwLock<Arc<Active>>,
}

#[derive(Debug)]
struct Active {
    faults: FaultInjection,
    rules: Vec<ActiveRule>,
    throttled: AtomicU64,
    failed: AtomicU64,
    records_failed: AtomicU64,
}

/// The random numbers of a rule: requests and records have their own, so that the number of records changes nothing for the
/// next request.
#[derive(Debug)]
struct ActiveRule {
    requests: Mutex<ChaCha8Rng>,
    records: Mutex<ChaCha8Rng>,
}

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// It waits so long first.
    pub(crate) latency: Duration,
    /// How it ends, if not as it would by itself.
    pub(crate) outcome: Option<FaultOutcome>,
}

/// How a request ends that was chosen to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultOutcome {
    /// Refused as throttled, nothing done.
    Throttled,
    /// Answered with an InternalFailure, nothing done.
    FailedBefore,
    /// Answered with an InternalFailure, all done.
    FailedAfter,
}

impl Faults {
    /// The faults that a server begins with.
    pub(crate) fn new(faults: FaultInjection) -> Self {
        let is_on = AtomicBool::new(!faults.rules.is_empty());
        Self { is_on, active: RwLock::new(Arc::new(Active::new(faults))) }
    }

    /// Whether anything can go wrong on purpose.
    pub(crate) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Replaces the faults; counts and random numbers begin anew.
    pub(crate) fn put(&self, faults: FaultInjection) {
        let is_on = !faults.rules.is_empty();
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Active::new(faults));
        self.is_on.store(is_on, Ordering::Relaxed);
    }

    /// The faults and how often they struck.
    pub(crate) fn describe(&self) -> GetFaultInjectionOutput {
        let active = self.active();
        GetFaultInjectionOutput {
            faults: active.faults.clone(),
            throttled_count: active.throttled.load(Ordering::Relaxed),
            failed_count: active.failed.load(Ordering::Relaxed),
            records_failed_count: active.records_failed.load(Ordering::Relaxed),
        }
    }

    /// What goes wrong with a request; `None` when no rule fits it.
    pub(crate) fn of_request(&self, operation: &str, stream_name: Option<&str>) -> Option<Fault> {
        let active = self.active();
        let (rule, state) = active.rule(operation, stream_name)?;
        // Always two numbers, so that the shares of one rule do not move the choices of another request.
        let (chosen, latency) = {
            let mut random = state.requests.lock().unwrap_or_else(PoisonError::into_inner);
            (per_thousand(&mut random), random.next_u32())
        };
        let span = rule.latency_millis_max.saturating_sub(rule.latency_millis_min);
        let latency_millis = rule.latency_millis_min + latency % span.saturating_add(1);
        let outcome = if chosen < rule.throttled_per_thousand {
            active.throttled.fetch_add(1, Ordering::Relaxed);
            Some(FaultOutcome::Throttled)
        } else if chosen < rule.throttled_per_thousand.saturating_add(rule.failed_per_thousand) {
            active.failed.fetch_add(1, Ordering::Relaxed);
            Some(if rule.fail_after_work { FaultOutcome::FailedAfter } else { FaultOutcome::FailedBefore })
        } else {
            None
        };
        Some(Fault { latency: Duration::from_millis(latency_millis.into()), outcome })
    }

    /// Which of the records of a PutRecords are refused; `None` when all are taken.
    pub(crate) fn of_records(&self, stream_name: &str, count: usize) -> Option<Vec<bool>> {
        if !self.is_on() {
            return None;
        }
        let active = self.active();
        let (rule, state) = active.rule("PutRecords", Some(stream_name))?;
        let mut random = state.records.lock().unwrap_or_else(PoisonError::into_inner);
        let refused: Vec<bool> =
            (0..count).map(|_| per_thousand(&mut random) < rule.records_failed_per_thousand).collect();
        let refused_count = refused.iter().filter(|refused| **refused).count();
        active.records_failed.fetch_add(refused_count as u64, Ordering::Relaxed);
        (refused_count > 0).then_some(refused)
    }

    fn active(&self) -> Arc<Active> {
        Arc::clone(&self.active.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Active {
    fn new(faults: FaultInjection) -> Self {
        let generator = |stream: u64| {
            let mut generator = ChaCha8Rng::seed_from_u64(faults.seed.into());
            generator.set_stream(stream);
            Mutex::new(generator)
        };
        let rules = (0..faults.rules.len() as u64)
            .map(|index| ActiveRule { requests: generator(2 * index), records: generator(2 * index + 1) })
            .collect();
        let count = || AtomicU64::new(0);
        Self { rules, faults, throttled: count(), failed: count(), records_failed: count() }
    }

    /// The first rule that fits a request.
    fn rule(&self, operation: &str, stream_name: Option<&str>) -> Option<(&FaultRule, &ActiveRule)> {
        let one_fits = |patterns: &[String], name: Option<&str>| {
            patterns.is_empty()
                || name.is_some_and(|name| patterns.iter().any(|pattern| name_fits(pattern, name)))
        };
        self.faults.rules.iter().zip(&self.rules).find(|(rule, _)| {
            one_fits(&rule.operations, Some(operation)) && one_fits(&rule.streams, stream_name)
        })
    }
}

fn per_thousand(random: &mut ChaCha8Rng) -> u32 {
    random.next_u32() % 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(seed: u32, rules: Vec<FaultRule>) -> Faults {
        Faults::new(FaultInjection { seed, rules })
    }

    fn throttling(streams: &[&str], throttled_per_thousand: u32) -> FaultRule {
        let streams = streams.iter().map(|&name| name.to_owned()).collect();
        FaultRule { streams, throttled_per_thousand, ..FaultRule::default() }
    }

    fn outcomes(faults: &Faults) -> Vec<Option<FaultOutcome>> {
        (0..100)
            .map(|_| faults.of_request("PutRecord", Some("orders")).and_then(|fault| fault.outcome))
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let one = outcomes(&faults(7, vec![throttling(&[], 300)]));
        assert_eq!(one, outcomes(&faults(7, vec![throttling(&[], 300)])));
        assert_ne!(one, outcomes(&faults(8, vec![throttling(&[], 300)])));
        let throttled = one.iter().filter(|outcome| outcome.is_some()).count();
        assert!((15..45).contains(&throttled), "{throttled} of 100 at 30%");
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_shares_of_zero_and_all_are_exact() {
        let faults = faults(1, vec![throttling(&["orders"], 0), throttling(&["o*"], 1_000)]);
        assert!(outcomes(&faults).iter().all(Option::is_none));
        let other = faults.of_request("PutRecord", Some("others")).and_then(|fault| fault.outcome);
        assert_eq!(other, Some(FaultOutcome::Throttled));
        assert_eq!(faults.of_request("ListStreams", None), None);
        assert_eq!(faults.describe().throttled_count, 1);
    }

    #[test]
    fn two_shares_of_one_rule_are_shares_of_all_requests() {
        let rule =
            FaultRule { throttled_per_thousand: 500, failed_per_thousand: 500, ..FaultRule::default() };
        let outcomes = outcomes(&faults(1, vec![rule]));
        assert!(outcomes.iter().all(Option::is_some), "none is left over");
        let throttled = outcomes.iter().filter(|outcome| **outcome == Some(FaultOutcome::Throttled)).count();
        assert!((30..70).contains(&throttled), "{throttled} of 100 at 50%");
    }

    #[test]
    fn latency_is_within_its_range() {
        let rule = FaultRule { latency_millis_min: 10, latency_millis_max: 20, ..FaultRule::default() };
        let faults = faults(1, vec![rule]);
        for _ in 0..100 {
            let latency = faults.of_request("ListStreams", None).expect("the rule fits").latency;
            assert!((10..=20).contains(&latency.as_millis()));
        }
    }

    #[test]
    fn a_share_of_records_is_refused() {
        let rule = FaultRule { records_failed_per_thousand: 500, ..FaultRule::default() };
        let faults = faults(1, vec![rule]);
        let refused = faults.of_records("orders", 500).expect("some are refused");
        let count = refused.iter().filter(|refused| **refused).count();
        assert!((200..300).contains(&count), "{count}");
        assert_eq!(faults.describe().records_failed_count, count as u64);
        faults.put(FaultInjection::default());
        assert_eq!(faults.of_records("orders", 500), None);
    }
}
