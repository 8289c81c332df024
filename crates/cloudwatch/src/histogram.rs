//! How values are spread, in few bytes: a sparse histogram whose buckets grow by an eighth of a power of two.
//!
//! What must stay true: a percentile read from it is off by at most one bucket, under 9.1 percent; powers of two are bounds
//! of buckets, so a Prometheus bucket is a sum of whole ones; there are never more than
//! [`limits::HISTOGRAM_BUCKETS_MAX`] buckets.

use crate::limits;

/// Buckets to a doubling.
const BUCKETS_PER_DOUBLING: i32 = 8;
/// The bucket of zero.
const ZERO: i32 = i32::MIN;

/// Counts by bucket, in the order of the buckets. Values are never negative.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Histogram {
    buckets: Vec<(i32, f64)>,
}

impl Histogram {
    /// Counts a value that is not negative.
    pub(crate) fn add(&mut self, value: f64, count: f64) {
        self.add_to_bucket(bucket_of(value), count);
    }

    /// Adds another's counts.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            self.add_to_bucket(*bucket, *count);
        }
    }

    /// Bytes beyond the value itself.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.buckets.len() * size_of::<(i32, f64)>()
    }

    /// How many values are at most `bound`, a power of two.
    pub(crate) fn count_up_to(&self, bound: f64) -> f64 {
        let last = bucket_of(bound);
        self.buckets.iter().take_while(|(bucket, _)| *bucket <= last).map(|(_, count)| count).sum()
    }

    /// The value that `share` (0 to 1) of the values do not exceed, interpolated within its bucket; `None` when there is none.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let total: f64 = self.buckets.iter().map(|(_, count)| count).sum();
        let rank = share * total;
        let mut below = 0.0;
        for (bucket, count) in &self.buckets {
            if below + count >= rank {
                let (from, to) = bounds_of(*bucket);
                let within = if *count > 0.0 { (rank - below) / count } else { 1.0 };
                return Some(from + (to - from) * within.clamp(0.0, 1.0));
            }
            below += count;
        }
        self.buckets.last().map(|(bucket, _)| bounds_of(*bucket).1)
    }

    fn add_to_bucket(&mut self, bucket: i32, count: f64) {
        match self.buckets.binary_search_by_key(&bucket, |(present, _)| *present) {
            Ok(place) => self.buckets[place].1 += count,
            Err(place) => {
                self.buckets.insert(place, (bucket, count));
                if self.buckets.len() > limits::HISTOGRAM_BUCKETS_MAX {
                    let (_, lowest) = self.buckets.remove(0);
                    self.buckets[0].1 += lowest;
                }
            }
        }
    }
}

/// The bucket that holds a value: bucket b holds what is over 2^((b-1)/8) and at most 2^(b/8).
fn bucket_of(value: f64) -> i32 {
    if value <= 0.0 { ZERO } else { (value.log2() * f64::from(BUCKETS_PER_DOUBLING)).ceil() as i32 }
}

fn bounds_of(bucket: i32) -> (f64, f64) {
    if bucket == ZERO {
        return (0.0, 0.0);
    }
    let bound = |bucket: i32| (f64::from(bucket) / f64::from(BUCKETS_PER_DOUBLING)).exp2();
    (bound(bucket - 1), bound(bucket))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quantile_is_within_a_bucket_of_the_true_one(
            mut values in prop::collection::vec(0.001_f64..1e6, 1..300),
            share in 0.0_f64..1.0,
        ) {
            let mut histogram = Histogram::default();
            for value in &values {
                histogram.add(*value, 1.0);
            }
            values.sort_by(f64::total_cmp);
            // The first value with enough others up to it.
            let enough = |place: &usize| (place + 1) as f64 >= share * values.len() as f64;
            let expected = values[(0..values.len()).find(enough).unwrap_or(values.len() - 1)];
            let found = histogram.quantile(share).expect("there are values");
            prop_assert!(found >= expected / 1.0906 && found <= expected * 1.0906, "{found} for {expected}");
        }
    }

    #[test]
    fn powers_of_two_are_bounds() {
        let mut histogram = Histogram::default();
        for value in [0.0, 0.5, 1.0, 1.01, 2.0, 2.01, 1024.0] {
            histogram.add(value, 1.0);
        }
        let counts = [1.0, 2.0, 4.0, 1024.0].map(|bound| histogram.count_up_to(bound) as i32);
        assert_eq!(counts, [3, 5, 6, 7]);
    }

    #[test]
    fn many_magnitudes_stay_within_the_bound() {
        let mut histogram = Histogram::default();
        for exponent in -500..500 {
            histogram.add(f64::from(exponent).exp2(), 1.0);
        }
        assert_eq!(histogram.buckets.len(), limits::HISTOGRAM_BUCKETS_MAX);
        assert_eq!(histogram.count_up_to(499_f64.exp2()) as i32, 1_000);
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
