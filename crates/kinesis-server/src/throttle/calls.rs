//! How often each operation may be called, from the tables "KDS control plane API limits" and "KDS data plane API limits" of
//! <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>.

use alluvium_kinesis_model::Operation;

/// How often an operation may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    /// Calls per second.
    pub(super) calls_per_sec: u32,
    /// Whether each stream has its own; otherwise the account has one.
    pub(super) per_stream: bool,
}

/// The quota of an operation; `None` for PutRecord, PutRecords, GetRecords, GetShardIterator and SubscribeToShard, which shards
/// and consumers limit.
pub(super) fn quota(operation: Operation) -> Option<Quota> {
    let (calls_per_sec, per_stream) = match operation.name() {
        "PutRecord" | "PutRecords" | "GetRecords" | "GetShardIterator" | "SubscribeToShard" => return None,
        "ListShards" => (1_000, true),
        "DescribeStreamSummary" => (20, false),
        "DescribeStreamConsumer" => (20, true),
        "DescribeStream" => (10, false),
        "DescribeLimits" => (1, false),
        "DecreaseStreamRetentionPeriod"
        | "DeregisterStreamConsumer"
        | "DisableEnhancedMonitoring"
        | "EnableEnhancedMonitoring"
        | "IncreaseStreamRetentionPeriod"
        | "ListStreamConsumers"
        | "MergeShards"
        | "RegisterStreamConsumer"
        | "SplitShard"
        | "StartStreamEncryption"
        | "StopStreamEncryption" => (5, true),
        _ => (5, false),
    };
    Some(Quota { calls_per_sec, per_stream })
}
