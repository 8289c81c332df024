//! The splits and merges that give a stream another number of shards of the same size.
//!
//! What must stay true: after every step the open shards cover every hash key once; shards that already have the right size
//! are left alone. Pure: shards in, steps out.

use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId};

/// One split or merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// One shard to split, or two to merge, in order of their hash keys.
    pub(crate) parents: Vec<ShardId>,
    /// The hash keys of the children, whose ids count on from those of the step before.
    pub(crate) children: Vec<HashKeyRange>,
}

/// A shard that is open at this point of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenShard {
    pub(crate) id: ShardId,
    pub(crate) range: HashKeyRange,
}

/// Splits a shard so that the second child begins at `at`, which is within the shard and not its first key.
pub(crate) fn split(shard: OpenShard, at: HashKey) -> Step {
    let below = HashKey(at.0 - 1);
    Step {
        parents: vec![shard.id],
        children: vec![
            HashKeyRange { starting: shard.range.starting, ending_inclusive: below },
            HashKeyRange { starting: at, ending_inclusive: shard.range.ending_inclusive },
        ],
    }
}

/// Merges two shards of which the second begins where the first ends.
pub(crate) fn merge(first: OpenShard, second: OpenShard) -> Step {
    let whole =
        HashKeyRange { starting: first.range.starting, ending_inclusive: second.range.ending_inclusive };
    Step { parents: vec![first.id, second.id], children: vec![whole] }
}

/// The steps from the open shards, in order of their hash keys, to `target` even ones: first every shard is split where a new
/// border falls into it, then what lies between two new borders is merged. `next` is the id of the first child.
///
/// Shares of 2^128 are rounded, so the borders of 3 shards and of 6 differ by single keys; a border that is as near as that
/// to a new one is the new one.
pub(crate) fn uniform_scaling(open: &[OpenShard], target: u32, next: ShardId) -> Vec<Step> {
    let borders = new_borders(open, target);
    let mut plan = Plan { steps: Vec::new(), next: next.0 };
    let mut pieces = Vec::new();
    for shard in open {
        let mut rest = *shard;
        let first = borders.partition_point(|border| *border <= shard.range.starting);
        let inside = borders[first..].iter().take_while(|border| **border <= shard.range.ending_inclusive);
        for border in inside {
            let children = plan.take(split(rest, *border));
            pieces.push(children[0]);
            rest = children[1];
        }
        pieces.push(rest);
    }
    let mut pieces = pieces.into_iter().peekable();
    while let Some(mut whole) = pieces.next() {
        while let Some(piece) = pieces.next_if(|piece| borders.binary_search(&piece.range.starting).is_err())
        {
            whole = plan.take(merge(whole, piece))[0];
        }
    }
    plan.steps
}

/// Where the new shards begin, in order.
fn new_borders(open: &[OpenShard], target: u32) -> Vec<HashKey> {
    let near = u128::from(target).max(open.len() as u128);
    let exact = HashKeyRange::uniform(target).into_iter().map(|range| range.starting);
    let borders = exact.map(|border| {
        let place = open.partition_point(|shard| shard.range.starting < border);
        let neighbours = [place.checked_sub(1), Some(place)].into_iter().flatten();
        let starts = neighbours.filter_map(|index| open.get(index)).map(|shard| shard.range.starting);
        let nearest = starts.min_by_key(|start| start.0.abs_diff(border.0));
        nearest.filter(|start| start.0.abs_diff(border.0) <= near).unwrap_or(border)
    });
    borders.collect()
}

struct Plan {
    steps: Vec<Step>,
    next: u32,
}

impl Plan {
    /// Notes a step and answers its children.
    fn take(&mut self, step: Step) -> Vec<OpenShard> {
        let ids = (self.next..).map(ShardId);
        let children: Vec<OpenShard> =
            ids.zip(&step.children).map(|(id, range)| OpenShard { id, range: *range }).collect();
        self.next += children.len() as u32;
        self.steps.push(step);
        children
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does the steps, and proves at each that they fit.
    fn carried_out(open: &[OpenShard], target: u32) -> (Vec<OpenShard>, usize) {
        let mut present = open.to_vec();
        let mut next = open.iter().map(|shard| shard.id.0).max().expect("a shard") + 1;
        let steps = uniform_scaling(open, target, ShardId(next));
        for step in &steps {
            let is_parent = |shard: &OpenShard| step.parents.contains(&shard.id);
            assert_eq!(present.iter().filter(|shard| is_parent(shard)).count(), step.parents.len());
            present.retain(|shard| !is_parent(shard));
            for range in &step.children {
                present.push(OpenShard { id: ShardId(next), range: *range });
                next += 1;
            }
            present.sort_by_key(|shard| shard.range.starting);
            assert_eq!(present[0].range.starting, HashKey::MIN);
            assert_eq!(present[present.len() - 1].range.ending_inclusive, HashKey::MAX);
            for pair in present.windows(2) {
                assert_eq!(pair[0].range.ending_inclusive.0 + 1, pair[1].range.starting.0);
            }
        }
        (present, steps.len())
    }

    fn even(count: u32) -> Vec<OpenShard> {
        let ranges = HashKeyRange::uniform(count).into_iter();
        (0..).map(ShardId).zip(ranges).map(|(id, range)| OpenShard { id, range }).collect()
    }

    #[test]
    fn any_count_leads_to_even_shards() {
        for from in 1..=12 {
            for to in 1..=24 {
                let (shards, _) = carried_out(&even(from), to);
                assert_eq!(shards.len(), to as usize, "{from} to {to}");
                for (shard, exact) in shards.iter().zip(HashKeyRange::uniform(to)) {
                    assert!(shard.range.starting.0.abs_diff(exact.starting.0) <= 24, "{from} to {to}");
                }
            }
        }
    }

    #[test]
    fn doubling_and_halving_take_one_step_for_each_pair_and_the_same_count_none() {
        for count in [1, 3, 5, 7, 1_000] {
            assert_eq!(carried_out(&even(count), count * 2).1, count as usize);
            let (doubled, _) = carried_out(&even(count), count * 2);
            assert_eq!(carried_out(&doubled, count).1, count as usize);
            assert_eq!(carried_out(&even(count), count).1, 0);
        }
    }

    #[test]
    fn three_become_four_by_three_splits_and_two_merges() {
        let steps = uniform_scaling(&even(3), 4, ShardId(3));
        let parents: Vec<Vec<u32>> =
            steps.iter().map(|step| step.parents.iter().map(|id| id.0).collect()).collect();
        assert_eq!(parents, [vec![0], vec![1], vec![2], vec![4, 5], vec![6, 7]]);
    }

    #[test]
    fn uneven_shards_become_even() {
        let halves = even(2);
        let at = HashKey(5);
        let steps = [split(halves[0], at)];
        let uneven = [
            OpenShard { id: ShardId(2), range: steps[0].children[0] },
            OpenShard { id: ShardId(3), range: steps[0].children[1] },
            halves[1],
        ];
        let (shards, _) = carried_out(&uneven, 2);
        assert_eq!(shards.iter().map(|shard| shard.range).collect::<Vec<_>>(), HashKeyRange::uniform(2));
    }
}
