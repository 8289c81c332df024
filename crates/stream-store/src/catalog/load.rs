//! The whole catalog, read when a store is opened. What must stay true: what makes no sense is refused, never guessed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use alluvium_kinesis_model::{HashKey, HashKeyRange, ShardId, StreamName};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable};

use super::CatalogContent;
use super::tables::{
    ACCOUNT, CONSUMERS, DETAILS, DetailsRow, FIRST_STREAM_ID, META, NEXT_STREAM_ID, SHARDS, STREAMS, SYNCED,
    TAGS, TRIMS, distribution_of, metrics_of, mode_of, status_of,
};
use crate::consumer::Consumer;
use crate::segment::RetentionClass;
use crate::settings::{StreamSettings, Tags};
use crate::shard_log::Trim;
use crate::shards::{Shard, ShardEnd, Shards};
use crate::stream::Stream;

/// The inner error says what in the tables makes no sense.
pub(super) fn read_all(database: &Database) -> Result<Result<CatalogContent, String>, redb::Error> {
    let transaction = database.begin_read()?;
    let mut shards = read_shards(&transaction)?;
    let mut tags = read_tags(&transaction)?;
    let mut consumers = read_consumers(&transaction, &mut tags)?;
    let details = transaction.open_table(DETAILS)?;
    let meta = transaction.open_table(META)?;
    let next_stream_id = meta.get(NEXT_STREAM_ID)?.map_or(FIRST_STREAM_ID, |value| value.value());
    let mut content = CatalogContent { next_stream_id, ..CatalogContent::default() };
    for entry in transaction.open_table(STREAMS)?.iter()? {
        let (id, row) = entry?;
        let (id, (name, mode, created_millis, retention_hours, settling, active_at_millis)) =
            (id.value(), row.value());
        let Ok(name) = StreamName::parse(name) else {
            return Ok(Err(format!("stream {id} has the name {name:?}")));
        };
        let (Some(mode), Some(settling)) = (mode_of(mode), status_of(settling)) else {
            return Ok(Err(format!("stream {id} has mode {mode} and status {settling}")));
        };
        let row = details.get(id)?;
        let Some(row) = row.as_ref().map(redb::AccessGuard::value) else {
            return Ok(Err(format!("stream {id} has no row in `details`")));
        };
        let Some(settings) = settings_of(&row) else {
            return Ok(Err(format!("stream {id} has record distribution {} and metrics {}", row.3, row.5)));
        };
        let shards = shards.remove(&id).unwrap_or_default();
        if let Err(what) = check_cover(&shards) {
            return Ok(Err(format!("the open shards of stream {id} {what}")));
        }
        content.streams.push(Stream {
            id,
            stream_id: Arc::from(row.0),
            name,
            mode,
            created_millis,
            retention_hours,
            settling,
            active_at_millis,
            gone_at_millis: row.6,
            settings: Arc::new(settings),
            tags: Arc::new(tags.remove(&(id, String::new())).unwrap_or_default()),
            policy: row.7.map(Arc::from),
            records_of_forgotten_shards: row.8,
            consumers: Arc::new(consumers.remove(&id).unwrap_or_default()),
            shards,
        });
    }
    for entry in transaction.open_table(TRIMS)?.iter()? {
        let (key, row) = entry?;
        let ((stream_id, shard), (through_counter, arrival_millis)) = (key.value(), row.value());
        content.trims.push(Trim { stream_id, shard: ShardId(shard), through_counter, arrival_millis });
    }
    let synced = transaction.open_table(SYNCED)?;
    for class in RetentionClass::ALL {
        content.synced[class as usize] = synced.get(class as u8)?.map(|mark| mark.value());
    }
    for entry in transaction.open_table(ACCOUNT)?.iter()? {
        let (name, value) = entry?;
        content.account.insert(name.value().to_owned(), value.value().to_owned());
    }
    Ok(Ok(content))
}

fn settings_of(row: &DetailsRow<'_>) -> Option<StreamSettings> {
    Some(StreamSettings {
        record_kib_max: row.1,
        warm_throughput_mib: row.2,
        record_distribution: distribution_of(row.3)?,
        encryption_key_id: row.4.map(Arc::from),
        shard_metrics: metrics_of(row.5)?,
    })
}

fn read_shards(transaction: &ReadTransaction) -> Result<HashMap<u64, Shards>, redb::Error> {
    let mut by_stream: HashMap<u64, Vec<Shard>> = HashMap::new();
    for entry in transaction.open_table(SHARDS)?.iter()? {
        let (key, row) = entry?;
        let (stream_id, id) = key.value();
        let (starting, ending, parent, adjacent_parent, birth_secs, closed) = row.value();
        by_stream.entry(stream_id).or_default().push(Shard {
            id: ShardId(id),
            hash_key_range: HashKeyRange { starting: HashKey(starting), ending_inclusive: HashKey(ending) },
            parent: parent.map(ShardId),
            adjacent_parent: adjacent_parent.map(ShardId),
            birth_secs,
            closed: closed.map(|(last_counter, closed_millis)| ShardEnd { last_counter, closed_millis }),
        });
    }
    Ok(by_stream.into_iter().map(|(id, shards)| (id, Shards::new(shards))).collect())
}

type TagsByOwner = HashMap<(u64, String), Tags>;

fn read_tags(transaction: &ReadTransaction) -> Result<TagsByOwner, redb::Error> {
    let mut tags = TagsByOwner::new();
    for entry in transaction.open_table(TAGS)?.iter()? {
        let (key, value) = entry?;
        let (stream_id, consumer, tag) = key.value();
        let of_owner = tags.entry((stream_id, consumer.to_owned())).or_default();
        of_owner.insert(tag.to_owned(), value.value().to_owned());
    }
    Ok(tags)
}

type ConsumersByStream = HashMap<u64, BTreeMap<Arc<str>, Consumer>>;

fn read_consumers(
    transaction: &ReadTransaction,
    tags: &mut TagsByOwner,
) -> Result<ConsumersByStream, redb::Error> {
    let mut consumers = ConsumersByStream::new();
    for entry in transaction.open_table(CONSUMERS)?.iter()? {
        let (key, row) = entry?;
        let (stream_id, name) = key.value();
        let (created_millis, active_at_millis, gone_at_millis, policy) = row.value();
        let tags = tags.remove(&(stream_id, name.to_owned())).unwrap_or_default();
        let name: Arc<str> = Arc::from(name);
        let policy = policy.map(Arc::from);
        let consumer = Consumer {
            name: Arc::clone(&name),
            created_millis,
            active_at_millis,
            gone_at_millis,
            tags,
            policy,
        };
        consumers.entry(stream_id).or_default().insert(name, consumer);
    }
    Ok(consumers)
}

/// An error says what of the hash keys is not covered once.
fn check_cover(shards: &Shards) -> Result<(), String> {
    let mut next = Some(0_u128);
    for shard in shards.open() {
        let range = shard.hash_key_range;
        if Some(range.starting.0) != next || range.ending_inclusive < range.starting {
            return Err(format!("do not cover each hash key once: see {}", shard.id));
        }
        next = range.ending_inclusive.0.checked_add(1);
    }
    next.map_or(Ok(()), |next| Err(format!("do not cover the hash key {next}")))
}
