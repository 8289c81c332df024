//! Registering, changing and forgetting consumers: first durable in the catalog, then visible.

use std::sync::Arc;

use crate::consumer::{Consumer, ConsumerChange, NewConsumer};
use crate::error::CatalogError;
use crate::locks;
use crate::shards::secs_of;
use crate::shared::Shared;
use crate::stream::Stream;
use crate::streams::{in_range, publish, refuse_when_refused};

/// Registers a consumer. Touches files: not for the async runtime.
pub(crate) fn register(shared: &Shared, stream_id: u64, new: NewConsumer) -> Result<Consumer, CatalogError> {
    refuse_when_refused(shared)?;
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let mut stream = (*entry.stream).clone();
    let there = stream.consumers.values().filter(|consumer| consumer.status(new.now_millis).is_some());
    let count = there.count() as u64 + 1;
    if stream.consumer(&new.name, new.now_millis).is_some() {
        return Err(CatalogError::ConsumerExists { stream_id, name: new.name });
    }
    in_range("number of consumers", count, &(0..=new.consumers_max as u64))?;
    let namesake = stream.consumers.get(&new.name).map(|gone| secs_of(gone.created_millis) + 1);
    let earliest = namesake.map_or(i64::MIN, |secs| i64::try_from(secs * 1000).unwrap_or(i64::MAX));
    let consumer = Consumer {
        name: Arc::clone(&new.name),
        created_millis: new.now_millis.max(earliest),
        active_at_millis: new.active_at_millis,
        gone_at_millis: None,
        tags: new.tags,
        policy: None,
    };
    Arc::make_mut(&mut stream.consumers).insert(new.name, consumer.clone());
    shared.catalog.put(&stream)?;
    publish(shared, entry, stream);
    Ok(consumer)
}

/// Changes a consumer, or deregisters it. Touches files: not for the async runtime.
pub(crate) fn change(
    shared: &Shared,
    stream_id: u64,
    name: &str,
    change: ConsumerChange,
) -> Result<Consumer, CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    let entry = shared.entry(stream_id).ok_or(CatalogError::StreamNotFound { stream_id })?;
    let mut stream = (*entry.stream).clone();
    let Some(consumer) = Arc::make_mut(&mut stream.consumers).get_mut(name) else {
        return Err(CatalogError::ConsumerNotFound { stream_id, name: Arc::from(name) });
    };
    if let Some(tags) = change.tags {
        consumer.tags = tags;
    }
    if let Some(policy) = change.policy {
        consumer.policy = policy;
    }
    consumer.gone_at_millis = change.gone_at_millis.or(consumer.gone_at_millis);
    let consumer = consumer.clone();
    shared.catalog.put(&stream)?;
    publish(shared, entry, stream);
    Ok(consumer)
}

/// Takes those consumers out that nobody needs to remember: gone, and made in an earlier second than any that may come.
/// Returns whether there were any.
pub(crate) fn forget(stream: &mut Stream, now_millis: i64) -> bool {
    let forgettable = |consumer: &Consumer| {
        consumer.status(now_millis).is_none() && secs_of(consumer.created_millis) < secs_of(now_millis)
    };
    if !stream.consumers.values().any(forgettable) {
        return false;
    }
    Arc::make_mut(&mut stream.consumers).retain(|_, consumer| !forgettable(consumer));
    true
}
