//! Giving space back: what has expired is trimmed, and a segment goes when nothing in it is left.
//!
//! What must stay true: that records are gone is durable in the catalog before anything forgets them, so counters never go
//! back, and what was once trimmed never comes back.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::CatalogError;
use crate::locks;
use crate::shard_log::{ShardLog, Trim};
use crate::shared::Shared;
use crate::store::Swept;

/// Trims what has expired and removes the sealed segments that nothing is left in. Touches files: not for the async runtime.
pub(crate) fn sweep(shared: &Shared, now_millis: i64) -> Result<Swept, CatalogError> {
    let _turn = locks::lock(&shared.catalog_turn);
    // Taken before the shards are looked at: a sealed segment gains nothing any more, one that is sealed meanwhile might have.
    let mut dead: BTreeSet<u64> = locks::lock(&shared.segments)
        .iter()
        .filter(|(_, entry)| entry.sealed)
        .map(|(number, _)| *number)
        .collect();
    let shards: Vec<Arc<ShardLog>> =
        locks::read(&shared.streams).by_id.values().flat_map(|entry| entry.shards.iter().cloned()).collect();
    let expired = |shard: &ShardLog| {
        let (through_counter, arrival_millis) = shard.state().expired_through(now_millis)?;
        Some(Trim { stream_id: shard.stream_id, shard: shard.id, through_counter, arrival_millis })
    };
    let trims: Vec<Option<Trim>> = shards.iter().map(|shard| expired(shard)).collect();
    let to_write: Vec<Trim> = trims.iter().flatten().copied().collect();
    if !to_write.is_empty() {
        shared.catalog.trim(&to_write)?;
    }
    for (shard, trim) in shards.iter().zip(&trims) {
        let mut state = shard.state();
        if let Some(trim) = trim {
            state.trim(trim.through_counter);
        }
        for extent in &state.extents {
            dead.remove(&extent.segment.number);
        }
    }
    remove(shared, &dead)
}

fn remove(shared: &Shared, dead: &BTreeSet<u64>) -> Result<Swept, CatalogError> {
    let failed = |error| CatalogError::Io(Arc::new(error));
    let mut swept = Swept::default();
    for number in dead {
        let Some(entry) = locks::lock(&shared.segments).remove(number) else { continue };
        shared.storage.remove(&entry.segment.path).map_err(failed)?;
        swept.segments += 1;
        swept.bytes += entry.bytes;
    }
    if swept.segments > 0 {
        shared.storage.sync_dir(&shared.options.dir).map_err(failed)?;
    }
    Ok(swept)
}
