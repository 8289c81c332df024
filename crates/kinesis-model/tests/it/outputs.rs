//! One answer of every operation that has one, with every member that it can have.

use alluvium_kinesis_model::operations::*;
use alluvium_kinesis_model::{
    CborWriter, ExceptionKind, HashKey, HashKeyRange, JsonWriter, OperationOutput, SequenceNumber,
    SequenceParts, ShardId, StreamName,
};

use crate::samples::STREAM_ARN;

/// An answer on the wire.
pub(crate) struct Written {
    pub(crate) json: Vec<u8>,
    pub(crate) cbor: Vec<u8>,
}

fn written(output: &impl OperationOutput) -> Written {
    let mut json = JsonWriter::with_capacity(output.bytes_estimate());
    output.write(&mut json);
    let mut cbor = CborWriter::with_capacity(output.bytes_estimate());
    output.write(&mut cbor);
    Written { json: json.into_bytes(), cbor: cbor.into_bytes() }
}

const MILLIS: i64 = 1_700_000_000_500;

fn name() -> StreamName {
    StreamName::parse("a").expect("a name")
}

fn arn() -> String {
    STREAM_ARN.to_owned()
}

fn number() -> SequenceNumber {
    parts().encode()
}

fn parts() -> SequenceParts {
    SequenceParts { birth_secs: 1_700_000_000, counter: 7, arrival_secs: 1_700_000_001, shard: 2 }
}

fn range() -> HashKeyRange {
    HashKeyRange { starting: HashKey::MIN, ending_inclusive: HashKey::MAX }
}

fn stream() -> StreamSummary {
    StreamSummary {
        name: name(),
        arn: arn(),
        status: StreamStatus::Updating,
        mode: StreamMode::OnDemand,
        created_millis: MILLIS,
    }
}

fn settings() -> StreamSettings {
    StreamSettings {
        retention_hours: 48,
        shard_metrics: ShardMetric::EACH.to_vec(),
        encryption_key_id: Some("alias/aws/kinesis".to_owned()),
    }
}

fn shard() -> ShardDescription {
    ShardDescription {
        shard_id: ShardId(2),
        parent: Some(ShardId(0)),
        adjacent_parent: Some(ShardId(1)),
        hash_key_range: range(),
        starting_sequence_number: number(),
        ending_sequence_number: Some(number()),
    }
}

fn consumer() -> ConsumerSummary {
    ConsumerSummary {
        name: "b".to_owned(),
        arn: format!("{STREAM_ARN}/consumer/b:1700000000"),
        status: ConsumerStatus::Active,
        created_millis: MILLIS,
    }
}

fn record() -> RecordView<'static> {
    RecordView { sequence: parts(), arrival_millis: MILLIS, data: b"\x00\xff", partition_key: "k" }
}

fn child() -> ChildShard {
    ChildShard { shard_id: ShardId(3), parent_shards: vec![ShardId(2)], hash_key_range: range() }
}

fn account() -> AccountSettingsOutput {
    AccountSettingsOutput {
        status: CommitmentStatus::EnabledUntilEarliestAllowedEnd,
        started_millis: Some(MILLIS),
        ended_millis: Some(MILLIS),
        earliest_allowed_end_millis: Some(MILLIS),
    }
}

fn monitoring() -> Written {
    let (current, desired) = (ShardMetric::EACH.to_vec(), vec![ShardMetric::IncomingBytes]);
    written(&EnhancedMonitoringOutput { stream_name: name(), stream_arn: arn(), current, desired })
}

fn throughput() -> WarmThroughput {
    WarmThroughput { target_mibps: 8, current_mibps: 4 }
}

/// The answers, in alphabetical order of their operations.
pub(crate) fn all() -> Vec<(&'static str, Written)> {
    let token = || Some("t".to_owned());
    let tags = || vec![("k".to_owned(), "v".to_owned())];
    [about_streams(), about_records()]
        .into_iter()
        .flatten()
        .chain([
            ("DescribeAccountSettings", written(&account())),
            ("DescribeLimits", {
                written(&DescribeLimitsOutput {
                    shard_limit: 500,
                    open_shard_count: 4,
                    on_demand_stream_count: 1,
                    on_demand_stream_count_limit: 50,
                })
            }),
            ("DescribeStreamConsumer", {
                written(&DescribeStreamConsumerOutput { consumer: consumer(), stream_arn: arn() })
            }),
            ("DisableEnhancedMonitoring", monitoring()),
            ("EnableEnhancedMonitoring", monitoring()),
            ("GetResourcePolicy", written(&GetResourcePolicyOutput { policy: "{}".to_owned() })),
            ("ListStreamConsumers", {
                written(&ListStreamConsumersOutput { consumers: vec![consumer()], next_token: token() })
            }),
            ("ListTagsForResource", written(&ListTagsForResourceOutput { tags: tags() })),
            ("ListTagsForStream", written(&ListTagsForStreamOutput { tags: tags(), has_more_tags: true })),
            ("RegisterStreamConsumer", written(&RegisterStreamConsumerOutput { consumer: consumer() })),
            ("UpdateAccountSettings", written(&account())),
        ])
        .collect()
}

fn about_streams() -> Vec<(&'static str, Written)> {
    let token = || Some("t".to_owned());
    vec![
        ("DescribeStream", {
            let (stream, settings, shards) = (stream(), settings(), vec![shard()]);
            written(&DescribeStreamOutput { stream, settings, shards, has_more_shards: true })
        }),
        ("DescribeStreamSummary", {
            written(&DescribeStreamSummaryOutput {
                stream: stream(),
                settings: settings(),
                stream_id: "abcdefghij0123456789-xyz".to_owned(),
                open_shard_count: 4,
                consumer_count: 1,
                warm_throughput: Some(throughput()),
                max_record_size_kib: 10_240,
                record_distribution_strategy: RecordDistributionStrategy::Auto,
            })
        }),
        ("ListShards", written(&ListShardsOutput { shards: vec![shard()], next_token: token() })),
        ("ListStreams", written(&ListStreamsOutput { streams: vec![stream()], next_token: token() })),
        ("UpdateShardCount", {
            written(&UpdateShardCountOutput {
                stream_name: name(),
                stream_arn: arn(),
                current_shard_count: 4,
                target_shard_count: 8,
            })
        }),
        ("UpdateStreamWarmThroughput", {
            let (stream_name, stream_arn, warm_throughput) = (name(), arn(), throughput());
            written(&UpdateStreamWarmThroughputOutput { stream_name, stream_arn, warm_throughput })
        }),
    ]
}

fn about_records() -> Vec<(&'static str, Written)> {
    vec![
        ("GetRecords", {
            written(&GetRecordsOutput {
                records: &[record()],
                view: |record| *record,
                next_shard_iterator: Some("i"),
                millis_behind_latest: 7,
                child_shards: &[child()],
                is_encrypted: true,
            })
        }),
        ("GetShardIterator", written(&GetShardIteratorOutput { shard_iterator: "i".to_owned() })),
        ("PutRecord", {
            let (shard_id, sequence_number) = (ShardId(2), number());
            written(&PutRecordOutput { shard_id, sequence_number, is_encrypted: true })
        }),
        ("PutRecords", {
            let put = PutRecordsResult::Put { shard_id: ShardId(2), sequence_number: number() };
            let kind = ExceptionKind::ProvisionedThroughputExceeded;
            let failed = PutRecordsResult::Failed { kind, message: "slower".to_owned() };
            written(&PutRecordsOutput { records: vec![put, failed], is_encrypted: true })
        }),
        ("SubscribeToShard", {
            written(&SubscribeToShardEvent {
                records: vec![record()],
                continuation_sequence_number: Some(number()),
                millis_behind_latest: 7,
                child_shards: vec![child()],
                is_encrypted: true,
            })
        }),
    ]
}
