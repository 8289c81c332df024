//! One file per operation: its input with its checks, and its output.

mod account_settings;
mod add_tags_to_stream;
mod consumer;
mod create_stream;
mod decrease_stream_retention_period;
mod delete_resource_policy;
mod delete_stream;
mod deregister_stream_consumer;
mod describe_account_settings;
mod describe_limits;
mod describe_stream;
mod describe_stream_consumer;
mod describe_stream_summary;
mod disable_enhanced_monitoring;
mod enable_enhanced_monitoring;
mod encryption;
mod enhanced_monitoring;
mod fault_injection;
mod get_records;
mod get_resource_policy;
mod get_shard_iterator;
mod increase_stream_retention_period;
mod list_shards;
mod list_stream_consumers;
mod list_streams;
mod list_tags_for_resource;
mod list_tags_for_stream;
mod merge_shards;
mod purge_stream;
mod put_record;
mod put_records;
mod put_resource_policy;
mod record;
mod register_stream_consumer;
mod remove_tags_from_stream;
mod resource;
mod retention_period;
mod shard;
mod split_shard;
mod start_stream_encryption;
mod stop_stream_encryption;
mod stream;
mod subscribe_to_shard;
mod tag_resource;
mod tags;
mod untag_resource;
mod update_account_settings;
mod update_max_record_size;
mod update_shard_count;
mod update_stream_mode;
mod update_stream_record_distribution_strategy;
mod update_stream_warm_throughput;

pub use account_settings::{AccountSettingsOutput, CommitmentStatus};
pub use add_tags_to_stream::AddTagsToStreamInput;
pub use consumer::{ConsumerIdentifier, ConsumerStatus, ConsumerSummary};
pub use create_stream::{Capacity, CreateStreamInput, RecordDistributionStrategy};
pub use decrease_stream_retention_period::DecreaseStreamRetentionPeriodInput;
pub use delete_resource_policy::DeleteResourcePolicyInput;
pub use delete_stream::DeleteStreamInput;
pub use deregister_stream_consumer::DeregisterStreamConsumerInput;
pub use describe_account_settings::DescribeAccountSettingsInput;
pub use describe_limits::{DescribeLimitsInput, DescribeLimitsOutput};
pub use describe_stream::{DescribeStreamInput, DescribeStreamOutput};
pub use describe_stream_consumer::{DescribeStreamConsumerInput, DescribeStreamConsumerOutput};
pub use describe_stream_summary::{DescribeStreamSummaryInput, DescribeStreamSummaryOutput};
pub use disable_enhanced_monitoring::DisableEnhancedMonitoringInput;
pub use enable_enhanced_monitoring::EnableEnhancedMonitoringInput;
pub use encryption::EncryptionType;
pub use enhanced_monitoring::{EnhancedMonitoringOutput, ShardMetric};
pub use fault_injection::{
    FaultInjection, FaultRule, GetFaultInjectionInput, GetFaultInjectionOutput, PutFaultInjectionInput,
};
pub use get_records::{GetRecordsInput, GetRecordsOutput};
pub use get_resource_policy::{GetResourcePolicyInput, GetResourcePolicyOutput};
pub use get_shard_iterator::{GetShardIteratorInput, GetShardIteratorOutput, IteratorStart};
pub use increase_stream_retention_period::IncreaseStreamRetentionPeriodInput;
pub use list_shards::{ListShardsInput, ListShardsOutput, ListShardsStart, ShardFilter};
pub use list_stream_consumers::{ListStreamConsumersInput, ListStreamConsumersOutput};
pub use list_streams::{ListStreamsInput, ListStreamsOutput};
pub use list_tags_for_resource::{ListTagsForResourceInput, ListTagsForResourceOutput};
pub use list_tags_for_stream::{ListTagsForStreamInput, ListTagsForStreamOutput};
pub use merge_shards::MergeShardsInput;
pub use purge_stream::PurgeStreamInput;
pub use put_record::{PutRecordInput, PutRecordOutput};
pub use put_records::{PutRecordsEntry, PutRecordsInput, PutRecordsOutput, PutRecordsResult};
pub use put_resource_policy::PutResourcePolicyInput;
pub use record::{ChildShard, RecordView};
pub use register_stream_consumer::{RegisterStreamConsumerInput, RegisterStreamConsumerOutput};
pub use remove_tags_from_stream::RemoveTagsFromStreamInput;
pub use resource::ResourceIdentifier;
pub use retention_period::check_retention_hours;
pub use shard::ShardDescription;
pub use split_shard::SplitShardInput;
pub use start_stream_encryption::StartStreamEncryptionInput;
pub use stop_stream_encryption::StopStreamEncryptionInput;
pub use stream::{StreamMode, StreamSettings, StreamStatus, StreamSummary, WarmThroughput};
pub use subscribe_to_shard::{SubscribeToShardEvent, SubscribeToShardInput};
pub use tag_resource::TagResourceInput;
pub use tags::check_tag_characters;
pub use untag_resource::UntagResourceInput;
pub use update_account_settings::UpdateAccountSettingsInput;
pub use update_max_record_size::UpdateMaxRecordSizeInput;
pub use update_shard_count::{UpdateShardCountInput, UpdateShardCountOutput};
pub use update_stream_mode::UpdateStreamModeInput;
pub use update_stream_record_distribution_strategy::UpdateStreamRecordDistributionStrategyInput;
pub use update_stream_warm_throughput::{UpdateStreamWarmThroughputInput, UpdateStreamWarmThroughputOutput};

#[cfg(test)]
mod tests {
    //! What the tests of the operations share.

    use crate::operation::OperationInput;

    /// A text of this many letters.
    pub(super) fn long_name(chars: usize) -> String {
        "a".repeat(chars)
    }

    /// The exception that a body is answered, as text.
    pub(super) fn refusal<I: OperationInput>(body: &str) -> String {
        match I::from_json(body.as_bytes()) {
            Ok(_) => panic!("taken: {body:.200}"),
            Err(exception) => exception.to_string(),
        }
    }

    /// A body is refused for exactly these violations, in this order.
    pub(super) fn check_violations<I: OperationInput>(body: &str, violations: &[&str]) {
        let plural = if violations.len() == 1 { "" } else { "s" };
        let expected = format!(
            "ValidationException: {} validation error{plural} detected: {}",
            violations.len(),
            violations.join("; ")
        );
        assert_eq!(refusal::<I>(body), expected);
    }

    /// Every way to name the stream badly, or not at all. `rest` are the other members, beginning with a comma.
    pub(super) fn check_stream_name<I: OperationInput>(rest: &str) {
        let without = format!("{{{}}}", rest.trim_start_matches(','));
        check_violations::<I>(
            &without,
            &["Value null at 'streamName' failed to satisfy constraint: Member must not be null"],
        );
        check_violations::<I>(
            &format!(r#"{{"StreamName":""{rest}}}"#),
            &[
                "Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: \
                 [a-zA-Z0-9_.-]+",
                "Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ],
        );
        let name = long_name(129);
        let too_long = format!(
            "Value '{name}' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128"
        );
        check_violations::<I>(&format!(r#"{{"StreamName":"{name}"{rest}}}"#), &[&too_long]);
        check_violations::<I>(
            &format!(r#"{{"StreamARN":"arn:aws:s3:::bucket"{rest}}}"#),
            &[
                "Value 'arn:aws:s3:::bucket' at 'streamARN' failed to satisfy constraint: Member must satisfy regular \
                 expression pattern: arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+",
            ],
        );
        let arn = format!(r#"{{"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/a"{rest}}}"#);
        assert!(I::from_json(arn.as_bytes()).is_ok(), "{arn} was refused");
    }
}
