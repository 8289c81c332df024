//! All metrics of the program, in memory: what it measures itself and what clients put.
//!
//! What must stay true: whoever measures holds a [`Meter`] and takes no lock that all share; points and metrics are bounded
//! ([`limits`]), and what goes first is what is oldest.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use alluvium_clock::Clock;

use crate::dimensions::Dimensions;
use crate::limits;
use crate::scope::{Measured, MetricSpec, Scope};
use crate::statistics::Statistics;
use crate::unit::Unit;

/// Milliseconds of a minute, the grain of all points.
pub(crate) const MINUTE_MILLIS: i64 = 60_000;

/// The metrics. Clones are the same metrics.
#[derive(Debug, Clone)]
pub struct Metrics {
    kept: Arc<Kept>,
    clock: Clock,
}

/// Records the values of one set of dimensions. Cheap to clone, and cheap to use on a hot path: one lock that no other thread
/// wants, and an addition for each value.
#[derive(Debug, Clone)]
pub struct Meter {
    scope: Arc<Scope>,
    kept: Arc<Kept>,
}

#[derive(Debug)]
struct Kept {
    lanes: usize,
    scopes: RwLock<Scopes>,
    point_bytes: AtomicI64,
    custom_series: AtomicUsize,
    /// Of what clients put.
    name_bytes: AtomicUsize,
    swept_minute: AtomicI64,
}

#[derive(Debug, Default)]
struct Scopes {
    by_key: HashMap<(String, Dimensions), Arc<Scope>>,
    /// In the order in which they were made, which is the order of listings.
    by_id: BTreeMap<u64, Arc<Scope>>,
    next_id: u64,
    /// How many of them this program measures itself, by namespace.
    meters: HashMap<String, usize>,
}

impl Metrics {
    /// No metrics yet.
    pub fn new(clock: Clock) -> Self {
        let cpus = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            kept: Arc::new(Kept {
                lanes: cpus.clamp(1, limits::LANES_MAX),
                scopes: RwLock::default(),
                point_bytes: AtomicI64::new(0),
                custom_series: AtomicUsize::new(0),
                name_bytes: AtomicUsize::new(0),
                swept_minute: AtomicI64::new(0),
            }),
            clock,
        }
    }

    /// The meter of a namespace and dimensions. For the same names of dimensions `specs` is always the same list. When the
    /// namespace has too many meters already, one that is shown nowhere.
    pub fn meter(&self, namespace: &str, dimensions: &[(&str, &str)], specs: &'static [MetricSpec]) -> Meter {
        let key = (namespace.to_owned(), Dimensions::of(dimensions));
        let scope = self.kept.scope(key, self.kept.lanes, specs);
        Meter { scope, kept: Arc::clone(&self.kept) }
    }

    /// The wall time, in milliseconds since 1970.
    pub(crate) fn now_millis(&self) -> i64 {
        self.clock.now_millis()
    }

    /// Adds values that a client has put.
    pub(crate) fn put(&self, namespace: &str, dimensions: Dimensions, data: &Datum) {
        let minute = data.timestamp_millis.div_euclid(MINUTE_MILLIS);
        let now_minute = self.now_millis().div_euclid(MINUTE_MILLIS);
        if minute < now_minute - limits::RETENTION_MINUTES {
            return;
        }
        let scope = self.kept.scope((namespace.to_owned(), dimensions), 0, &[]);
        // Held, so that the scope is not forgotten between the look and the point.
        let held = self.kept.read();
        if !held.by_id.contains_key(&scope.id) {
            return;
        }
        let (grown, new) = scope.put(&data.name, data.unit, minute, &data.statistics);
        if new {
            self.kept.custom_series.fetch_add(1, Ordering::Relaxed);
        }
        drop(held);
        let bytes = self.kept.point_bytes.fetch_add(grown, Ordering::Relaxed) + grown;
        if new && self.kept.has_too_many_names(10) {
            self.kept.drop_silent(now_minute);
        }
        if bytes > limits::POINT_BYTES_MAX {
            self.kept.sweep(now_minute);
        }
    }

    /// The metrics of a namespace and dimensions, settled.
    pub(crate) fn scope(&self, namespace: &str, dimensions: &Dimensions) -> Option<Arc<Scope>> {
        let key = (namespace.to_owned(), dimensions.clone());
        let scope = Arc::clone(self.kept.read().by_key.get(&key)?);
        self.kept.settle(&scope);
        Some(scope)
    }

    /// All metrics from an id on, settled, in the order of their ids.
    pub(crate) fn scopes_from(&self, id: u64) -> Vec<Arc<Scope>> {
        let scopes: Vec<_> = self.kept.read().by_id.range(id..).map(|(_, scope)| Arc::clone(scope)).collect();
        for scope in &scopes {
            self.kept.settle(scope);
        }
        scopes
    }

    /// Forgets what is too old now.
    pub(crate) fn sweep(&self) {
        self.kept.sweep_once(self.now_millis().div_euclid(MINUTE_MILLIS));
    }
}

/// Values of one metric that came as one.
#[derive(Debug)]
pub(crate) struct Datum {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) timestamp_millis: i64,
    pub(crate) statistics: Statistics,
}

impl Meter {
    /// Records values of now.
    pub fn record(&self, now_millis: i64, measured: &[Measured]) {
        let minute = now_millis.div_euclid(MINUTE_MILLIS);
        if let Some(grown) = self.scope.record(minute, measured) {
            self.kept.point_bytes.fetch_add(grown, Ordering::Relaxed);
            self.kept.sweep_once(minute);
        }
    }
}

impl Kept {
    fn read(&self) -> RwLockReadGuard<'_, Scopes> {
        self.scopes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Scopes> {
        self.scopes.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn scope(&self, key: (String, Dimensions), lanes: usize, specs: &[MetricSpec]) -> Arc<Scope> {
        if let Some(scope) = self.read().by_key.get(&key) {
            return Arc::clone(scope);
        }
        let mut scopes = self.write();
        if let Some(scope) = scopes.by_key.get(&key) {
            return Arc::clone(scope);
        }
        let id = scopes.next_id;
        scopes.next_id += 1;
        let scope = Arc::new(Scope::new(id, &key.0, key.1.clone(), lanes, specs));
        if scope.is_measured() {
            let meters = scopes.meters.entry(key.0.clone()).or_default();
            if *meters >= limits::METERS_PER_NAMESPACE_MAX {
                tracing::debug!(namespace = key.0, "too many meters: what this one measures is not kept");
                return scope;
            }
            *meters += 1;
        } else {
            self.name_bytes.fetch_add(scope.name_bytes(), Ordering::Relaxed);
        }
        scopes.by_key.insert(key, Arc::clone(&scope));
        scopes.by_id.insert(id, Arc::clone(&scope));
        scope
    }

    fn settle(&self, scope: &Scope) {
        self.point_bytes.fetch_add(scope.settle(), Ordering::Relaxed);
    }

    /// Sweeps if nobody has in this minute.
    fn sweep_once(&self, now_minute: i64) {
        if self.swept_minute.fetch_max(now_minute, Ordering::Relaxed) < now_minute {
            self.sweep(now_minute);
        }
    }

    /// Drops points that are too old, and as many of the oldest as are too many; then the metrics that have none left, but
    /// for those that somebody still measures.
    fn sweep(&self, now_minute: i64) {
        let scopes: Vec<_> = self.read().by_id.values().map(Arc::clone).collect();
        let mut from = now_minute - limits::RETENTION_MINUTES;
        self.drop_before(&scopes, from);
        // An eighth of what is left at a time, and a minute at least.
        while self.point_bytes.load(Ordering::Relaxed) > limits::POINT_BYTES_MAX {
            let minutes = scopes.iter().filter_map(|scope| scope.minutes());
            let Some((first, last)) = minutes.reduce(|(first, last), (other_first, other_last)| {
                (first.min(other_first), last.max(other_last))
            }) else {
                break;
            };
            // What lies ahead of the present is no reason to drop more of the past.
            let last = last.min(now_minute).max(first);
            from = first + ((last - first) / 8).max(1);
            self.drop_before(&scopes, from);
        }
        drop(scopes);
        self.forget_empty();
    }

    fn drop_before(&self, scopes: &[Arc<Scope>], minute: i64) {
        let dropped: i64 = scopes.iter().map(|scope| scope.drop_before(minute)).sum();
        self.point_bytes.fetch_sub(dropped, Ordering::Relaxed);
    }

    fn forget_empty(&self) {
        // The maps hold two; a third is a meter, or somebody who is about to put a point.
        let unused = |scope: &Arc<Scope>| Arc::strong_count(scope) == 2 && scope.minutes().is_none();
        let mut scopes = self.write();
        let ids: Vec<_> = scopes.by_id.iter().filter(|(_, scope)| unused(scope)).map(|(id, _)| *id).collect();
        for id in ids {
            self.forget(&mut scopes, id);
        }
    }

    /// Whether clients have put more than a share of what they may.
    fn has_too_many_names(&self, tenths: usize) -> bool {
        self.custom_series.load(Ordering::Relaxed) > limits::CUSTOM_SERIES_MAX / 10 * tenths
            || self.name_bytes.load(Ordering::Relaxed) > limits::NAME_BYTES_MAX / 10 * tenths
    }

    /// Forgets the tenth of what clients have put that was silent for longest. Points ahead of the present count as of now: they
    /// keep nothing longer than those of clients whose clocks are right.
    fn drop_silent(&self, now_minute: i64) {
        let mut scopes = self.write();
        let mut silent: Vec<(i64, u64)> = scopes
            .by_id
            .values()
            .filter(|scope| !scope.is_measured())
            .map(|scope| (scope.minutes().map_or(i64::MIN, |(_, last)| last.min(now_minute)), scope.id))
            .collect();
        silent.sort_unstable();
        for (_, id) in silent {
            if !self.has_too_many_names(9) {
                break;
            }
            self.forget(&mut scopes, id);
        }
    }

    fn forget(&self, scopes: &mut Scopes, id: u64) {
        let Some(scope) = scopes.by_id.remove(&id) else { return };
        scopes.by_key.remove(&(scope.namespace.clone(), scope.dimensions.clone()));
        let dropped = scope.drop_before(i64::MAX);
        self.point_bytes.fetch_sub(dropped, Ordering::Relaxed);
        if scope.is_measured() {
            if let Some(meters) = scopes.meters.get_mut(&scope.namespace) {
                *meters -= 1;
            }
        } else {
            self.custom_series.fetch_sub(scope.series().len(), Ordering::Relaxed);
            self.name_bytes.fetch_sub(scope.name_bytes(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
