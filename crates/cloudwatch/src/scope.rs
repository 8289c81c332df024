//! The metrics of one namespace and one set of dimensions, and the way in for those who measure.
//!
//! What must stay true: a thread that records takes the lock of its own lane and no other; what a lane has gathered of a minute
//! reaches the series exactly once, either when its next minute begins or when somebody reads. Locks are taken in the order
//! lane, series.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::dimensions::Dimensions;
use crate::series::Series;
use crate::statistics::Statistics;
use crate::unit::Unit;

/// A metric that this program measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricSpec {
    /// CloudWatch's name for it.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
}

/// One value of one metric of a meter.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// The place of the metric in the meter's list.
    pub metric: usize,
    /// The value.
    pub value: f64,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) id: u64,
    pub(crate) namespace: String,
    pub(crate) dimensions: Dimensions,
    /// Empty where values come as points, from clients.
    lanes: Box<[Lane]>,
    series: Mutex<Vec<Series>>,
}

/// What one thread has gathered of the running minute; on a cache line of its own.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Lane(Mutex<Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    minute: i64,
    /// By place of the series; only those that have values.
    values: Vec<(usize, Statistics)>,
}

impl Scope {
    pub(crate) fn new(
        id: u64,
        namespace: &str,
        dimensions: Dimensions,
        lanes: usize,
        specs: &[MetricSpec],
    ) -> Self {
        Self {
            id,
            namespace: namespace.to_owned(),
            dimensions,
            lanes: (0..lanes).map(|_| Lane::default()).collect(),
            series: Mutex::new(specs.iter().map(|spec| Series::new(spec.name, spec.unit)).collect()),
        }
    }

    /// Whether this program measures it itself.
    pub(crate) fn is_measured(&self) -> bool {
        !self.lanes.is_empty()
    }

    /// Bytes of its namespace and dimensions, here and as the key under which it is found.
    pub(crate) fn name_bytes(&self) -> usize {
        let dimensions: usize =
            self.dimensions.pairs().iter().map(|(name, value)| name.len() + value.len()).sum();
        2 * (self.namespace.len() + dimensions)
    }

    /// Gathers values of a minute. When they are the first of their minute, the bytes by which the points have grown are told.
    pub(crate) fn record(&self, minute: i64, measured: &[Measured]) -> Option<i64> {
        let lane = self.lanes.get(lane_of_this_thread() % self.lanes.len().max(1))?;
        let mut gathered = locked(&lane.0);
        let grown = (gathered.minute != minute).then(|| {
            let grown = self.pour(&mut gathered);
            gathered.minute = minute;
            grown
        });
        for Measured { metric, value } in measured {
            match gathered.values.iter_mut().find(|(place, _)| place == metric) {
                Some((_, statistics)) => statistics.add(*value, 1.0),
                None => gathered.values.push((*metric, Statistics::of(*value, 1.0))),
            }
        }
        grown
    }

    /// Pours what the lanes have gathered into the series, and tells by how many bytes the points have grown.
    pub(crate) fn settle(&self) -> i64 {
        self.lanes.iter().map(|lane| self.pour(&mut locked(&lane.0))).sum()
    }

    fn pour(&self, gathered: &mut Gathered) -> i64 {
        if gathered.values.is_empty() {
            return 0;
        }
        let mut series = locked(&self.series);
        let mut grown = 0;
        for (place, statistics) in gathered.values.drain(..) {
            if let Some(one) = series.get_mut(place) {
                grown += one.add(gathered.minute, &statistics);
            }
        }
        grown
    }

    /// Adds a point, making its series if need be. Tells the bytes by which the points have grown, and whether the series is new.
    pub(crate) fn put(&self, name: &str, unit: Unit, minute: i64, statistics: &Statistics) -> (i64, bool) {
        let mut series = locked(&self.series);
        if let Some(one) = series.iter_mut().find(|one| one.name == name && one.unit == unit) {
            return (one.add(minute, statistics), false);
        }
        let mut one = Series::new(name.to_owned(), unit);
        let grown = one.add(minute, statistics);
        series.push(one);
        (grown, true)
    }

    /// The series as they are now. What lanes still hold is not in them: see [`Scope::settle`].
    pub(crate) fn series(&self) -> MutexGuard<'_, Vec<Series>> {
        locked(&self.series)
    }

    /// Drops the points before a minute, and tells how many bytes they took.
    pub(crate) fn drop_before(&self, minute: i64) -> i64 {
        locked(&self.series).iter_mut().map(|one| one.drop_before(minute)).sum()
    }

    /// The first and the last minute of which there are points.
    pub(crate) fn minutes(&self) -> Option<(i64, i64)> {
        let series = locked(&self.series);
        let first = series.iter().filter_map(Series::first_minute).min()?;
        let last = series.iter().filter_map(Series::last_minute).max()?;
        Some((first, last))
    }
}

/// Whoever panicked with the lock left numbers behind that are whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lane_of_this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static LANE: Cell<Option<usize>> = const { Cell::new(None) };
    }
    LANE.with(|lane| {
        lane.get().unwrap_or_else(|| {
            let mine = NEXT.fetch_add(1, Ordering::Relaxed);
            lane.set(Some(mine));
            mine
        })
    })
}
