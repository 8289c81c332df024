//! SplitShard: the shard closes and its two children open in one step.

use std::sync::Arc;

use alluvium_kinesis_model::operations::SplitShardInput;
use alluvium_kinesis_model::{EmptyOutput, Exception, HashKey, ShardId};
use alluvium_stream_store::Stream;

use crate::authorize::{Resource, Target};
use crate::reshard_plan::{self, OpenShard};
use crate::server::Server;

impl Target for SplitShardInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn split_shard(
    server: Arc<Server>,
    input: SplitShardInput,
) -> Result<EmptyOutput, Exception> {
    let shard_id = ShardId::resolve(&input.shard_to_split)
        .ok_or_else(|| server.unknown_shard(input.stream.shown(), &input.shard_to_split))?;
    let _turn = server.changing.lock().await;
    let stream = server.active_stream(&input.stream)?;
    server.check_provisioned(&stream)?;
    let shard = server.open_shard(&stream, shard_id)?;
    server.check_shard_limit(1)?;
    let at = HashKey::parse(&input.new_starting_hash_key)
        .filter(|at| at.0.saturating_sub(shard.range.starting.0) > 1 && *at < shard.range.ending_inclusive)
        .ok_or_else(|| not_inside(&server, &stream, shard, &input.new_starting_hash_key))?;
    server.reshard(&stream, vec![reshard_plan::split(shard, at)]).await?;
    Ok(EmptyOutput)
}

fn not_inside(server: &Server, stream: &Stream, shard: OpenShard, hash_key: &str) -> Exception {
    let (shard_id, range) = (shard.id, shard.range);
    let (name, account_id) = (&stream.name, &server.options.account_id);
    let (starting, ending) = (range.starting, range.ending_inclusive);
    Exception::invalid_argument(format!(
        "NewStartingHashKey {hash_key} used in SplitShard() on shard {shard_id} in stream {name} under account {account_id} \
         is not both greater than one plus the shard's StartingHashKey {starting} and less than the shard's EndingHashKey \
         {ending}."
    ))
}
