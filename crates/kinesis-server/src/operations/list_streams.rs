//! ListStreams: a page of streams, in name order.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::limits::DESCRIBE_PAGE_COUNT;
use alluvium_kinesis_model::operations::{ListStreamsInput, ListStreamsOutput, StreamSummary};

use crate::authorize::{Resource, Target};
use crate::page_token::ListStreamsToken;
use crate::server::Server;

impl Target for ListStreamsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Account
    }
}

pub(crate) async fn list_streams(
    server: Arc<Server>,
    input: ListStreamsInput,
) -> Result<ListStreamsOutput, Exception> {
    let now_millis = server.clock.now_millis();
    let key = &server.options.token_key;
    let after = match (input.next_token, input.exclusive_start_stream_name) {
        (Some(_), Some(_)) => {
            let text = "NextToken and ExclusiveStartStreamName cannot be provided together.";
            return Err(Exception::invalid_argument(text));
        }
        (Some(token), None) => Some(ListStreamsToken::open(key, &token, now_millis)?.after_stream_name),
        (None, name) => name,
    };
    let limit = input.limit.map_or(DESCRIBE_PAGE_COUNT, |limit| DESCRIBE_PAGE_COUNT.min(limit as usize));
    let all = server.streams();
    let first =
        all.partition_point(|stream| after.as_deref().is_some_and(|after| stream.name.as_str() <= after));
    let rest = &all[first..];
    let streams: Vec<StreamSummary> =
        rest.iter().take(limit).map(|stream| server.summary(stream, now_millis)).collect();
    let next_token = match streams.last() {
        Some(last) if rest.len() > streams.len() => {
            let after_stream_name = last.name.as_str().to_owned();
            Some(ListStreamsToken { made_millis: now_millis, after_stream_name }.seal(key))
        }
        _ => None,
    };
    Ok(ListStreamsOutput { streams, next_token })
}
