//! One file per operation: what it does once its input is known to be well formed.

mod add_tags_to_stream;
mod create_stream;
mod decrease_stream_retention_period;
mod delete_stream;
mod describe_stream;
mod describe_stream_summary;
mod fault_injection;
mod get_records;
mod get_shard_iterator;
mod increase_stream_retention_period;
mod list_shards;
mod list_streams;
mod list_tags_for_resource;
mod list_tags_for_stream;
mod merge_shards;
mod purge_stream;
mod put_record;
mod put_records;
mod remove_tags_from_stream;
mod split_shard;
mod subscribe_to_shard;
mod tag_resource;
mod untag_resource;
mod update_shard_count;
mod update_stream_mode;

pub(crate) use add_tags_to_stream::add_tags_to_stream;
pub(crate) use create_stream::create_stream;
pub(crate) use decrease_stream_retention_period::decrease_stream_retention_period;
pub(crate) use delete_stream::delete_stream;
pub(crate) use describe_stream::describe_stream;
pub(crate) use describe_stream_summary::describe_stream_summary;
pub(crate) use fault_injection::{get_fault_injection, put_fault_injection};
pub(crate) use get_records::{
    PageOutput, bytes_of, children, get_records, millis_behind_latest, record_view,
};
pub(crate) use get_shard_iterator::get_shard_iterator;
pub(crate) use increase_stream_retention_period::increase_stream_retention_period;
pub(crate) use list_shards::list_shards;
pub(crate) use list_streams::list_streams;
pub(crate) use list_tags_for_resource::list_tags_for_resource;
pub(crate) use list_tags_for_stream::list_tags_for_stream;
pub(crate) use merge_shards::merge_shards;
pub(crate) use purge_stream::purge_stream;
pub(crate) use put_record::put_record;
pub(crate) use put_records::put_records;
pub(crate) use remove_tags_from_stream::remove_tags_from_stream;
pub(crate) use split_shard::split_shard;
pub(crate) use subscribe_to_shard::{check_consumer, subscribe_to_shard};
pub(crate) use tag_resource::tag_resource;
pub(crate) use untag_resource::untag_resource;
pub(crate) use update_shard_count::update_shard_count;
pub(crate) use update_stream_mode::update_stream_mode;

use alluvium_kinesis_model::{Exception, ExceptionKind};

/// Ends a request that only asks whether it would succeed.
fn check_dry_run(dry_run: bool) -> Result<(), Exception> {
    if dry_run {
        let text = "Request would have succeeded, but DryRun flag is set.";
        return Err(Exception::new(ExceptionKind::DryRunOperation, text));
    }
    Ok(())
}
