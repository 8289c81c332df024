//! One file per operation: what it does once its input is known to be well formed.

mod create_stream;
mod delete_stream;
mod describe_stream;
mod describe_stream_summary;
mod get_records;
mod get_shard_iterator;
mod list_shards;
mod list_streams;
mod put_record;
mod put_records;

pub(crate) use create_stream::create_stream;
pub(crate) use delete_stream::delete_stream;
pub(crate) use describe_stream::describe_stream;
pub(crate) use describe_stream_summary::describe_stream_summary;
pub(crate) use get_records::get_records;
pub(crate) use get_shard_iterator::get_shard_iterator;
pub(crate) use list_shards::list_shards;
pub(crate) use list_streams::list_streams;
pub(crate) use put_record::put_record;
pub(crate) use put_records::put_records;

use alluvium_kinesis_model::{Exception, ExceptionKind};

/// Ends a request that only asks whether it would succeed.
fn check_dry_run(dry_run: bool) -> Result<(), Exception> {
    if dry_run {
        let text = "Request would have succeeded, but DryRun flag is set.";
        return Err(Exception::new(ExceptionKind::DryRunOperation, text));
    }
    Ok(())
}
