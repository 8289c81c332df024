//! One metric of one set of dimensions in one unit: its points, minute by minute, and what they came to in all.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::statistics::Statistics;
use crate::unit::Unit;

/// A metric's values.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: Cow<'static, str>,
    pub(crate) unit: Unit,
    /// In the order of their minutes, each minute once.
    points: VecDeque<Point>,
    /// Of all values since the program started, whatever points are still kept.
    total: Option<Statistics>,
}

#[derive(Debug)]
struct Point {
    minute: i64,
    statistics: Statistics,
}

impl Point {
    fn bytes(&self) -> i64 {
        i64::try_from(size_of::<Self>() + self.statistics.heap_bytes()).unwrap_or(i64::MAX)
    }
}

impl Series {
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, unit: Unit) -> Self {
        Self { name: name.into(), unit, points: VecDeque::new(), total: None }
    }

    /// Adds the values of a minute, and tells by how many bytes the points have grown.
    pub(crate) fn add(&mut self, minute: i64, statistics: &Statistics) -> i64 {
        match &mut self.total {
            Some(total) => total.merge(statistics),
            None => self.total = Some(statistics.clone()),
        }
        let place = self.points.partition_point(|point| point.minute < minute);
        match self.points.get_mut(place) {
            Some(point) if point.minute == minute => {
                let before = point.bytes();
                point.statistics.merge(statistics);
                point.bytes() - before
            }
            _ => {
                let point = Point { minute, statistics: statistics.clone() };
                let bytes = point.bytes();
                self.points.insert(place, point);
                bytes
            }
        }
    }

    /// Drops the points before a minute, and tells how many bytes they took.
    pub(crate) fn drop_before(&mut self, minute: i64) -> i64 {
        let mut bytes = 0;
        while let Some(point) = self.points.front()
            && point.minute < minute
        {
            bytes += point.bytes();
            self.points.pop_front();
        }
        if self.points.is_empty() {
            self.points.shrink_to_fit();
        }
        bytes
    }

    /// The points from a minute on and before another.
    pub(crate) fn points(&self, from: i64, to_exclusive: i64) -> impl Iterator<Item = (i64, &Statistics)> {
        let place = self.points.partition_point(|point| point.minute < from);
        self.points
            .range(place..)
            .take_while(move |point| point.minute < to_exclusive)
            .map(|point| (point.minute, &point.statistics))
    }

    pub(crate) fn first_minute(&self) -> Option<i64> {
        self.points.front().map(|point| point.minute)
    }

    pub(crate) fn last_minute(&self) -> Option<i64> {
        self.points.back().map(|point| point.minute)
    }

    /// Of all values since the program started; `None` when there never was one.
    pub(crate) fn total(&self) -> Option<&Statistics> {
        self.total.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistic::Statistic;

    #[test]
    fn minutes_keep_their_order_and_bytes_add_up() {
        let mut series = Series::new("Metric", Unit::COUNT);
        let mut bytes = 0;
        for (minute, value) in [(5, 1.0), (3, 2.0), (5, 3.0), (9, 4.0)] {
            bytes += series.add(minute, &Statistics::of(value, 1.0));
        }
        let sums: Vec<_> =
            series.points(0, 9).map(|(minute, of)| (minute, of.value(Statistic::Sum))).collect();
        assert_eq!(sums, [(3, Some(2.0)), (5, Some(4.0))]);
        assert_eq!((series.first_minute(), series.last_minute()), (Some(3), Some(9)));
        bytes -= series.drop_before(6);
        assert_eq!(series.first_minute(), Some(9));
        bytes -= series.drop_before(100);
        assert_eq!(bytes, 0);
        assert_eq!(series.total().and_then(|total| total.value(Statistic::Sum)), Some(10.0));
    }
}
