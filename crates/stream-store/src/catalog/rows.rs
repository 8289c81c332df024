//! Streams as rows of the catalog's tables, written.

use alluvium_kinesis_model::ShardId;
use redb::WriteTransaction;

use super::tables::{
    CONSUMERS, DETAILS, SHARDS, STREAMS, TAGS, TRIMS, distribution_number, metric_bits, mode_number,
    status_number,
};
use crate::settings::Tags;
use crate::shard_log::Trim;
use crate::shards::Shard;
use crate::stream::Stream;

/// Writes all of a stream but its shards.
pub(super) fn put_stream(transaction: &WriteTransaction, stream: &Stream) -> Result<(), redb::Error> {
    let row = (
        stream.name.as_str(),
        mode_number(stream.mode),
        stream.created_millis,
        stream.retention_hours,
        status_number(stream.settling),
        stream.active_at_millis,
    );
    transaction.open_table(STREAMS)?.insert(stream.id, row)?;
    put_details(transaction, stream)?;
    let mut tags = transaction.open_table(TAGS)?;
    tags.retain_in((stream.id, "", "")..(stream.id + 1, "", ""), |_, _| false)?;
    put_tags(&mut tags, stream.id, "", &stream.tags)?;
    let mut consumers = transaction.open_table(CONSUMERS)?;
    consumers.retain_in((stream.id, "")..(stream.id + 1, ""), |_, _| false)?;
    for (name, consumer) in stream.consumers.iter() {
        let row = (
            consumer.created_millis,
            consumer.active_at_millis,
            consumer.gone_at_millis,
            consumer.policy.as_deref(),
        );
        consumers.insert((stream.id, &**name), row)?;
        put_tags(&mut tags, stream.id, name, &consumer.tags)?;
    }
    Ok(())
}

fn put_details(transaction: &WriteTransaction, stream: &Stream) -> Result<(), redb::Error> {
    let settings = &stream.settings;
    let row = (
        &*stream.stream_id,
        settings.record_kib_max,
        settings.warm_throughput_mib,
        distribution_number(settings.record_distribution),
        settings.encryption_key_id.as_deref(),
        metric_bits(&settings.shard_metrics),
        stream.gone_at_millis,
        stream.policy.as_deref(),
        stream.records_of_forgotten_shards,
    );
    transaction.open_table(DETAILS)?.insert(stream.id, row)?;
    Ok(())
}

fn put_tags(
    table: &mut redb::Table<'_, (u64, &'static str, &'static str), &'static str>,
    stream_id: u64,
    consumer: &str,
    tags: &Tags,
) -> Result<(), redb::Error> {
    for (key, value) in tags {
        table.insert((stream_id, consumer, key.as_str()), value.as_str())?;
    }
    Ok(())
}

/// Writes some of a stream's shards.
pub(super) fn put_shards<'a>(
    transaction: &WriteTransaction,
    stream_id: u64,
    shards: impl IntoIterator<Item = &'a Shard>,
) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(SHARDS)?;
    for shard in shards {
        let row = (
            shard.hash_key_range.starting.0,
            shard.hash_key_range.ending_inclusive.0,
            shard.parent.map(|id| id.0),
            shard.adjacent_parent.map(|id| id.0),
            shard.birth_secs,
            shard.closed.map(|end| (end.last_counter, end.closed_millis)),
        );
        table.insert((stream_id, shard.id.0), row)?;
    }
    Ok(())
}

/// Writes that records are gone for good.
pub(super) fn put_trims(transaction: &WriteTransaction, trims: &[Trim]) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(TRIMS)?;
    for trim in trims {
        table.insert((trim.stream_id, trim.shard.0), (trim.through_counter, trim.arrival_millis))?;
    }
    Ok(())
}

/// Removes shards of a stream.
pub(super) fn remove_shards(
    transaction: &WriteTransaction,
    stream_id: u64,
    shards: &[ShardId],
) -> Result<(), redb::Error> {
    let (mut table, mut trims) = (transaction.open_table(SHARDS)?, transaction.open_table(TRIMS)?);
    for shard in shards {
        table.remove((stream_id, shard.0))?;
        trims.remove((stream_id, shard.0))?;
    }
    Ok(())
}

/// Removes a stream from all tables.
pub(super) fn remove_stream(transaction: &WriteTransaction, stream_id: u64) -> Result<(), redb::Error> {
    transaction.open_table(STREAMS)?.remove(stream_id)?;
    transaction.open_table(DETAILS)?.remove(stream_id)?;
    let shards = (stream_id, 0)..=(stream_id, u32::MAX);
    transaction.open_table(SHARDS)?.retain_in(shards.clone(), |_, _| false)?;
    transaction.open_table(TRIMS)?.retain_in(shards, |_, _| false)?;
    let next = stream_id + 1;
    transaction.open_table(TAGS)?.retain_in((stream_id, "", "")..(next, "", ""), |_, _| false)?;
    transaction.open_table(CONSUMERS)?.retain_in((stream_id, "")..(next, ""), |_, _| false)?;
    Ok(())
}
