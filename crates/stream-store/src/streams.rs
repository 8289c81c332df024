//! Making, changing and deleting streams: first durable in the catalog, then visible.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::error::CatalogError;
use crate::limits;
use crate::locks;
use crate::retention;
use crate::settings::StreamSettings;
use crate::shard_log::Trim;
use crate::shared::{Shared, StreamEntry};
use crate::stream::{NewStream, Stream, StreamChange, StreamStatus};

/// Makes a stream. Touches files: not for the async runtime.
pub(crate) fn create(shared: &Shared, new: &NewStream) -> Result<Arc<Stream>, CatalogError> {
    in_range("shard count", new.shard_count.into(), &(1..=limits::SHARDS_PER_STREAM_MAX as u64))?;
    check_retention(new.retention_hours)?;
    check_settings(&new.settings)?;
    refuse_when_refused(shared)?;
    let _turn = locks::lock(&shared.catalog_turn);
    let (stream_count, namesake) = {
        let streams = locks::read(&shared.streams);
        let namesake = streams.by_name.get(&new.name).and_then(|id| streams.by_id.get(id)).cloned();
        (streams.by_id.len() as u64 + 1, namesake)
    };
    if namesake.as_ref().is_some_and(|entry| !entry.stream.is_gone(new.now_millis)) {
        return Err(CatalogError::StreamExists { name: new.name.clone() });
    }
    in_range("number of streams", stream_count, &(1..=limits::STREAMS_MAX as u64))?;
    let gone = namesake.as_ref().map(|entry| &*entry.stream);
    let stream = Arc::new(shared.catalog.create(new, gone)?);
    if let Some(entry) = &namesake {
        disappear(shared, entry);
    }
    locks::write(&shared.streams).put(StreamEntry::new(Arc::clone(&stream), &[], &HashMap::new()));
    Ok(stream)
}

/// What [`change`] has done.
pub(crate) struct Changed {
    pub(crate) stream: Arc<Stream>,
    /// [`apply_retention`] is to follow.
    pub(crate) retention: bool,
}

/// Changes a stream as `plan` says, which sees it as it is and may refuse; nobody else changes it between. Touches files: not
/// for the async runtime.
pub(crate) fn change<E>(
    shared: &Shared,
    stream_id: u64,
    plan: impl FnOnce(&Stream) -> Result<StreamChange, E>,
) -> Result<Result<Changed, E>, CatalogError> {
    refuse_when_refused(shared)?;
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let change = match plan(&entry.stream) {
        Ok(change) => change,
        Err(refused) => return Ok(Err(refused)),
    };
    let now_millis = change.now_millis;
    let stream = changed(&entry.stream, change)?;
    let trims = if stream.retention_hours > entry.stream.retention_hours {
        retention::expired(shared, &entry, now_millis)?
    } else {
        Vec::new()
    };
    shared.catalog.put_with_trims(&stream, &trims)?;
    trim(&entry, &trims);
    let retention = stream.retention_hours != entry.stream.retention_hours;
    Ok(Ok(Changed { stream: publish(shared, entry, stream), retention }))
}

fn changed(before: &Stream, change: StreamChange) -> Result<Stream, CatalogError> {
    let mut stream = before.clone();
    stream.mode = change.mode.unwrap_or(stream.mode);
    if let Some(retention_hours) = change.retention_hours {
        check_retention(retention_hours)?;
        stream.retention_hours = retention_hours;
    }
    if let Some(settings) = change.settings {
        check_settings(&settings)?;
        stream.settings = Arc::new(settings);
    }
    if let Some(tags) = change.tags {
        stream.tags = Arc::new(tags);
    }
    if let Some(policy) = change.policy {
        stream.policy = policy;
    }
    if let Some(active_at_millis) = change.active_at_millis {
        stream.settling = StreamStatus::Updating;
        stream.active_at_millis = active_at_millis;
    }
    Ok(stream)
}

/// Shows a stream that is durable in the catalog in place of its former self.
pub(crate) fn publish(shared: &Shared, entry: StreamEntry, stream: Stream) -> Arc<Stream> {
    let stream = Arc::new(stream);
    locks::write(&shared.streams).put(StreamEntry { stream: Arc::clone(&stream), shards: entry.shards });
    stream
}

/// Lets a stream's shards keep their records as long as its snapshot says. Runs on the writer's thread, where all that was
/// appended is synced: a commit never sees a shard in two retention classes, and no crash leaves later records in one class
/// without the earlier ones in another. Waits for nobody's turn: shards are only added on this thread, and a change that comes
/// between is followed by another call.
pub(crate) fn apply_retention(shared: &Shared, stream_id: u64) {
    let Some(entry) = shared.entry(stream_id) else { return };
    for shard in entry.shards.iter() {
        shard.state().retention_hours = entry.stream.retention_hours;
    }
}

/// Notes from when on a stream is gone. Touches files: not for the async runtime.
pub(crate) fn delete_at(
    shared: &Shared,
    stream_id: u64,
    gone_at_millis: i64,
) -> Result<Arc<Stream>, CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let stream = Stream { gone_at_millis: Some(gone_at_millis), ..(*entry.stream).clone() };
    shared.catalog.put(&stream)?;
    Ok(publish(shared, entry, stream))
}

/// Deletes a stream. Touches files: not for the async runtime.
pub(crate) fn delete(shared: &Shared, stream_id: u64) -> Result<(), CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    shared.catalog.delete(&[&entry.stream])?;
    disappear(shared, &entry);
    Ok(())
}

/// Takes a stream that the catalog no longer has away from its users.
pub(crate) fn disappear(shared: &Shared, entry: &StreamEntry) {
    locks::write(&shared.streams).remove(&entry.stream);
    for shard in entry.shards.iter() {
        let mut state = shard.state();
        state.deleted = true;
        state.extents.clear();
        drop(state);
        shard.moved.notify_waiters();
    }
}

/// Trims all records of a stream up to now; returns how many there were. Runs on the writer's thread, where all that was
/// appended is synced: what is trimmed was durable, so counters never go back.
pub(crate) fn purge(shared: &Shared, stream_id: u64) -> Result<u64, CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let mut trims = Vec::new();
    let mut records = 0;
    for shard in entry.shards.iter() {
        let state = shard.state();
        if state.durable_counter > state.trimmed_through {
            records += state.durable_counter - state.trimmed_through;
            trims.push(Trim {
                stream_id,
                shard: shard.id,
                through_counter: state.durable_counter,
                arrival_millis: state.durable_arrival_millis,
            });
        }
    }
    if trims.is_empty() {
        return Ok(0);
    }
    shared.catalog.trim(&trims)?;
    trim(&entry, &trims);
    Ok(records)
}

/// Lets a stream's shards forget what is gone in the catalog.
fn trim(entry: &StreamEntry, trims: &[Trim]) {
    for trim in trims {
        if let Some(shard) = entry.shard(trim.shard) {
            shard.state().trim(trim.through_counter);
        }
    }
}

/// Sets or removes a setting of the account. Touches files: not for the async runtime.
pub(crate) fn put_account_setting(
    shared: &Shared,
    name: String,
    value: Option<String>,
) -> Result<(), CatalogError> {
    refuse_when_refused(shared)?;
    let _turn = locks::lock(&shared.catalog_turn);
    shared.catalog.put_account_setting(&name, value.as_deref())?;
    let mut account = locks::write(&shared.account);
    match value {
        Some(value) => account.insert(name, value),
        None => account.remove(&name),
    };
    Ok(())
}

/// Refuses what makes something new or changes it when the store takes no more writes.
pub(crate) fn refuse_when_refused(shared: &Shared) -> Result<(), CatalogError> {
    shared.refusal.get().map_or(Ok(()), |refusal| Err(refusal.clone().into()))
}

fn check_settings(settings: &StreamSettings) -> Result<(), CatalogError> {
    let range = limits::RECORD_KIB_RANGE;
    let range = (*range.start()).into()..=(*range.end()).into();
    in_range("largest record in KiB", settings.record_kib_max.into(), &range)
}

fn check_retention(retention_hours: u32) -> Result<(), CatalogError> {
    let range = limits::RETENTION_HOURS_RANGE;
    in_range("retention in hours", retention_hours.into(), &((*range.start()).into()..=(*range.end()).into()))
}

/// Refuses a number that is out of its range.
pub(crate) fn in_range(
    what: &'static str,
    value: u64,
    range: &RangeInclusive<u64>,
) -> Result<(), CatalogError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(CatalogError::OutOfRange { what, value, min: *range.start(), max: *range.end() })
}
