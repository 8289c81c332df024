//! What can be set on a stream beside its shards and its retention, and the tags that it carries.
//!
//! The store keeps these and gives them back; what they do to requests is the server's work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::limits;

/// Tags by key. The server checks their number, lengths and characters.
pub type Tags = BTreeMap<String, String>;

/// What can be set on a stream. [`StreamSettings::default`] is what a new stream has on AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSettings {
    /// The largest record that it takes, in KiB: see [`limits::RECORD_KIB_RANGE`]
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html>).
    pub record_kib_max: u32,
    /// The write throughput that an on-demand stream is kept ready for, in MiB per second
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html>).
    pub warm_throughput_mib: Option<u32>,
    /// How records find their shard.
    pub record_distribution: RecordDistribution,
    /// The KMS key that the stream is said to be encrypted with; `None` when it is not
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html>).
    pub encryption_key_id: Option<Arc<str>>,
    /// The metrics that are kept for each of its shards
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnableEnhancedMonitoring.html>).
    pub shard_metrics: BTreeSet<ShardMetric>,
}

impl Default for StreamSettings {
    fn default() -> Self {
        Self {
            record_kib_max: *limits::RECORD_KIB_RANGE.start(),
            warm_throughput_mib: None,
            record_distribution: RecordDistribution::PartitionKey,
            encryption_key_id: None,
            shard_metrics: BTreeSet::new(),
        }
    }
}

/// How records find their shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordDistribution {
    /// By the hash of their partition key.
    PartitionKey,
    /// As the service sees fit.
    Auto,
}

/// A metric that can be kept for each shard, in the order in which AWS lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShardMetric {
    /// Bytes put.
    IncomingBytes,
    /// Records put.
    IncomingRecords,
    /// Bytes got.
    OutgoingBytes,
    /// Records got.
    OutgoingRecords,
    /// Puts refused for their rate.
    WriteProvisionedThroughputExceeded,
    /// Gets refused for their rate.
    ReadProvisionedThroughputExceeded,
    /// How far the last record that was got is behind.
    IteratorAgeMilliseconds,
}

impl ShardMetric {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::IncomingBytes,
        Self::IncomingRecords,
        Self::OutgoingBytes,
        Self::OutgoingRecords,
        Self::WriteProvisionedThroughputExceeded,
        Self::ReadProvisionedThroughputExceeded,
        Self::IteratorAgeMilliseconds,
    ];

    /// AWS's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::IncomingBytes => "IncomingBytes",
            Self::IncomingRecords => "IncomingRecords",
            Self::OutgoingBytes => "OutgoingBytes",
            Self::OutgoingRecords => "OutgoingRecords",
            Self::WriteProvisionedThroughputExceeded => "WriteProvisionedThroughputExceeded",
            Self::ReadProvisionedThroughputExceeded => "ReadProvisionedThroughputExceeded",
            Self::IteratorAgeMilliseconds => "IteratorAgeMilliseconds",
        }
    }

    /// The metric with this name of AWS's; `None` for another text, `ALL` among them.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }
}
