//! One file per operation: what it does once its input is known to be well formed.

mod add_tags_to_stream;
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
mod register_stream_consumer;
mod remove_tags_from_stream;
mod split_shard;
mod start_stream_encryption;
mod stop_stream_encryption;
mod subscribe_to_shard;
mod tag_resource;
mod untag_resource;
mod update_account_settings;
mod update_max_record_size;
mod update_shard_count;
mod update_stream_mode;
mod update_stream_record_distribution_strategy;
mod update_stream_warm_throughput;

pub(crate) use add_tags_to_stream::add_tags_to_stream;
pub(crate) use create_stream::create_stream;
pub(crate) use decrease_stream_retention_period::decrease_stream_retention_period;
pub(crate) use delete_resource_policy::delete_resource_policy;
pub(crate) use delete_stream::delete_stream;
pub(crate) use deregister_stream_consumer::deregister_stream_consumer;
pub(crate) use describe_account_settings::describe_account_settings;
pub(crate) use describe_limits::describe_limits;
pub(crate) use describe_stream::describe_stream;
pub(crate) use describe_stream_consumer::describe_stream_consumer;
pub(crate) use describe_stream_summary::describe_stream_summary;
pub(crate) use disable_enhanced_monitoring::disable_enhanced_monitoring;
pub(crate) use enable_enhanced_monitoring::enable_enhanced_monitoring;
pub(crate) use fault_injection::{get_fault_injection, put_fault_injection};
pub(crate) use get_records::{
    PageOutput, bytes_of, children, get_records, millis_behind_latest, record_view,
};
pub(crate) use get_resource_policy::get_resource_policy;
pub(crate) use get_shard_iterator::get_shard_iterator;
pub(crate) use increase_stream_retention_period::increase_stream_retention_period;
pub(crate) use list_shards::list_shards;
pub(crate) use list_stream_consumers::list_stream_consumers;
pub(crate) use list_streams::list_streams;
pub(crate) use list_tags_for_resource::list_tags_for_resource;
pub(crate) use list_tags_for_stream::list_tags_for_stream;
pub(crate) use merge_shards::merge_shards;
pub(crate) use purge_stream::purge_stream;
pub(crate) use put_record::put_record;
pub(crate) use put_records::put_records;
pub(crate) use put_resource_policy::put_resource_policy;
pub(crate) use register_stream_consumer::register_stream_consumer;
pub(crate) use remove_tags_from_stream::remove_tags_from_stream;
pub(crate) use split_shard::split_shard;
pub(crate) use start_stream_encryption::start_stream_encryption;
pub(crate) use stop_stream_encryption::stop_stream_encryption;
pub(crate) use subscribe_to_shard::subscribe_to_shard;
pub(crate) use tag_resource::tag_resource;
pub(crate) use untag_resource::untag_resource;
pub(crate) use update_account_settings::update_account_settings;
pub(crate) use update_max_record_size::update_max_record_size;
pub(crate) use update_shard_count::update_shard_count;
pub(crate) use update_stream_mode::update_stream_mode;
pub(crate) use update_stream_record_distribution_strategy::update_stream_record_distribution_strategy;
pub(crate) use update_stream_warm_throughput::update_stream_warm_throughput;

use alluvium_kinesis_model::{Exception, ExceptionKind};

/// Ends a request that only asks whether it would succeed.
fn check_dry_run(dry_run: bool) -> Result<(), Exception> {
    if dry_run {
        let text = "Request would have succeeded, but DryRun flag is set.";
        return Err(Exception::new(ExceptionKind::DryRunOperation, text));
    }
    Ok(())
}
