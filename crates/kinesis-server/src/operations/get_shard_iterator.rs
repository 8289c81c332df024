//! GetShardIterator: a position in a shard, of one of five kinds.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{GetShardIteratorInput, GetShardIteratorOutput, IteratorStart};
use alluvium_kinesis_model::{Exception, SequenceNumber, SequenceOrigin, SequenceParts, ShardId};
use alluvium_stream_store::{ReadFrom, Shard};

use crate::authorize::{Resource, Target};
use crate::operations::check_dry_run;
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

    let from = match input.start(now_millis)? {
        IteratorStart::AtSequenceNumber(number) => {
            ReadFrom::CounterInclusive(counter(&server, name, shard, &number)?)
        }
        IteratorStart::AfterSequenceNumber(number) => {
            let counter = counter(&server, name, shard, &number)?;
            ReadFrom::CounterInclusive(counter.saturating_add(1))
        }
        IteratorStart::TrimHorizon => ReadFrom::TrimHorizon,
        IteratorStart::Latest => {
            let tip = server
                .store
                .tip(stream.id, shard_id)
                .map_err(|error| server.read_exception(name, shard_id, &error))?;
            ReadFrom::CounterInclusive(tip.counter + 1)
        }
        IteratorStart::AtTimestamp(millis) => ReadFrom::AtTimestamp(millis),
    };
    check_dry_run(input.dry_run)?;
    let iterator = ShardIterator {
        made_millis: now_millis,
        stream_id: stream.id,
        stream_name: name.to_owned(),
        shard: shard_id,
        from,
    };
    Ok(GetShardIteratorOutput { shard_iterator: iterator.seal(&server.options.token_key) })
}

/// Where in the shard a sequence number stands.
fn counter(
    server: &Server,
    stream_name: &str,
    shard: &Shard,
    number: &SequenceNumber,
) -> Result<u64, Exception> {
    let account_id = &server.options.account_id;
    let used = format!(
        "StartingSequenceNumber {number} used in GetShardIterator on shard {} in stream {stream_name} under account \
         {account_id}",
        shard.id
    );
    let Some(origin) = SequenceOrigin::of(number) else {
        return Err(Exception::invalid_argument(format!("{used} is invalid.")));
    };
    if i64::from(origin.shard) != i64::from(shard.id.0) {
        return Err(Exception::invalid_argument(format!(
            "Invalid StartingSequenceNumber. It encodes {}, while it was used in a call to a shard with {}",
            origin.shard_name(),
            shard.id
        )));
    }
    match SequenceParts::decode(number) {
        Some(parts) if parts.birth_secs == shard.birth_secs => Ok(parts.counter),
        _ => Err(Exception::invalid_argument(format!(
            "{used} is invalid because it did not come from this stream."
        ))),
    }
}
