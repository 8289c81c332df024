//! PutRecord: acknowledged when the record is durable.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{PutRecordInput, PutRecordOutput};
use alluvium_kinesis_model::{Exception, SequenceNumber, SequenceOrigin};
use alluvium_stream_store::{AppendError, NewRecord, Stream};

use crate::authorize::{Resource, Target};
use crate::operations::check_dry_run;
use crate::routing::{self, ROUTINGS_MAX};
use crate::server::Server;
use crate::stream_lookup::is_encrypted;

impl Target for PutRecordInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

/// `found` is the stream that the request means, in any state.
pub(crate) async fn put_record(
    server: Arc<Server>,
    mut input: PutRecordInput,
    found: Arc<Stream>,
) -> Result<PutRecordOutput, Exception> {
    let mut stream = server.usable(found, &input.stream)?;
    if routing::distributes_itself(&stream) {
        input.partition_key.clear();
    } else {
        input.check_partition_key()?;
    }
    input.check_size(routing::record_bytes_max(&stream))?;
    let explicit = input.explicit_hash_key.as_deref();
    let key = routing::hash_key(&server, &stream, &input.partition_key, explicit)?;
    if let Some(number) = &input.sequence_number_for_ordering {
        check_minimum(&server, stream.name.as_str(), number)?;
    }
    check_dry_run(input.dry_run)?;

    let record = NewRecord { partition_key: input.partition_key, data: input.data };
    let mut routings = 0;
    loop {
        routings += 1;
        let shard_id = routing::shard_of(&stream, key);
        let bytes = record.partition_key.len() + record.data.len();
        server.traffic.count(&stream, shard_id, 1, bytes);
        if !server.throttle.takes_record(stream.id, shard_id, bytes) {
            server.measures.write_exceeded(&stream, shard_id, server.clock.now_millis());
            return Err(server.shard_rate_exceeded(stream.name.as_str(), shard_id));
        }
        let now_millis = server.clock.now_millis();
        match server.store.append(stream.id, shard_id, vec![record.clone()], now_millis).await {
            Ok(appended) => {
                let is_encrypted = is_encrypted(&stream);
                let sequence_number = appended.sequence_number(0);
                return Ok(PutRecordOutput { shard_id, sequence_number, is_encrypted });
            }
            Err(AppendError::ShardClosed { .. }) if routings < ROUTINGS_MAX => {
                stream = server.usable_stream(&input.stream)?;
            }
            Err(error) => return Err(server.append_exception(stream.name.as_str(), shard_id, &error)),
        }
    }
}

/// Records of a shard always come after each other, so a number that a record has to come after only has to be one that can
/// have been given out by now.
fn check_minimum(server: &Server, stream_name: &str, number: &SequenceNumber) -> Result<(), Exception> {
    let now_secs = server.clock.since_epoch().as_secs();
    let possible = SequenceOrigin::of(number).is_some_and(|origin| origin.arrival_secs <= now_secs);
    if possible {
        return Ok(());
    }
    let account_id = &server.options.account_id;
    Err(Exception::invalid_argument(format!(
        "ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream {stream_name} under account {account_id} is \
         invalid."
    )))
}
