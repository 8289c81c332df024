//! Making, changing and deleting streams: first durable in the catalog, then visible.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::error::CatalogError;
use crate::limits;
use crate::locks;
use crate::shared::{Shared, StreamEntry};
use crate::stream::{NewStream, Stream, StreamChange, StreamStatus};

/// Makes a stream. Touches files: not for the async runtime.
pub(crate) fn create(shared: &Shared, new: &NewStream) -> Result<Arc<Stream>, CatalogError> {
    in_range("shard count", new.shard_count.into(), &(1..=limits::SHARDS_PER_STREAM_MAX as u64))?;
    check_retention(new.retention_hours)?;
    if let Some(refusal) = shared.refusal.get() {
        return Err(refusal.clone().into());
    }
    let _turn = locks::lock(&shared.catalog_turn);
    let stream_count = {
        let streams = locks::read(&shared.streams);
        if streams.by_name.contains_key(&new.name) {
            return Err(CatalogError::StreamExists { name: new.name.clone() });
        }
        streams.by_id.len() as u64 + 1
    };
    in_range("number of streams", stream_count, &(1..=limits::STREAMS_MAX as u64))?;
    let stream = Arc::new(shared.catalog.create(new)?);
    locks::write(&shared.streams).put(StreamEntry::new(Arc::clone(&stream), &[], &HashMap::new()));
    Ok(stream)
}

/// Changes a stream. Runs on the writer's thread, so that no commit sees a shard in two retention classes.
pub(crate) fn update(
    shared: &Shared,
    stream_id: u64,
    change: StreamChange,
) -> Result<Arc<Stream>, CatalogError> {
    if let Some(retention_hours) = change.retention_hours {
        check_retention(retention_hours)?;
    }
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let mut stream = (*entry.stream).clone();
    stream.mode = change.mode.unwrap_or(stream.mode);
    stream.retention_hours = change.retention_hours.unwrap_or(stream.retention_hours);
    if let Some(active_at_millis) = change.active_at_millis {
        stream.settling = StreamStatus::Updating;
        stream.active_at_millis = active_at_millis;
    }
    shared.catalog.put(&stream)?;
    for shard in entry.shards.iter() {
        shard.state().retention_hours = stream.retention_hours;
    }
    let stream = Arc::new(stream);
    locks::write(&shared.streams).put(StreamEntry { stream: Arc::clone(&stream), shards: entry.shards });
    Ok(stream)
}

/// Deletes a stream. Touches files: not for the async runtime.
pub(crate) fn delete(shared: &Shared, stream_id: u64) -> Result<(), CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    shared.catalog.delete(&entry.stream)?;
    {
        let mut streams = locks::write(&shared.streams);
        streams.by_name.remove(&entry.stream.name);
        streams.by_id.remove(&stream_id);
    }
    for shard in entry.shards.iter() {
        let mut state = shard.state();
        state.deleted = true;
        state.extents.clear();
        drop(state);
        shard.moved.notify_waiters();
    }
    Ok(())
}

fn check_retention(retention_hours: u32) -> Result<(), CatalogError> {
    let range = limits::RETENTION_HOURS_RANGE;
    in_range("retention in hours", retention_hours.into(), &((*range.start()).into()..=(*range.end()).into()))
}

fn in_range(what: &'static str, value: u64, range: &RangeInclusive<u64>) -> Result<(), CatalogError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(CatalogError::OutOfRange { what, value, min: *range.start(), max: *range.end() })
}
