//! MergeShards: two neighbours close and their child opens in one step.

use std::sync::Arc;

use alluvium_kinesis_model::operations::MergeShardsInput;
use alluvium_kinesis_model::{EmptyOutput, Exception, ShardId};

use crate::authorize::{Resource, Target};
use crate::reshard_plan;
use crate::server::Server;

impl Target for MergeShardsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn merge_shards(
    server: Arc<Server>,
    input: MergeShardsInput,
) -> Result<EmptyOutput, Exception> {
    let resolve =
        |text: &str| ShardId::resolve(text).ok_or_else(|| server.unknown_shard(input.stream.shown(), text));
    let first_id = resolve(&input.shard_to_merge)?;
    let second_id = resolve(&input.adjacent_shard_to_merge)?;
    let _turn = server.changing.lock().await;
    let stream = server.active_stream(&input.stream)?;
    server.check_provisioned(&stream)?;
    for id in [first_id, second_id] {
        if stream.shard(id).is_none() {
            return Err(server.unknown_shard(stream.name.as_str(), &id.to_string()));
        }
    }
    let first = server.open_shard(&stream, first_id)?;
    let second = server.open_shard(&stream, second_id)?;
    let adjacent = first.range.ending_inclusive.0.checked_add(1) == Some(second.range.starting.0);
    if !adjacent {
        let (name, account_id) = (&stream.name, &server.options.account_id);
        return Err(Exception::invalid_argument(format!(
            "Shards {first_id} and {second_id} in stream {name} under account {account_id} are not an adjacent pair of \
             shards eligible for merging"
        )));
    }
    server.reshard(&stream, vec![reshard_plan::merge(first, second)]).await?;
    Ok(EmptyOutput)
}
