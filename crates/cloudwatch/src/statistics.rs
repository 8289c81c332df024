//! What is known of many values: how many, their sum, the least, the greatest, and how they are spread.

use crate::histogram::Histogram;
use crate::statistic::Statistic;

/// The statistics of the values of some time, of at least one value.
///
/// While all values are the same there is no histogram: the one value says it all, which spares the metrics that are nearly
/// always 0 or 1 most of their memory.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statistics {
    count: f64,
    sum: f64,
    min: f64,
    max: f64,
    spread: Spread,
}

#[derive(Debug, Clone, PartialEq)]
enum Spread {
    Same,
    Buckets(Histogram),
    /// Negative values, or a set of which only the sums came.
    Unknown,
}

impl Statistics {
    /// Of `count` times one value.
    pub(crate) fn of(value: f64, count: f64) -> Self {
        Self { count, sum: value * count, min: value, max: value, spread: Spread::Same }
    }

    /// Of values that somebody else has summed up.
    pub(crate) fn of_sums(count: f64, sum: f64, min: f64, max: f64) -> Self {
        // All values are the same when the least is the greatest.
        let same = min.to_bits() == max.to_bits() || count.to_bits() == 1_f64.to_bits();
        let spread = if same { Spread::Same } else { Spread::Unknown };
        Self { count, sum, min, max, spread }
    }

    /// Takes `count` times one more value in.
    pub(crate) fn add(&mut self, value: f64, count: f64) {
        if self.min.to_bits() == value.to_bits() && matches!(self.spread, Spread::Same) {
            self.count += count;
            self.sum += value * count;
        } else {
            self.merge(&Self::of(value, count));
        }
    }

    /// Takes other values in.
    pub(crate) fn merge(&mut self, other: &Self) {
        if !(self.is_same() && other.is_same() && self.min.to_bits() == other.min.to_bits()) {
            self.spread = match (self.take_buckets(), other.buckets()) {
                (Some(mut mine), Buckets::Many(theirs)) => {
                    mine.merge(theirs);
                    Spread::Buckets(mine)
                }
                (Some(mut mine), Buckets::One(value, count)) => {
                    mine.add(value, count);
                    Spread::Buckets(mine)
                }
                (None, _) | (_, Buckets::Unknown) => Spread::Unknown,
            };
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// One statistic; `None` when it cannot be told, such as a percentile of negative values.
    pub(crate) fn value(&self, statistic: Statistic) -> Option<f64> {
        match statistic {
            Statistic::SampleCount => Some(self.count),
            Statistic::Sum => Some(self.sum),
            Statistic::Minimum => Some(self.min),
            Statistic::Maximum => Some(self.max),
            Statistic::Average if self.count > 0.0 => Some(self.sum / self.count),
            Statistic::Average => None,
            Statistic::Percentile(share) => match &self.spread {
                Spread::Same => Some(self.min),
                Spread::Buckets(histogram) => {
                    histogram.quantile(share).map(|value| value.clamp(self.min, self.max))
                }
                Spread::Unknown => None,
            },
        }
    }

    /// How many values are at most `bound`, a power of two; `None` when that is not known.
    pub(crate) fn count_up_to(&self, bound: f64) -> Option<f64> {
        match &self.spread {
            Spread::Same => Some(if self.min <= bound { self.count } else { 0.0 }),
            Spread::Buckets(histogram) => Some(histogram.count_up_to(bound)),
            Spread::Unknown => None,
        }
    }

    /// Bytes beyond the value itself.
    pub(crate) fn heap_bytes(&self) -> usize {
        match &self.spread {
            Spread::Buckets(histogram) => histogram.heap_bytes(),
            Spread::Same | Spread::Unknown => 0,
        }
    }

    fn is_same(&self) -> bool {
        matches!(self.spread, Spread::Same)
    }

    fn buckets(&self) -> Buckets<'_> {
        match &self.spread {
            Spread::Same if self.min >= 0.0 => Buckets::One(self.min, self.count),
            Spread::Buckets(histogram) => Buckets::Many(histogram),
            Spread::Same | Spread::Unknown => Buckets::Unknown,
        }
    }

    fn take_buckets(&mut self) -> Option<Histogram> {
        match std::mem::replace(&mut self.spread, Spread::Unknown) {
            Spread::Buckets(histogram) => Some(histogram),
            Spread::Same if self.min >= 0.0 => {
                let mut histogram = Histogram::default();
                histogram.add(self.min, self.count);
                Some(histogram)
            }
            Spread::Same | Spread::Unknown => None,
        }
    }
}

enum Buckets<'a> {
    One(f64, f64),
    Many(&'a Histogram),
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(statistics: &Statistics, expected: &[(Statistic, Option<f64>)]) {
        for (statistic, value) in expected {
            assert_eq!(statistics.value(*statistic), *value, "{statistic:?} of {statistics:?}");
        }
    }

    #[test]
    fn the_same_value_again_and_again_takes_no_histogram() {
        let mut ones = Statistics::of(1.0, 1.0);
        for _ in 0..9 {
            ones.add(1.0, 1.0);
        }
        assert_eq!(ones.heap_bytes(), 0);
        check(
            &ones,
            &[
                (Statistic::SampleCount, Some(10.0)),
                (Statistic::Sum, Some(10.0)),
                (Statistic::Average, Some(1.0)),
                (Statistic::Percentile(0.99), Some(1.0)),
            ],
        );
    }

    #[test]
    fn a_merge_knows_what_both_knew() {
        let mut left = Statistics::of(1.0, 50.0);
        left.add(2.0, 40.0);
        let mut right = Statistics::of(100.0, 9.0);
        right.add(0.0, 1.0);
        left.merge(&right);
        check(
            &left,
            &[
                (Statistic::SampleCount, Some(100.0)),
                (Statistic::Sum, Some(50.0 + 80.0 + 900.0)),
                (Statistic::Minimum, Some(0.0)),
                (Statistic::Maximum, Some(100.0)),
                (Statistic::Percentile(1.0), Some(100.0)),
                (Statistic::Percentile(0.91), Some(2.0)),
            ],
        );
        assert_eq!(left.count_up_to(1.0), Some(51.0));
    }

    #[test]
    fn no_percentile_of_negative_values_or_of_sums_alone() {
        let mut negative = Statistics::of(-1.0, 1.0);
        check(&negative, &[(Statistic::Percentile(0.5), Some(-1.0))]);
        negative.add(1.0, 1.0);
        check(&negative, &[(Statistic::Percentile(0.5), None), (Statistic::Minimum, Some(-1.0))]);
        let sums = Statistics::of_sums(4.0, 10.0, 1.0, 4.0);
        check(&sums, &[(Statistic::Percentile(0.5), None), (Statistic::Average, Some(2.5))]);
        let one = Statistics::of_sums(4.0, 8.0, 2.0, 2.0);
        check(&one, &[(Statistic::Percentile(0.5), Some(2.0))]);
    }
}
