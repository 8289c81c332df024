//! Closing shards and opening their children.
//!
//! What must stay true: the children take exactly the hash keys of their parents, in the same step in which those close; a
//! parent ends where the appends before the reshard ended; a child is born after its parents.

use std::collections::HashMap;
use std::sync::Arc;

use alluvium_kinesis_model::{HashKeyRange, ShardId};

use crate::error::CatalogError;
use crate::limits;
use crate::locks;
use crate::shared::{Shared, StreamEntry};
use crate::stream::{Reshard, Shard, ShardEnd, Stream, StreamStatus, secs_of};

/// Reshards. Runs on the writer's thread, where no append is under way.
pub(crate) fn reshard(
    shared: &Shared,
    stream_id: u64,
    reshard: &Reshard,
) -> Result<Arc<Stream>, CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    check(&entry.stream, reshard).map_err(|reason| CatalogError::BadReshard { stream_id, reason })?;
    let mut stream = (*entry.stream).clone();
    let is_parent = |id: ShardId| reshard.parents.contains(&id);
    let mut birth_secs = secs_of(reshard.now_millis);
    for shard in stream.shards.iter_mut().filter(|shard| is_parent(shard.id)) {
        let last_counter = entry.shard(shard.id).map_or(0, |log| log.state().durable_counter);
        shard.closed = Some(ShardEnd { last_counter, closed_millis: reshard.now_millis });
        birth_secs = birth_secs.max(shard.birth_secs + 1);
    }
    let first_id = stream.shards.last().map_or(0, |shard| shard.id.0 + 1);
    for (id, hash_key_range) in (first_id..).map(ShardId).zip(&reshard.children) {
        stream.shards.push(Shard {
            id,
            hash_key_range: *hash_key_range,
            parent: reshard.parents.first().copied(),
            adjacent_parent: reshard.parents.get(1).copied(),
            birth_secs,
            closed: None,
        });
    }
    stream.settling = StreamStatus::Updating;
    stream.active_at_millis = reshard.active_at_millis;
    shared.catalog.put(&stream)?;
    let stream = Arc::new(stream);
    let new_entry = StreamEntry::new(Arc::clone(&stream), &entry.shards, &HashMap::new());
    locks::write(&shared.streams).put(new_entry);
    for shard in entry.shards.iter().filter(|shard| is_parent(shard.id)) {
        shard.state().closed = true;
        shard.moved.notify_waiters();
    }
    Ok(stream)
}

/// An error says what does not fit.
fn check(stream: &Stream, reshard: &Reshard) -> Result<(), String> {
    if !(1..=2).contains(&reshard.parents.len()) || reshard.children.is_empty() {
        let (parents, children) = (reshard.parents.len(), reshard.children.len());
        return Err(format!(
            "{parents} parents and {children} children, it takes 1 or 2 parents and some children"
        ));
    }
    let shard_count = stream.shards.len() + reshard.children.len();
    if shard_count > limits::SHARDS_PER_STREAM_MAX {
        return Err(format!("it would have {shard_count} shards, at most {}", limits::SHARDS_PER_STREAM_MAX));
    }
    let mut parent_ranges = Vec::new();
    for id in &reshard.parents {
        let shard = stream.shard(*id).ok_or_else(|| format!("{id} does not exist"))?;
        if shard.closed.is_some() {
            return Err(format!("{id} is closed"));
        }
        parent_ranges.push(shard.hash_key_range);
    }
    let parents = joined(parent_ranges).ok_or("the hash keys of the parents are not adjacent")?;
    let children =
        joined(reshard.children.clone()).ok_or("the hash keys of the children are not adjacent")?;
    if parents != children {
        let (from, to) = (parents.starting, parents.ending_inclusive);
        return Err(format!("the children do not take the hash keys {from} to {to} of the parents"));
    }
    Ok(())
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
