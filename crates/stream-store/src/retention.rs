//! Giving space back: what has expired is trimmed, and a segment goes when nothing in it is left.
//!
//! What must stay true: that records are gone is durable in the catalog before anything forgets them, so counters never go
//! back, and what was once trimmed never comes back.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io;
use std::sync::Arc;

use alluvium_kinesis_model::ShardId;

use crate::consumers;
use crate::error::{CatalogError, ReadError};
use crate::locks;
use crate::read::{self, Source};
use crate::record::{PageLimits, ReadFrom};
use crate::segment::SyncedMarks;
use crate::shard_log::{ShardLog, Trim};
use crate::shards::{Shard, Shards};
use crate::shared::{SegmentEntry, Shared, StreamEntry};
use crate::store::Swept;
use crate::stream::Stream;
use crate::streams::disappear;

/// Trims what has expired, forgets streams, shards and consumers that are over, and removes the sealed segments that nothing is
/// left in. Touches files: not for the async runtime.
pub(crate) fn sweep(shared: &Shared, now_millis: i64, synced: SyncedMarks) -> Result<Swept, CatalogError> {
    mark_synced(shared, synced);
    let dead = {
        let _turn = locks::lock(&shared.catalog_turn);
        take_dead(shared, now_millis)?
    };
    remove(shared, dead)
}

/// Trims and forgets, and takes the segments that nothing is left in out of the list of those there are: from then on no mark
/// names them, and no other sweep finds them.
fn take_dead(shared: &Shared, now_millis: i64) -> Result<VecDeque<SegmentEntry>, CatalogError> {
    if shared.catalog.is_closed() {
        return Err(CatalogError::Closed);
    }
    // Taken before the shards are looked at: a sealed segment gains nothing any more, one that is sealed meanwhile might have.
    let mut dead: BTreeSet<u64> = locks::lock(&shared.segments)
        .iter()
        .filter(|(_, entry)| entry.sealed)
        .map(|(number, _)| *number)
        .collect();
    remove_gone_streams(shared, now_millis)?;
    let shards = trim(shared, now_millis)?;
    for shard in &shards {
        for extent in &shard.state().extents {
            dead.remove(&extent.segment.number);
        }
    }
    forget(shared, now_millis)?;
    for (number, _) in locks::lock(&shared.synced_marked).iter().flatten() {
        dead.remove(number);
    }
    let mut segments = locks::lock(&shared.segments);
    Ok(dead.iter().filter_map(|number| segments.remove(number)).collect())
}

/// Notes how far the segments that grow are synced, so that damage before that is never taken for a torn end.
pub(crate) fn mark_synced(shared: &Shared, synced: SyncedMarks) {
    let _turn = locks::lock(&shared.catalog_turn);
    // Another sweep may have removed one of them since the marks were taken: opening misses a segment that is marked.
    let synced = {
        let segments = locks::lock(&shared.segments);
        synced.map(|mark| mark.filter(|(number, _)| segments.contains_key(number)))
    };
    let mut marked = locks::lock(&shared.synced_marked);
    // A failure is remembered in `shared` and refuses all later writes; the older mark is as true as before.
    if *marked != synced && shared.refusal.get().is_none() && shared.catalog.mark_synced(&synced).is_ok() {
        *marked = synced;
    }
}

fn remove_gone_streams(shared: &Shared, now_millis: i64) -> Result<(), CatalogError> {
    let gone: Vec<StreamEntry> = locks::read(&shared.streams)
        .by_id
        .values()
        .filter(|entry| entry.stream.is_gone(now_millis))
        .cloned()
        .collect();
    if !gone.is_empty() {
        let streams: Vec<&Stream> = gone.iter().map(|entry| &*entry.stream).collect();
        shared.catalog.delete(&streams)?;
        for entry in &gone {
            disappear(shared, entry);
        }
    }
    Ok(())
}

/// Trims what has expired; returns all shards.
fn trim(shared: &Shared, now_millis: i64) -> Result<Vec<Arc<ShardLog>>, CatalogError> {
    let shards: Vec<Arc<ShardLog>> =
        locks::read(&shared.streams).by_id.values().flat_map(|entry| entry.shards.iter().cloned()).collect();
    let expired = |shard: &Arc<ShardLog>| {
        let (through_counter, arrival_millis) = shard.state().expired_through(now_millis)?;
        let trim = Trim { stream_id: shard.stream_id, shard: shard.id, through_counter, arrival_millis };
        Some((Arc::clone(shard), trim))
    };
    let (trimmed, trims): (Vec<_>, Vec<Trim>) = shards.iter().filter_map(expired).unzip();
    if !trims.is_empty() {
        shared.catalog.trim(&trims)?;
    }
    for (shard, trim) in trimmed.iter().zip(&trims) {
        shard.state().trim(trim.through_counter);
    }
    Ok(shards)
}

/// What of a stream has expired now, to the record and not by whole extents as a sweep trims. Touches files.
pub(crate) fn expired(
    shared: &Shared,
    entry: &StreamEntry,
    now_millis: i64,
) -> Result<Vec<Trim>, CatalogError> {
    let oldest = now_millis.saturating_sub(entry.stream.retention_millis());
    let limits = PageLimits { records_max: 1, bytes_max: 0 };
    let mut trims = Vec::new();
    for log in entry.shards.iter() {
        let page =
            read::read_page(shared, log, ReadFrom::AtTimestamp(oldest), limits, now_millis, Source::Files);
        let Some(page) = page.map_err(unreadable)? else { continue };
        let first_kept = page.records.first().map(|record| record.sequence.counter);
        let through_counter = first_kept.unwrap_or(page.next_counter_inclusive) - 1;
        // Only the newest record's arrival is asked for again; that of another is before that of the first that is kept.
        let arrival_millis = page.tip.arrival_millis.map_or(oldest - 1, |newest| newest.min(oldest - 1));
        if through_counter > log.state().trimmed_through {
            trims.push(Trim { stream_id: log.stream_id, shard: log.id, through_counter, arrival_millis });
        }
    }
    Ok(trims)
}

fn unreadable(error: ReadError) -> CatalogError {
    match error {
        ReadError::StreamNotFound { stream_id } => CatalogError::StreamNotFound { stream_id },
        ReadError::Io(error) => CatalogError::Io(error),
        other => CatalogError::Io(Arc::new(io::Error::other(other))),
    }
}

/// Forgets closed shards whose records have all expired, and consumers that are gone.
fn forget(shared: &Shared, now_millis: i64) -> Result<(), CatalogError> {
    let entries: Vec<StreamEntry> = locks::read(&shared.streams).by_id.values().cloned().collect();
    let mut changes = Vec::new();
    for entry in entries {
        let mut stream = (*entry.stream).clone();
        let horizon = now_millis.saturating_sub(stream.retention_millis());
        let over = |shard: &Shard| {
            shard.closed.is_some_and(|end| end.closed_millis < horizon)
                && entry.shard(shard.id).is_none_or(|log| log.state().extents.is_empty())
        };
        let forgotten: Vec<ShardId> =
            stream.shards.iter().filter(|shard| over(shard)).map(|shard| shard.id).collect();
        if !forgotten.is_empty() {
            let is_forgotten = |shard: &Shard| forgotten.binary_search(&shard.id).is_ok();
            let ends =
                stream.shards.iter().filter(|shard| is_forgotten(shard)).filter_map(|shard| shard.closed);
            stream.records_of_forgotten_shards += ends.map(|end| end.last_counter).sum::<u64>();
            let kept = stream.shards.iter().filter(|shard| !is_forgotten(shard)).cloned();
            stream.shards = Shards::new(kept.collect());
        }
        if consumers::forget(&mut stream, now_millis) || !forgotten.is_empty() {
            changes.push((stream, forgotten, entry.shards));
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    let (rows, known): (Vec<_>, Vec<_>) =
        changes.into_iter().map(|(stream, forgotten, known)| ((stream, forgotten), known)).unzip();
    shared.catalog.forget(&rows)?;
    for ((stream, _), known) in rows.into_iter().zip(known) {
        let entry = StreamEntry::new(Arc::new(stream), &known, &HashMap::new());
        locks::write(&shared.streams).put(entry);
    }
    Ok(())
}

/// Removes the files of segments that are not in the list any more. What a failure leaves is for the next sweep.
fn remove(shared: &Shared, mut dead: VecDeque<SegmentEntry>) -> Result<Swept, CatalogError> {
    // Taken also when there is nothing to do: what another sweep has taken from this one is gone when this one is done.
    let _turn = locks::lock(&shared.removal_turn);
    if shared.catalog.is_closed() {
        return Err(CatalogError::Closed);
    }
    let failed = |error| CatalogError::Io(Arc::new(error));
    let mut swept = Swept::default();
    while let Some(entry) = dead.pop_front() {
        shared.files.forget(entry.segment.number);
        if let Err(error) = shared.storage.remove(&entry.segment.path) {
            let left = dead.into_iter().map(|entry| (entry.segment.number, entry));
            locks::lock(&shared.segments).extend(left);
            return Err(failed(error));
        }
        swept.segments += 1;
        swept.bytes += entry.bytes;
    }
    if swept.segments > 0 {
        shared.storage.sync_dir(&shared.options.dir).map_err(failed)?;
    }
    Ok(swept)
}
