//! What SplitShard, MergeShards and UpdateShardCount share: who may be resharded, and how steps are carried out.

use std::sync::Arc;

use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId};
use alluvium_stream_store::limits::SHARDS_PER_STREAM_MAX;
use alluvium_stream_store::{Reshard, Stream, StreamMode};

use crate::reshard_plan::{self, OpenShard, Step};
use crate::server::Server;

impl Server {
    /// Refuses to change the shards of a stream that chooses their number itself.
    pub(crate) fn check_provisioned(&self, stream: &Stream) -> Result<(), Exception> {
        if stream.mode == StreamMode::Provisioned {
            return Ok(());
        }
        let (name, account_id) = (&stream.name, &self.options.account_id);
        Err(Exception::new(
            ExceptionKind::Validation,
            format!("Request is invalid. Stream {name} under account {account_id} is in On-Demand mode."),
        ))
    }

    /// The shard that a request to split or merge names, if it is open.
    pub(crate) fn open_shard(&self, stream: &Stream, id: ShardId) -> Result<OpenShard, Exception> {
        let name = &stream.name;
        let shard = stream.shard(id).ok_or_else(|| self.unknown_shard(name.as_str(), &id.to_string()))?;
        if shard.closed.is_none() {
            return Ok(OpenShard { id, range: shard.hash_key_range });
        }
        let account_id = &self.options.account_id;
        Err(Exception::invalid_argument(format!(
            "Shard {id} in stream {name} under account {account_id} has already been merged or split, and thus is not \
             eligible for merging or splitting."
        )))
    }

    /// Gives a stream this many open shards of the same size; nothing happens to one that has them.
    pub(crate) async fn scale(&self, stream: &Arc<Stream>, target: u32) -> Result<Arc<Stream>, Exception> {
        let open: Vec<OpenShard> = stream
            .open_shards()
            .map(|shard| OpenShard { id: shard.id, range: shard.hash_key_range })
            .collect();
        let next = stream.shards.last().map_or(0, |shard| shard.id.0 + 1);
        let steps = reshard_plan::uniform_scaling(&open, target, ShardId(next));
        if steps.is_empty() {
            return Ok(Arc::clone(stream));
        }
        self.reshard(stream, steps).await
    }

    /// Gives an on-demand stream shards for a throughput, in MiB per second, when it has fewer: each shard takes 1 MiB per
    /// second. Shards that are too many are not this function's business.
    pub(crate) async fn warm_up(
        &self,
        stream: Arc<Stream>,
        throughput_mib: Option<u32>,
    ) -> Result<Arc<Stream>, Exception> {
        let target = throughput_mib.unwrap_or(0);
        let _turn = self.changing.lock().await;
        let stream = self.stream_by_number(stream.id).unwrap_or(stream);
        if target <= stream.open_shards().len() as u32 {
            return Ok(stream);
        }
        self.check_warm_up(&stream, throughput_mib)?;
        self.scale(&stream, target).await
    }

    /// Refuses a throughput for which the account has no room for shards.
    pub(crate) fn check_warm_up(
        &self,
        stream: &Stream,
        throughput_mib: Option<u32>,
    ) -> Result<(), Exception> {
        match throughput_mib.unwrap_or(0).checked_sub(stream.open_shards().len() as u32) {
            None | Some(0) => Ok(()),
            Some(more) => self.check_shard_limit(more.into()),
        }
    }

    /// Carries steps out, all together or not at all. The stream is UPDATING for a while after it.
    pub(crate) async fn reshard(&self, stream: &Stream, steps: Vec<Step>) -> Result<Arc<Stream>, Exception> {
        let children: usize = steps.iter().map(|step| step.children.len()).sum();
        let shards = stream.shards.len() + children;
        if shards > SHARDS_PER_STREAM_MAX {
            let text = format!(
                "Stream {} would have {shards} shards, closed ones included, and at most {SHARDS_PER_STREAM_MAX} are kept. \
                 Closed shards go when their records have expired.",
                stream.name
            );
            return Err(Exception::new(ExceptionKind::LimitExceeded, text));
        }
        let now_millis = self.clock.now_millis();
        let steps = steps
            .into_iter()
            .map(|Step { parents, children }| Reshard {
                parents,
                children,
                active_at_millis: self.settled_at_millis(now_millis),
                now_millis,
            })
            .collect();
        let resharded = self.store.reshard_all(stream.id, steps).await;
        resharded.map_err(|error| self.catalog_exception(stream.name.as_str(), &error))
    }
}
