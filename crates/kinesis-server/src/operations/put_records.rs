//! PutRecords: all records in one commit of the store; each is acknowledged or refused for itself.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{
    PutRecordsEntry, PutRecordsInput, PutRecordsOutput, PutRecordsResult,
};
use alluvium_kinesis_model::{Exception, ExceptionKind, HashKey, ShardId};
use alluvium_stream_store::{AppendError, NewRecord, ShardRecords, Stream};

use crate::authorize::{Resource, Target};
use crate::operations::check_dry_run;
use crate::routing::{self, ROUTINGS_MAX};
use crate::server::Server;
use crate::stream_lookup::is_encrypted;

impl Target for PutRecordsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn put_records(
    server: Arc<Server>,
    mut input: PutRecordsInput,
) -> Result<PutRecordsOutput, Exception> {
    let mut stream = server.usable_stream(&input.stream)?;
    if routing::distributes_itself(&stream) {
        input.records.iter_mut().for_each(|record| record.partition_key.clear());
    } else {
        input.check_partition_keys()?;
    }
    input.check_sizes(routing::record_bytes_max(&stream))?;
    let keys = input
        .records
        .iter()
        .map(|record| {
            let explicit = record.explicit_hash_key.as_deref();
            routing::hash_key(&server, &stream, &record.partition_key, explicit)
        })
        .collect::<Result<Vec<_>, _>>()?;
    check_dry_run(input.dry_run)?;

    let mut outcomes: Vec<Option<Result<PutRecordsResult, Exception>>> = Vec::new();
    outcomes.resize_with(input.records.len(), || None);
    let waiting = taken(&server, &stream, &input.records, &keys, &mut outcomes);
    append(&server, &mut stream, &input, &keys, waiting, &mut outcomes).await;
    answer(outcomes.into_iter().flatten().collect(), is_encrypted(&stream))
}

/// Appends the waiting records, and routes those again whose shard is closed meanwhile. When the stream goes away in between,
/// only those have failed: the others are acknowledged.
async fn append(
    server: &Server,
    stream: &mut Arc<Stream>,
    input: &PutRecordsInput,
    keys: &[HashKey],
    mut waiting: Vec<usize>,
    outcomes: &mut [Option<Result<PutRecordsResult, Exception>>],
) {
    for routing in 1..=ROUTINGS_MAX {
        let last = routing == ROUTINGS_MAX;
        waiting = append_once(server, stream, &input.records, keys, &waiting, last, outcomes).await;
        if waiting.is_empty() {
            return;
        }
        match server.usable_stream(&input.stream) {
            Ok(present) => *stream = present,
            Err(exception) => {
                for place in waiting {
                    outcomes[place] = Some(Err(exception.clone()));
                }
                return;
            }
        }
    }
}

/// The places of the records that are neither throttled nor refused on purpose; notes what became of the others.
fn taken(
    server: &Server,
    stream: &Stream,
    records: &[PutRecordsEntry],
    keys: &[HashKey],
    outcomes: &mut [Option<Result<PutRecordsResult, Exception>>],
) -> Vec<usize> {
    let all = 0..records.len();
    let refused = server.faults.of_records(stream.name.as_str(), records.len());
    if refused.is_none() && !server.throttle.is_on() {
        return all.collect();
    }
    let is_taken = |place: &usize| {
        let record = &records[*place];
        let shard_id = routing::shard_of(stream, keys[*place]);
        let bytes = record.partition_key.len() + record.data.len();
        let refused = refused.as_ref().is_some_and(|refused| refused[*place]);
        let taken = !refused && server.throttle.takes_record(stream.id, shard_id, bytes);
        if !taken {
            server.traffic.count(stream, shard_id, 1, bytes);
            server.measures.write_exceeded(stream, shard_id, server.clock.now_millis());
            outcomes[*place] = Some(Err(server.shard_rate_exceeded(stream.name.as_str(), shard_id)));
        }
        taken
    };
    all.filter(is_taken).collect()
}

/// The records of a request that go to one shard, by their places in it.
struct ShardGroup {
    shard: ShardId,
    places: Vec<usize>,
}

/// Routes the waiting records, appends them, and notes what became of each. Returns those whose shard was closed meanwhile,
/// unless this is the last attempt.
async fn append_once(
    server: &Server,
    stream: &Stream,
    records: &[PutRecordsEntry],
    keys: &[HashKey],
    waiting: &[usize],
    last: bool,
    outcomes: &mut [Option<Result<PutRecordsResult, Exception>>],
) -> Vec<usize> {
    let groups = group_by_shard(stream, keys, waiting);
    let batches = groups
        .iter()
        .map(|group| ShardRecords {
            shard: group.shard,
            records: group.places.iter().map(|place| new_record(&records[*place])).collect(),
        })
        .collect();
    let results = server.store.append_many(stream.id, batches, server.clock.now_millis()).await;

    let mut closed = Vec::new();
    for (group, result) in groups.into_iter().zip(results) {
        let shard_id = group.shard;
        match result {
            Ok(appended) => {
                count_traffic(server, stream, shard_id, &group.places, records);
                for (index, place) in (0..).zip(group.places) {
                    let sequence_number = appended.sequence_number(index);
                    outcomes[place] = Some(Ok(PutRecordsResult::Put { shard_id, sequence_number }));
                }
            }
            Err(AppendError::ShardClosed { .. }) if !last => closed.extend(group.places),
            Err(error) => {
                let exception = server.append_exception(stream.name.as_str(), shard_id, &error);
                for place in group.places {
                    outcomes[place] = Some(Err(exception.clone()));
                }
            }
        }
    }
    closed.sort_unstable();
    closed
}

/// Counts what was put to a shard of a stream that grows by itself.
fn count_traffic(
    server: &Server,
    stream: &Stream,
    shard: ShardId,
    places: &[usize],
    records: &[PutRecordsEntry],
) {
    if server.traffic.counts(stream) {
        let bytes_of = |place: &usize| records[*place].partition_key.len() + records[*place].data.len();
        server.traffic.count(stream, shard, places.len(), places.iter().map(bytes_of).sum());
    }
}

fn new_record(entry: &PutRecordsEntry) -> NewRecord {
    NewRecord { partition_key: entry.partition_key.clone(), data: entry.data.clone() }
}

/// Groups in the order in which the request first names their shards; the records of a group keep their order.
fn group_by_shard(stream: &Stream, keys: &[HashKey], waiting: &[usize]) -> Vec<ShardGroup> {
    let mut groups: Vec<ShardGroup> = Vec::new();
    for place in waiting {
        let shard = routing::shard_of(stream, keys[*place]);
        match groups.iter_mut().find(|group| group.shard == shard) {
            Some(group) => group.places.push(*place),
            None => groups.push(ShardGroup { shard, places: vec![*place] }),
        }
    }
    groups
}

/// One result per record; when not one was put, the request as a whole has failed, unless all that was wrong is that there
/// were too many.
fn answer(
    outcomes: Vec<Result<PutRecordsResult, Exception>>,
    is_encrypted: bool,
) -> Result<PutRecordsOutput, Exception> {
    if outcomes.iter().all(Result::is_err)
        && let Some(Err(exception)) = outcomes.first()
        && exception.kind != ExceptionKind::ProvisionedThroughputExceeded
    {
        return Err(exception.clone());
    }
    let records = outcomes
        .into_iter()
        .map(|outcome| {
            outcome.unwrap_or_else(|exception| PutRecordsResult::Failed {
                kind: exception.kind,
                message: exception.message.unwrap_or_default(),
            })
        })
        .collect();
    Ok(PutRecordsOutput { records, is_encrypted })
}

#[cfg(test)]
mod tests {
    use alluvium_clock::Clock;
    use alluvium_iam::{AuthMode, Authenticator, Iam};
    use alluvium_kinesis_model::operations::PutRecordsEntry;
    use alluvium_kinesis_model::{HashKeyRange, StreamIdentifier, StreamName};
    use alluvium_stream_store::{
        Files, NewStream, Reshard, Store, StoreOptions, StreamMode, StreamSettings, Tags,
    };
    use bytes::Bytes;

    use super::*;
    use crate::{KinesisOptions, KinesisServer, TokenKey};

    fn new_stream(name: StreamName, now_millis: i64) -> NewStream {
        NewStream {
            name,
            mode: StreamMode::Provisioned,
            shard_count: 2,
            retention_hours: 24,
            settings: StreamSettings::default(),
            tags: Tags::default(),
            active_at_millis: now_millis,
            now_millis,
        }
    }

    #[tokio::test]
    async fn records_that_were_put_are_acknowledged_when_the_stream_goes_away_under_the_others() {
        let directory = tempfile::tempdir().expect("a directory");
        let options = StoreOptions::new(directory.path().join("streams"));
        let store = Store::open(options, Files).await.expect("the store opens");
        let clock = Clock::system();
        let authenticator = Authenticator::new(Iam::in_memory(clock, "123456789012"), AuthMode::Any);
        let options = KinesisOptions::new("123456789012", "eu-west-1", TokenKey::random());
        let server = KinesisServer::new(store.clone(), authenticator, options, clock).state();
        let now_millis = clock.now_millis();
        let name = StreamName::parse("orders").expect("a name");
        let mut stream = store.create_stream(new_stream(name.clone(), now_millis)).await.expect("a stream");

        // The request has looked the stream up; now one of its shards is split, and the stream deleted.
        let range = stream.shards[0].hash_key_range;
        let middle = HashKey(range.ending_inclusive.0 / 2);
        let children = vec![
            HashKeyRange { starting: range.starting, ending_inclusive: middle },
            HashKeyRange { starting: HashKey(middle.0 + 1), ending_inclusive: range.ending_inclusive },
        ];
        let reshard =
            Reshard { parents: vec![ShardId(0)], children, active_at_millis: now_millis, now_millis };
        store.reshard(stream.id, reshard).await.expect("split");
        store.delete_stream_at(stream.id, now_millis + 60_000).await.expect("DELETING");

        let entry = PutRecordsEntry {
            data: Bytes::from_static(b"data"),
            partition_key: "k".to_owned(),
            explicit_hash_key: None,
        };
        let input = PutRecordsInput {
            stream: StreamIdentifier { name: Some(name), arn: None, id: None },
            records: vec![entry; 3],
            dry_run: false,
        };
        let keys = [HashKey::MIN, HashKey::MAX, HashKey::MIN];
        let mut outcomes = vec![None; 3];
        append(&server, &mut stream, &input, &keys, vec![0, 1, 2], &mut outcomes).await;
        let answered =
            answer(outcomes.into_iter().flatten().collect(), false).expect("not refused as a whole");
        let failed = PutRecordsResult::Failed {
            kind: ExceptionKind::ResourceNotFound,
            message: "Stream orders under account 123456789012 not found.".to_owned(),
        };
        assert_eq!(answered.records.len(), 3);
        assert_eq!((&answered.records[0], &answered.records[2]), (&failed, &failed));
        assert!(matches!(answered.records[1], PutRecordsResult::Put { shard_id: ShardId(1), .. }));
    }
}
