//! Closing shards and opening their children.
//!
//! What must stay true: the children take exactly the hash keys of their parents, in the same step in which those close; a
//! parent ends where the appends before the reshard ended; a child is born after its parents.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use alluvium_kinesis_model::{HashKeyRange, ShardId};

use crate::error::CatalogError;
use crate::limits;
use crate::locks;
use crate::shards::{Shard, ShardEnd, Shards, secs_of};
use crate::shared::{Shared, StreamEntry};
use crate::stream::{Reshard, Stream, StreamStatus};

/// Reshards, one step after the other, each seeing the children of those before it; all of them or none. Runs on the writer's
/// thread, where no append is under way.
pub(crate) fn reshard(
    shared: &Shared,
    stream_id: u64,
    steps: &[Reshard],
) -> Result<Arc<Stream>, CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let mut shards = entry.stream.shards.to_vec();
    let mut changed = BTreeSet::new();
    for step in steps {
        let parents =
            check(&shards, step).map_err(|reason| CatalogError::BadReshard { stream_id, reason })?;
        changed.extend(parents.iter().copied());
        changed.extend(take(&mut shards, &entry, step, &parents));
    }
    let mut stream = (*entry.stream).clone();
    if let Some(last) = steps.last() {
        stream.settling = StreamStatus::Updating;
        stream.active_at_millis = last.active_at_millis;
    }
    shared.catalog.put_with_shards(&stream, changed.iter().map(|place| &shards[*place]))?;
    stream.shards = Shards::new(shards);
    let stream = Arc::new(stream);
    let new_entry = StreamEntry::new(Arc::clone(&stream), &entry.shards, &HashMap::new());
    locks::write(&shared.streams).put(new_entry);
    for (place, shard) in entry.shards.iter().enumerate().filter(|(place, _)| changed.contains(place)) {
        shard.state().closed = stream.shards[place].closed.is_some();
        shard.moved.notify_waiters();
    }
    Ok(stream)
}

/// Closes the parents at these places and adds their children; returns the places of those.
fn take(shards: &mut Vec<Shard>, entry: &StreamEntry, step: &Reshard, parents: &[usize]) -> Range<usize> {
    let mut birth_secs = secs_of(step.now_millis);
    for parent in parents {
        let shard = &mut shards[*parent];
        let last_counter = entry.shard(shard.id).map_or(0, |log| log.state().durable_counter);
        shard.closed = Some(ShardEnd { last_counter, closed_millis: step.now_millis });
        birth_secs = birth_secs.max(shard.birth_secs + 1);
    }
    let first_place = shards.len();
    let first_id = shards.last().map_or(0, |shard| shard.id.0 + 1);
    let children = (first_id..).map(ShardId).zip(&step.children);
    shards.extend(children.map(|(id, hash_key_range)| Shard {
        id,
        hash_key_range: *hash_key_range,
        parent: step.parents.first().copied(),
        adjacent_parent: step.parents.get(1).copied(),
        birth_secs,
        closed: None,
    }));
    first_place..shards.len()
}

/// The places of the parents; an error says what does not fit.
fn check(shards: &[Shard], reshard: &Reshard) -> Result<Vec<usize>, String> {
    if !(1..=2).contains(&reshard.parents.len()) || reshard.children.is_empty() {
        let (parents, children) = (reshard.parents.len(), reshard.children.len());
        return Err(format!(
            "{parents} parents and {children} children, it takes 1 or 2 parents and some children"
        ));
    }
    let shard_count = shards.len() + reshard.children.len();
    if shard_count > limits::SHARDS_PER_STREAM_MAX {
        return Err(format!("it would have {shard_count} shards, at most {}", limits::SHARDS_PER_STREAM_MAX));
    }
    let (mut places, mut parent_ranges) = (Vec::new(), Vec::new());
    for id in &reshard.parents {
        let place = shards.binary_search_by_key(id, |shard| shard.id);
        let place = place.map_err(|_| format!("{id} does not exist"))?;
        if shards[place].closed.is_some() {
            return Err(format!("{id} is closed"));
        }
        places.push(place);
        parent_ranges.push(shards[place].hash_key_range);
    }
    let parents = joined(parent_ranges).ok_or("the hash keys of the parents are not adjacent")?;
    let children =
        joined(reshard.children.clone()).ok_or("the hash keys of the children are not adjacent")?;
    if parents != children {
        let (from, to) = (parents.starting, parents.ending_inclusive);
        return Err(format!("the children do not take the hash keys {from} to {to} of the parents"));
    }
    Ok(places)
}

/// The one range that these make together, if they make one without a hole or an overlap.
fn joined(mut ranges: Vec<HashKeyRange>) -> Option<HashKeyRange> {
    ranges.sort_by_key(|range| range.starting);
    let mut ranges = ranges.into_iter();
    let mut whole = ranges.next().filter(|range| range.starting <= range.ending_inclusive)?;
    for range in ranges {
        let adjacent = whole.ending_inclusive.0.checked_add(1) == Some(range.starting.0);
        if !adjacent || range.ending_inclusive < range.starting {
            return None;
        }
        whole.ending_inclusive = range.ending_inclusive;
    }
    Some(whole)
}
