//! Points put together to periods, as a question wants them.

use std::collections::BTreeMap;

use crate::dimensions::Dimensions;
use crate::metrics::{MINUTE_MILLIS, Metrics};
use crate::statistics::Statistics;
use crate::unit::Unit;

/// Which metric is asked for.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) dimensions: Dimensions,
    /// `None` for values in any unit.
    pub(crate) unit: Option<Unit>,
}

/// Which time is asked for, in minutes since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// The first minute, where the first period begins.
    pub(crate) from: i64,
    /// The minute after the last.
    pub(crate) to_exclusive: i64,
    /// Minutes of a period. Shorter ones are not kept apart.
    pub(crate) period: i64,
}

impl Span {
    /// The span of two times in milliseconds and a period in seconds. The first is rounded down to its minute.
    pub(crate) fn new(start_millis: i64, end_millis: i64, period_secs: i64) -> Self {
        // Ceiling division: the minute in which the end lies belongs to the span.
        let to_exclusive = -(-end_millis).div_euclid(MINUTE_MILLIS);
        Self { from: start_millis.div_euclid(MINUTE_MILLIS), to_exclusive, period: (period_secs / 60).max(1) }
    }

    /// The same span from the beginning of the whole period in which it begins.
    pub(crate) fn aligned(self) -> Self {
        Self { from: self.from.div_euclid(self.period) * self.period, ..self }
    }
}

/// The periods in which there are values, by unit; the keys are the milliseconds at which they begin.
pub(crate) fn by_unit(
    metrics: &Metrics,
    wanted: &Wanted,
    span: Span,
) -> Vec<(Unit, BTreeMap<i64, Statistics>)> {
    let Some(scope) = metrics.scope(&wanted.namespace, &wanted.dimensions) else { return Vec::new() };
    let series = scope.series();
    let asked_for = series
        .iter()
        .filter(|one| one.name == wanted.name && wanted.unit.is_none_or(|unit| unit == one.unit));
    asked_for
        .map(|one| {
            let mut periods: BTreeMap<i64, Statistics> = BTreeMap::new();
            for (minute, statistics) in one.points(span.from, span.to_exclusive) {
                let begins = span.from + (minute - span.from) / span.period * span.period;
                periods
                    .entry(begins * MINUTE_MILLIS)
                    .and_modify(|gathered| gathered.merge(statistics))
                    .or_insert_with(|| statistics.clone());
            }
            (one.unit, periods)
        })
        .collect()
}

/// The periods in which there are values, whatever their unit.
pub(crate) fn of_all_units(metrics: &Metrics, wanted: &Wanted, span: Span) -> BTreeMap<i64, Statistics> {
    let mut together: BTreeMap<i64, Statistics> = BTreeMap::new();
    for (_, periods) in by_unit(metrics, wanted, span) {
        for (begins, statistics) in periods {
            match together.get_mut(&begins) {
                Some(gathered) => gathered.merge(&statistics),
                None => drop(together.insert(begins, statistics)),
            }
        }
    }
    together
}
