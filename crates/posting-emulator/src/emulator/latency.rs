//! How long PUTs took: a histogram of bounded size whose percentiles are right to within 4%.
//!
//! Buckets grow with the value: each doubling of the time has [`STEPS`] of them, as in HdrHistogram.

use std::time::Duration;

/// Buckets of each doubling.
const STEPS: u64 = 64;
/// Doublings: to 2^36 microseconds, 19 hours; what takes longer counts as that.
const DOUBLINGS: u64 = 30;

/// Times of PUTs that were answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Latencies {
    buckets: Vec<u64>,
    count: u64,
    max: Duration,
}

/// Percentiles of the times that acknowledged PUTs took, each from the request to the whole answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LatencyReport {
    /// Half took no longer.
    pub p50: Duration,
    /// 90% took no longer.
    pub p90: Duration,
    /// 99% took no longer.
    pub p99: Duration,
    /// 99.9% took no longer.
    pub p999: Duration,
    /// The longest.
    pub max: Duration,
}

impl Latencies {
    pub(super) fn count(&mut self, time: Duration) {
        let bucket = bucket(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
        self.count += 1;
        self.max = self.max.max(time);
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.max = self.max.max(other.max);
    }

    pub(super) fn report(&self) -> LatencyReport {
        LatencyReport {
            p50: self.percentile(500),
            p90: self.percentile(900),
            p99: self.percentile(990),
            p999: self.percentile(999),
            max: self.max,
        }
    }

    /// The time that `per_mille` of the PUTs did not exceed.
    fn percentile(&self, per_mille: u64) -> Duration {
        let rank = (self.count * per_mille).div_ceil(1_000).max(1);
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Duration::from_micros(highest_of(bucket as u64)).min(self.max);
            }
        }
        self.max
    }
}

/// Below [`STEPS`] a bucket is a microsecond; above, each doubling has [`STEPS`] / 2 new ones twice as wide.
fn bucket(micros: u64) -> usize {
    let doubling = u64::from(64 - micros.leading_zeros()).saturating_sub(u64::from(STEPS.trailing_zeros()));
    let doubling = doubling.min(DOUBLINGS);
    let step = (micros >> doubling).min(STEPS - 1);
    usize::try_from(doubling * STEPS + step).expect("there are two thousand buckets")
}

/// The longest time that falls into a bucket, in microseconds.
fn highest_of(bucket: u64) -> u64 {
    let (doubling, step) = (bucket / STEPS, bucket % STEPS);
    ((step + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_within_four_percent_and_the_longest_exact() {
        let mut all = Latencies::default();
        for micros in 1..=100_000 {
            let mut one = Latencies::default();
            one.count(Duration::from_micros(micros));
            all.add(&one);
        }
        let report = all.report();
        for (found, exact) in
            [(report.p50, 50_000.0), (report.p90, 90_000.0), (report.p99, 99_000.0), (report.p999, 99_900.0)]
        {
            let error = found.as_secs_f64() * 1e6 / exact - 1.0;
            assert!((-0.001..0.04).contains(&error), "{found:?} for {exact} us");
        }
        assert_eq!(report.max, Duration::from_millis(100));
    }

    #[test]
    fn no_time_is_out_of_range_and_none_at_all_is_zero() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.report(), LatencyReport::default());
        latencies.count(Duration::ZERO);
        latencies.count(Duration::MAX);
        assert_eq!(latencies.report().p50, Duration::ZERO);
        assert_eq!(latencies.report().max, Duration::MAX);
    }
}
