//! Every operation as a function from bytes to a verdict; what the tests and the fuzz targets share.

use alluvium_kinesis_model::operations::*;
use alluvium_kinesis_model::{Exception, ExceptionKind, Members, OperationInput};
use bytes::Bytes;

/// An operation that reads a body.
pub(crate) struct Input {
    /// Its name.
    pub(crate) name: &'static str,
    /// Reads JSON.
    pub(crate) json: fn(&[u8]) -> Result<(), Exception>,
    /// Reads CBOR.
    pub(crate) cbor: fn(&Bytes) -> Result<(), Exception>,
}

macro_rules! inputs {
    ($($name:ident => $input:ident),* $(,)?) => {
        &[$(Input {
            name: stringify!($name),
            json: |body| $input::from_json(body).map(drop),
            cbor: |body| $input::from_cbor(body).map(drop),
        }),*]
    };
}

/// All that AWS has, in alphabetical order.
pub(crate) const INPUTS: &[Input] = inputs!(
    AddTagsToStream => AddTagsToStreamInput,
    CreateStream => CreateStreamInput,
    DecreaseStreamRetentionPeriod => DecreaseStreamRetentionPeriodInput,
    DeleteResourcePolicy => DeleteResourcePolicyInput,
    DeleteStream => DeleteStreamInput,
    DeregisterStreamConsumer => DeregisterStreamConsumerInput,
    DescribeAccountSettings => DescribeAccountSettingsInput,
    DescribeLimits => DescribeLimitsInput,
    DescribeStream => DescribeStreamInput,
    DescribeStreamConsumer => DescribeStreamConsumerInput,
    DescribeStreamSummary => DescribeStreamSummaryInput,
    DisableEnhancedMonitoring => DisableEnhancedMonitoringInput,
    EnableEnhancedMonitoring => EnableEnhancedMonitoringInput,
    GetRecords => GetRecordsInput,
    GetResourcePolicy => GetResourcePolicyInput,
    GetShardIterator => GetShardIteratorInput,
    IncreaseStreamRetentionPeriod => IncreaseStreamRetentionPeriodInput,
    ListShards => ListShardsInput,
    ListStreamConsumers => ListStreamConsumersInput,
    ListStreams => ListStreamsInput,
    ListTagsForResource => ListTagsForResourceInput,
    ListTagsForStream => ListTagsForStreamInput,
    MergeShards => MergeShardsInput,
    PutRecord => PutRecordInput,
    PutRecords => PutRecordsInput,
    PutResourcePolicy => PutResourcePolicyInput,
    RegisterStreamConsumer => RegisterStreamConsumerInput,
    RemoveTagsFromStream => RemoveTagsFromStreamInput,
    SplitShard => SplitShardInput,
    StartStreamEncryption => StartStreamEncryptionInput,
    StopStreamEncryption => StopStreamEncryptionInput,
    SubscribeToShard => SubscribeToShardInput,
    TagResource => TagResourceInput,
    UntagResource => UntagResourceInput,
    UpdateAccountSettings => UpdateAccountSettingsInput,
    UpdateMaxRecordSize => UpdateMaxRecordSizeInput,
    UpdateShardCount => UpdateShardCountInput,
    UpdateStreamMode => UpdateStreamModeInput,
    UpdateStreamRecordDistributionStrategy => UpdateStreamRecordDistributionStrategyInput,
    UpdateStreamWarmThroughput => UpdateStreamWarmThroughputInput,
);

/// Those that AWS does not have.
pub(crate) const EXTENSIONS: &[Input] = inputs!(
    GetFaultInjection => GetFaultInjectionInput,
    PurgeStream => PurgeStreamInput,
    PutFaultInjection => PutFaultInjectionInput,
);

/// All that there are, AWS's first.
pub(crate) fn all() -> impl Iterator<Item = &'static Input> {
    INPUTS.iter().chain(EXTENSIONS)
}

/// Reads a JSON body as every operation.
pub(crate) fn read_json_as_all(body: &[u8]) {
    for input in all() {
        check_verdict(input, (input.json)(body));
    }
    check_hot_paths(body);
}

/// The operations that read a body without a tree find in it what the tree has.
pub(crate) fn check_hot_paths(body: &[u8]) {
    fn check<I: OperationInput + PartialEq + std::fmt::Debug>(body: &[u8]) {
        let by_tree = Members::parse_json(body).and_then(I::from_members);
        assert_eq!(I::from_json(body), by_tree, "{}", String::from_utf8_lossy(body));
    }
    check::<PutRecordInput>(body);
    check::<PutRecordsInput>(body);
}

/// Reads a CBOR body as every operation.
pub(crate) fn read_cbor_as_all(body: &[u8]) {
    let body = Bytes::copy_from_slice(body);
    for input in all() {
        check_verdict(input, (input.cbor)(&body));
    }
}

/// A body is taken, or refused in one of the ways that a body can be refused in.
fn check_verdict(input: &Input, verdict: Result<(), Exception>) {
    let kind = verdict.map_err(|exception| exception.kind);
    let known = matches!(
        kind,
        Ok(())
            | Err(ExceptionKind::InvalidArgument
                | ExceptionKind::ResourceNotFound
                | ExceptionKind::Serialization
                | ExceptionKind::Validation)
    );
    assert!(known, "{} answered {kind:?}", input.name);
}
