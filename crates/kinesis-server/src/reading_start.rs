//! From what a request says of where to begin to a place in the shard, for GetShardIterator and SubscribeToShard.

use alluvium_kinesis_model::operations::IteratorStart;
use alluvium_kinesis_model::{Exception, SequenceNumber, SequenceOrigin, SequenceParts};
use alluvium_stream_store::{ReadFrom, Shard, Stream};

use crate::server::Server;

/// Where to read; `operation` is what exceptions say that the sequence number was used in.
pub(crate) fn read_from(
    server: &Server,
    stream: &Stream,
    shard: &Shard,
    start: IteratorStart,
    operation: &str,
) -> Result<ReadFrom, Exception> {
    let name = stream.name.as_str();
    Ok(match start {
        IteratorStart::AtSequenceNumber(number) => {
            ReadFrom::CounterInclusive(counter(server, name, shard, &number, operation)?)
        }
        IteratorStart::AfterSequenceNumber(number) => {
            let counter = counter(server, name, shard, &number, operation)?;
            ReadFrom::CounterInclusive(counter.saturating_add(1))
        }
        IteratorStart::TrimHorizon => ReadFrom::TrimHorizon,
        IteratorStart::Latest => {
            let tip = server
                .store
                .tip(stream.id, shard.id)
                .map_err(|error| server.read_exception(name, shard.id, &error))?;
            ReadFrom::CounterInclusive(tip.counter + 1)
        }
        IteratorStart::AtTimestamp(millis) => ReadFrom::AtTimestamp(millis),
    })
}

/// Where in the shard a sequence number stands. One that the shard has not come to yet is taken: nothing recorded of AWS says
/// that it is refused.
fn counter(
    server: &Server,
    stream_name: &str,
    shard: &Shard,
    number: &SequenceNumber,
    operation: &str,
) -> Result<u64, Exception> {
    let account_id = &server.options.account_id;
    let used = format!(
        "StartingSequenceNumber {number} used in {operation} on shard {} in stream {stream_name} under account \
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
