//! DescribeStream: a stream with a page of its shards.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::limits::DESCRIBE_PAGE_COUNT;
use alluvium_kinesis_model::operations::{DescribeStreamInput, DescribeStreamOutput, ShardDescription};

use crate::authorize::{Resource, Target};
use crate::server::Server;
use crate::stream_lookup::{describe_shard, listed_shards, settings};

impl Target for DescribeStreamInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn describe_stream(
    server: Arc<Server>,
    input: DescribeStreamInput,
) -> Result<DescribeStreamOutput, Exception> {
    let stream = server.stream(&input.stream)?;
    let after = match &input.exclusive_start_shard_id {
        Some(text) => Some(server.start_shard(stream.name.as_str(), text)?),
        None => None,
    };
    let now_millis = server.clock.now_millis();
    let limit = input.limit.map_or(DESCRIBE_PAGE_COUNT, |limit| DESCRIBE_PAGE_COUNT.min(limit as usize));
    let mut rest =
        listed_shards(&stream, now_millis).filter(|shard| after.is_none_or(|after| shard.id > after));
    let shards: Vec<ShardDescription> = rest.by_ref().take(limit).map(describe_shard).collect();
    Ok(DescribeStreamOutput {
        has_more_shards: rest.next().is_some(),
        shards,
        stream: server.summary(&stream, now_millis),
        settings: settings(&stream),
    })
}
