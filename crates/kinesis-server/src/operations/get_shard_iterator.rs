//! GetShardIterator: a position in a shard, of one of five kinds.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{GetShardIteratorInput, GetShardIteratorOutput};
use alluvium_kinesis_model::{Exception, ShardId};

use crate::authorize::{Resource, Target};
use crate::operations::check_dry_run;
use crate::reading_start::read_from;
use crate::server::Server;
use crate::shard_iterator::ShardIterator;
use crate::stream_lookup::listed_shards;

impl Target for GetShardIteratorInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn get_shard_iterator(
    server: Arc<Server>,
    input: GetShardIteratorInput,
) -> Result<GetShardIteratorOutput, Exception> {
    let name = input.stream.shown();
    let shard_id =
        ShardId::resolve(&input.shard_id).ok_or_else(|| server.unknown_shard(name, &input.shard_id))?;
    let no_shard = || server.shard_not_found(name, shard_id);
    let stream = server.stream(&input.stream).map_err(|_| no_shard())?;
    let now_millis = server.clock.now_millis();
    let shard = listed_shards(&stream, now_millis).find(|shard| shard.id == shard_id).ok_or_else(no_shard)?;

    let start = input.start(now_millis)?;
    let from = read_from(&server, &stream, shard, start, "GetShardIterator")?;
    check_dry_run(input.dry_run)?;
    if !server.throttle.gives_iterator(stream.id, shard_id) {
        return Err(server.shard_rate_exceeded(stream.name.as_str(), shard_id));
    }
    let iterator = ShardIterator {
        made_millis: now_millis,
        stream_id: stream.id,
        stream_name: stream.name.as_str().to_owned(),
        shard: shard_id,
        from,
    };
    Ok(GetShardIteratorOutput { shard_iterator: iterator.seal(&server.options.token_key) })
}
