//! On-demand streams, which choose the number of their shards by themselves: they grow while traffic asks for it and shrink
//! when it has long been gone.
//!
//! What must stay true: a reshard here is the store's, so hash keys are always covered and no record is lost or moved; time
//! is tokio's, so that a test can pause it.

mod policy;
mod traffic;

pub(crate) use traffic::Traffic;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use alluvium_kinesis_model::limits::ON_DEMAND_SHARD_COUNT;
use alluvium_kinesis_model::{Exception, ShardId};
use alluvium_stream_store::{Reshard, Stream, StreamMode, StreamStatus};
use tokio::time::{Instant, MissedTickBehavior};

use crate::on_demand::policy::{Bounds, Loaded, Peak, Peaks};
use crate::on_demand::traffic::Put;
use crate::options::OnDemandScaling;
use crate::reshard_plan::{OpenShard, Step};
use crate::server::Server;

/// Looks at all on-demand streams at every interval.
pub(crate) async fn scale_forever(server: Arc<Server>, scaling: OnDemandScaling) {
    let mut looked_at = Instant::now();
    let mut ticks = tokio::time::interval_at(looked_at + scaling.interval, scaling.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut peaks: HashMap<u64, Peaks> = HashMap::new();
    loop {
        ticks.tick().await;
        let now = Instant::now();
        let put = server.traffic.take();
        let elapsed = now - looked_at;
        looked_at = now;
        let now_millis = server.clock.now_millis();
        let mut streams = server.streams();
        streams.retain(|stream| stream.mode == StreamMode::OnDemand);
        let seen: HashSet<u64> = streams.iter().map(|stream| stream.id).collect();
        peaks.retain(|stream_id, _| seen.contains(stream_id));
        let mut open_count = server.open_shard_count();
        for stream in streams {
            let open = loaded(&stream, |put| policy::load(put, elapsed), &put);
            let total = open.iter().map(|loaded| loaded.load).sum();
            let first_seen = || Peaks::new(scaling.quiet, open.len(), now);
            let peaks = peaks.entry(stream.id).or_insert_with(first_seen);
            peaks.push(Peak { load: total, shards: 0 }, now);
            // One that is UPDATING is left alone; what it was put counts when it is ACTIVE again.
            if stream.status(now_millis) != StreamStatus::Active {
                continue;
            }
            let steps = policy::steps(&open, peaks.highest(), bounds(&server, &stream, open_count));
            if steps.is_empty() {
                continue;
            }
            if steps.iter().any(|step| step.parents.len() == 1) {
                peaks.push(Peak { load: total, shards: open.len() + steps.len() }, now);
            }
            if let Err(exception) = reshard(&server, &stream, steps).await {
                tracing::warn!(stream = stream.name.as_str(), %exception, "on-demand stream not scaled");
            }
            open_count = server.open_shard_count();
        }
    }
}

/// The open shards in order of their hash keys, with what they were put since the last look.
fn loaded(stream: &Stream, load: impl Fn(Put) -> f64, put: &HashMap<(u64, ShardId), Put>) -> Vec<Loaded> {
    let of_shard = |id: ShardId| put.get(&(stream.id, id)).copied().unwrap_or_default();
    stream
        .open_shards()
        .map(|shard| Loaded {
            shard: OpenShard { id: shard.id, range: shard.hash_key_range },
            load: load(of_shard(shard.id)),
        })
        .collect()
}

/// `open_count` is how many open shards all streams have together; counted anew for each of thousands of streams, it would hold
/// up a thread for seconds.
fn bounds(server: &Server, stream: &Stream, open_count: u64) -> Bounds {
    let warm = stream.settings.warm_throughput_mib.unwrap_or(0);
    let min = ON_DEMAND_SHARD_COUNT.max(warm) as usize;
    let others = open_count.saturating_sub(stream.open_shards().len() as u64);
    let room = server.options.shard_limit.saturating_sub(others);
    Bounds { min, max: usize::try_from(room).unwrap_or(usize::MAX) }
}

/// Carries the steps out, all together or not at all, unless somebody else changed the stream meanwhile. The stream stays
/// ACTIVE.
async fn reshard(server: &Server, stream: &Stream, steps: Vec<Step>) -> Result<(), Exception> {
    let _changing = server.changing.lock().await;
    let now_millis = server.clock.now_millis();
    let same = server.stream_by_number(stream.id).is_some_and(|present| {
        present.mode == StreamMode::OnDemand
            && present.status(now_millis) == StreamStatus::Active
            && present.shards == stream.shards
    });
    if !same {
        return Ok(());
    }
    let count = steps.len();
    let reshards = steps
        .into_iter()
        .map(|Step { parents, children }| Reshard {
            parents,
            children,
            active_at_millis: now_millis,
            now_millis,
        })
        .collect();
    let resharded = server.store.reshard_all(stream.id, reshards).await;
    let resharded = resharded.map_err(|error| server.catalog_exception(stream.name.as_str(), &error))?;
    let (before, after) = (stream.open_shards().len(), resharded.open_shards().len());
    tracing::info!(stream = stream.name.as_str(), before, after, steps = count, "on-demand stream scaled");
    Ok(())
}
