//! The catalog's tables and the numbers that stand in them. `docs/format/streams.md` lists both; a number is never reused.

use std::collections::BTreeSet;

use redb::TableDefinition;

use crate::settings::{RecordDistribution, ShardMetric};
use crate::stream::{StreamMode, StreamStatus};

pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// Stream id: name, mode, created, retention in hours, settling status, active from.
pub(super) type StreamRow<'a> = (&'a str, u8, i64, u32, u8, i64);
pub(super) const STREAMS: TableDefinition<'_, u64, StreamRow<'static>> = TableDefinition::new("streams");
/// Stream id and shard: first and last hash key, parent, adjacent parent, birth, end (last counter, when).
pub(super) type ShardRow = (u128, u128, Option<u32>, Option<u32>, u64, Option<(u64, i64)>);
pub(super) const SHARDS: TableDefinition<'_, (u64, u32), ShardRow> = TableDefinition::new("shards");
/// Stream id and shard: last counter that is gone, its arrival.
pub(super) const TRIMS: TableDefinition<'_, (u64, u32), (u64, i64)> = TableDefinition::new("trims");
/// Stream id: AWS's stream id, largest record in KiB, warm throughput, record distribution, encryption key, shard metrics, gone
/// from, policy, records that forgotten shards took.
pub(super) type DetailsRow<'a> =
    (&'a str, u32, Option<u32>, u8, Option<&'a str>, u16, Option<i64>, Option<&'a str>, u64);
pub(super) const DETAILS: TableDefinition<'_, u64, DetailsRow<'static>> = TableDefinition::new("details");
/// Stream id, consumer (empty for the stream itself) and key of a tag: its value.
pub(super) const TAGS: TableDefinition<'_, (u64, &str, &str), &str> = TableDefinition::new("tags");
/// Stream id and consumer: created, active from, gone from, policy.
pub(super) type ConsumerRow<'a> = (i64, i64, Option<i64>, Option<&'a str>);
pub(super) const CONSUMERS: TableDefinition<'_, (u64, &str), ConsumerRow<'static>> =
    TableDefinition::new("consumers");
/// Name of a setting of the account: its value.
pub(super) const ACCOUNT: TableDefinition<'_, &str, &str> = TableDefinition::new("account");

/// Class of segments: number of the segment that grows, and how far it is synced.
pub(super) const SYNCED: TableDefinition<'_, u8, (u64, u64)> = TableDefinition::new("synced");

pub(super) const VERSION: &str = "version";
pub(super) const NEXT_STREAM_ID: &str = "next_stream_id";
/// What stands for the row above while no stream was ever made.
pub(super) const FIRST_STREAM_ID: u64 = 1;
pub(super) const BIRTH_SECS_USED: &str = "birth_secs_used";

pub(super) fn mode_number(mode: StreamMode) -> u8 {
    match mode {
        StreamMode::OnDemand => 1,
        StreamMode::Provisioned => 2,
    }
}

pub(super) fn mode_of(number: u8) -> Option<StreamMode> {
    [StreamMode::OnDemand, StreamMode::Provisioned].into_iter().find(|mode| mode_number(*mode) == number)
}

pub(super) fn status_number(status: StreamStatus) -> u8 {
    match status {
        StreamStatus::Creating => 1,
        StreamStatus::Updating => 2,
        StreamStatus::Active => 3,
        StreamStatus::Deleting => 4,
    }
}

pub(super) fn status_of(number: u8) -> Option<StreamStatus> {
    let all = [StreamStatus::Creating, StreamStatus::Updating, StreamStatus::Active, StreamStatus::Deleting];
    all.into_iter().find(|status| status_number(*status) == number)
}

pub(super) fn distribution_number(distribution: RecordDistribution) -> u8 {
    match distribution {
        RecordDistribution::PartitionKey => 1,
        RecordDistribution::Auto => 2,
    }
}

pub(super) fn distribution_of(number: u8) -> Option<RecordDistribution> {
    let all = [RecordDistribution::PartitionKey, RecordDistribution::Auto];
    all.into_iter().find(|distribution| distribution_number(*distribution) == number)
}

/// One bit for each metric.
pub(super) fn metric_bits(metrics: &BTreeSet<ShardMetric>) -> u16 {
    metrics.iter().fold(0, |bits, metric| bits | metric_bit(*metric))
}

/// `None` when a bit is that of no metric.
pub(super) fn metrics_of(bits: u16) -> Option<BTreeSet<ShardMetric>> {
    let metrics: BTreeSet<ShardMetric> =
        ShardMetric::ALL.into_iter().filter(|metric| bits & metric_bit(*metric) != 0).collect();
    (metric_bits(&metrics) == bits).then_some(metrics)
}

fn metric_bit(metric: ShardMetric) -> u16 {
    match metric {
        ShardMetric::IncomingBytes => 1,
        ShardMetric::IncomingRecords => 2,
        ShardMetric::OutgoingBytes => 4,
        ShardMetric::OutgoingRecords => 8,
        ShardMetric::WriteProvisionedThroughputExceeded => 16,
        ShardMetric::ReadProvisionedThroughputExceeded => 32,
        ShardMetric::IteratorAgeMilliseconds => 64,
    }
}
