//! When an on-demand stream grows and when it shrinks. Pure: loads in, steps out; docs/adr/0009 says why it is like this.
//!
//! A load is a share of what one shard takes per second: 1.0 is 1 MiB or 1,000 records, whichever is nearer.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{
    ON_DEMAND_HEADROOM, ON_DEMAND_HOT_LOAD, ON_DEMAND_PEAKS_COUNT, SHARD_WRITE_BYTES_PER_SEC,
    SHARD_WRITE_RECORDS_PER_SEC,
};
use crate::on_demand::traffic::Put;
use crate::reshard_plan::{self, OpenShard, Step};
use alluvium_kinesis_model::HashKey;

/// What a shard was put, as a load.
pub(super) fn load(put: Put, elapsed: Duration) -> f64 {
    let secs = elapsed.as_secs_f64().max(f64::MIN_POSITIVE);
    let by_records = put.records as f64 / f64::from(SHARD_WRITE_RECORDS_PER_SEC);
    let by_bytes = put.bytes as f64 / f64::from(SHARD_WRITE_BYTES_PER_SEC);
    by_records.max(by_bytes) / secs
}

/// The highest load of a stream within a window that moves with the time, and the most shards that it was split into, in a
/// few numbers.
#[derive(Debug)]
pub(super) struct Peaks {
    window: Duration,
    parts: VecDeque<Part>,
}

/// A part of the window.
#[derive(Debug, Clone, Copy)]
struct Part {
    began: Instant,
    peak: Peak,
}

/// What a stream was within a time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Peak {
    /// Its highest load.
    pub(super) load: f64,
    /// The most shards after a split.
    pub(super) shards: usize,
}

impl Peak {
    fn max(self, other: Self) -> Self {
        Self { load: self.load.max(other.load), shards: self.shards.max(other.shards) }
    }
}

impl Peaks {
    /// A stream that is seen for the first time counts as one that has just been split into the shards it has, so that it
    /// shrinks a whole window later at the earliest.
    pub(super) fn new(window: Duration, shards: usize, now: Instant) -> Self {
        Self { window, parts: VecDeque::from([Part { began: now, peak: Peak { load: 0.0, shards } }]) }
    }

    /// Takes in what a stream is.
    pub(super) fn push(&mut self, peak: Peak, now: Instant) {
        let length = self.window / ON_DEMAND_PEAKS_COUNT;
        match self.parts.back_mut() {
            Some(part) if now < part.began + length => part.peak = part.peak.max(peak),
            _ => self.parts.push_back(Part { began: now, peak }),
        }
        while self.parts.front().is_some_and(|part| part.began + self.window < now) {
            self.parts.pop_front();
        }
    }

    /// What the stream was at most within the window.
    pub(super) fn highest(&self) -> Peak {
        self.parts.iter().map(|part| part.peak).fold(Peak::default(), Peak::max)
    }
}

/// An open shard and its load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loaded {
    pub(super) shard: OpenShard,
    pub(super) load: f64,
}

/// How many shards a stream may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The fewest: 4, or what it is kept warm for.
    pub(super) min: usize,
    /// The most that the account has room for.
    pub(super) max: usize,
}

/// The splits or merges that a stream needs now, none most of the time. `open` are its open shards in order of their hash
/// keys. A shard is split or merged at most once, so a stream at most doubles or halves.
#[expect(clippy::cast_sign_loss, reason = "a load is a quotient of counts")]
pub(super) fn steps(open: &[Loaded], peak: Peak, bounds: Bounds) -> Vec<Step> {
    let wanted = (peak.load * ON_DEMAND_HEADROOM).ceil() as usize;
    let wanted = wanted.clamp(bounds.min, bounds.max.max(bounds.min));
    if wanted > open.len() {
        return splits(open, wanted - open.len(), |_| true);
    }
    // A shard can be full while the others are idle. It is split as well, up to twice the shards that the load asks for: one
    // hot partition key cannot be spread by any number of shards.
    let room = (2 * wanted).min(bounds.max).saturating_sub(open.len());
    let hot = splits(open, room, |load| load > ON_DEMAND_HOT_LOAD);
    if !hot.is_empty() {
        return hot;
    }
    merges(open, open.len().saturating_sub(wanted.max(peak.shards)))
}

/// Splits at most `count` shards in the middle, the most loaded first.
fn splits(open: &[Loaded], count: usize, wants: impl Fn(f64) -> bool) -> Vec<Step> {
    let mut by_load: Vec<&Loaded> = open.iter().filter(|loaded| wants(loaded.load)).collect();
    by_load.sort_by(|one, other| other.load.total_cmp(&one.load));
    let split = |loaded: &Loaded| {
        let range = loaded.shard.range;
        let half = (range.ending_inclusive.0 - range.starting.0) / 2;
        let middle = HashKey(range.starting.0 + half + 1);
        (middle <= range.ending_inclusive).then(|| reshard_plan::split(loaded.shard, middle))
    };
    by_load.into_iter().filter_map(split).take(count).collect()
}

/// Merges at most `count` pairs of neighbours, the least loaded first.
fn merges(open: &[Loaded], count: usize) -> Vec<Step> {
    let load_of = |first: usize| open[first].load + open[first + 1].load;
    let mut pairs: Vec<usize> = (0..open.len().saturating_sub(1)).collect();
    pairs.sort_by(|one, other| load_of(*one).total_cmp(&load_of(*other)));
    let mut taken = vec![false; open.len()];
    let mut steps = Vec::new();
    for first in pairs {
        if steps.len() == count {
            break;
        }
        if !taken[first] && !taken[first + 1] {
            taken[first] = true;
            taken[first + 1] = true;
            steps.push(reshard_plan::merge(open[first].shard, open[first + 1].shard));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use alluvium_kinesis_model::{HashKeyRange, ShardId};

    use super::*;

    const BOUNDS: Bounds = Bounds { min: 4, max: 100 };

    fn open(loads: &[f64]) -> Vec<Loaded> {
        let ranges = HashKeyRange::uniform(loads.len() as u32);
        (0..)
            .zip(ranges)
            .zip(loads)
            .map(|((id, range), load)| Loaded { shard: OpenShard { id: ShardId(id), range }, load: *load })
            .collect()
    }

    /// The parents of each step.
    fn check(loads: &[f64], peak: (f64, usize), expected: &[&[u32]]) {
        let (load, shards) = peak;
        let steps = steps(&open(loads), Peak { load, shards }, BOUNDS);
        let parents: Vec<Vec<u32>> =
            steps.iter().map(|step| step.parents.iter().map(|id| id.0).collect()).collect();
        assert_eq!(parents, expected, "{loads:?}, peak {peak:?}");
    }

    #[test]
    fn a_stream_has_room_for_twice_its_peak() {
        check(&[0.5, 0.5, 0.5, 0.5], (2.0, 0), &[]);
        check(&[0.5, 0.6, 0.5, 0.5], (2.1, 0), &[&[1]]);
        check(&[0.7, 0.6, 0.5, 0.8], (2.6, 0), &[&[3], &[0]]);
        check(&[4.0, 4.0, 4.0, 4.0], (16.0, 0), &[&[0], &[1], &[2], &[3]]);
    }

    #[test]
    fn a_hot_shard_is_split_up_to_twice_the_shards_that_the_load_asks_for() {
        check(&[0.0, 0.9, 0.0, 0.0], (0.9, 4), &[&[1]]);
        check(&[0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], (0.9, 8), &[]);
    }

    #[test]
    fn a_stream_shrinks_to_what_it_needs_and_not_below_what_it_was_split_into_or_its_least() {
        check(&[0.1; 7], (0.7, 7), &[]);
        check(&[0.1, 0.1, 0.3, 0.3, 0.0, 0.0, 0.1, 0.1], (1.0, 0), &[&[4, 5], &[0, 1], &[6, 7], &[2, 3]]);
        check(&[0.1, 0.1, 0.3, 0.3, 0.0, 0.0, 0.1, 0.1], (1.0, 7), &[&[4, 5]]);
        check(&[0.0; 4], (0.0, 0), &[]);
    }

    #[test]
    fn a_shard_of_one_hash_key_is_not_split() {
        let range = HashKeyRange { starting: HashKey(7), ending_inclusive: HashKey(7) };
        let lone = Loaded { shard: OpenShard { id: ShardId(0), range }, load: 9.0 };
        assert_eq!(steps(&[lone], Peak { load: 9.0, shards: 1 }, BOUNDS), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peak_is_forgotten_after_its_window() {
        let hour = Duration::from_hours(1);
        let start = Instant::now();
        let mut peaks = Peaks::new(24 * hour, 8, start);
        let load = |load| Peak { load, shards: 0 };
        peaks.push(load(6.0), start + hour);
        for hours in 2..25 {
            peaks.push(load(1.0), start + hours * hour);
            assert_eq!(peaks.highest(), Peak { load: 6.0, shards: 8 }, "after {hours} hours");
        }
        peaks.push(load(1.0), start + 25 * hour);
        assert_eq!(peaks.highest(), load(6.0));
        peaks.push(load(1.0), start + 26 * hour);
        assert_eq!(peaks.highest(), load(1.0));
        assert!(peaks.parts.len() <= ON_DEMAND_PEAKS_COUNT as usize + 1);
    }

    #[test]
    fn a_load_is_of_records_or_of_bytes_whichever_is_more() {
        let minute = Duration::from_mins(1);
        for (records, bytes, expected) in [(60_000, 0, 1.0), (0, 60 << 20, 1.0), (30_000, 15 << 20, 0.5)] {
            let load = load(Put { records, bytes }, minute);
            assert!((load - expected).abs() < 1e-9, "{load}");
        }
    }
}
