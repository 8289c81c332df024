//! ListShards: a page of a stream's shards, filtered by when they were open.

use std::sync::Arc;

use alluvium_kinesis_model::limits::LIST_SHARDS_PAGE_COUNT;
use alluvium_kinesis_model::operations::{
    ListShardsInput, ListShardsOutput, ListShardsStart, ShardDescription, ShardFilter, StreamStatus,
};
use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId, StreamIdentifier};
use alluvium_stream_store::{Shard, Stream};

use crate::authorize::{Resource, Target};
use crate::page_token::ListShardsToken;
use crate::server::Server;
use crate::stream_lookup::{describe_shard, listed_shards, status};

impl Target for ListShardsInput {
    fn resource(&self) -> Resource<'_> {
        match &self.start {
            ListShardsStart::Stream { stream, .. } => Resource::Stream(stream),
            ListShardsStart::NextToken { token, .. } => Resource::ListShardsToken(token),
        }
    }
}

pub(crate) async fn list_shards(
    server: Arc<Server>,
    input: ListShardsInput,
) -> Result<ListShardsOutput, Exception> {
    let now_millis = server.clock.now_millis();
    let Start { stream, after, filter } = start(&server, input.start, now_millis)?;
    let current = status(&stream, now_millis);
    if matches!(current, StreamStatus::Creating | StreamStatus::Deleting) {
        return Err(server.stream_not_active(stream.name.as_str(), current));
    }
    let limit =
        input.max_results.map_or(LIST_SHARDS_PAGE_COUNT, |max| LIST_SHARDS_PAGE_COUNT.min(max as usize));
    let mut rest = listed_shards(&stream, now_millis)
        .filter(|shard| after.is_none_or(|after| shard.id > after))
        .filter(|shard| is_wanted(&filter, &stream, shard, now_millis));
    let shards: Vec<ShardDescription> = rest.by_ref().take(limit).map(describe_shard).collect();
    let more = rest.next().is_some();
    drop(rest);
    let next_token = match shards.last() {
        Some(last) if more => {
            let token = ListShardsToken {
                made_millis: now_millis,
                stream_id: stream.id,
                stream_name: stream.name.as_str().to_owned(),
                after_shard: last.shard_id,
                filter,
            };
            Some(token.seal(&server.options.token_key))
        }
        _ => None,
    };
    Ok(ListShardsOutput { shards, next_token })
}

/// Which shards of which stream a page shows.
struct Start {
    stream: Arc<Stream>,
    after: Option<ShardId>,
    filter: ShardFilter,
}

fn start(server: &Server, start: ListShardsStart, now_millis: i64) -> Result<Start, Exception> {
    match start {
        ListShardsStart::NextToken { token, stream, beside } => {
            let token = match (ListShardsToken::open(&server.options.token_key, &token, now_millis), beside) {
                (Ok(token), Some(member)) if !is_repeated(server, &token, stream.as_ref()) => {
                    return Err(ListShardsInput::conflict(member));
                }
                (Err(exception), Some(member)) if exception.kind == ExceptionKind::InvalidArgument => {
                    return Err(ListShardsInput::conflict(member));
                }
                (opened, _) => opened?,
            };
            let stream = server.stream_by_number(token.stream_id);
            let stream = stream.ok_or_else(|| server.stream_not_found(&token.stream_name))?;
            Ok(Start { stream, after: Some(token.after_shard), filter: token.filter })
        }
        ListShardsStart::Stream { stream, created_millis, exclusive_start_shard_id, filter } => {
            let stream = server.stream(&stream)?;
            let secs = |millis: i64| millis.div_euclid(1_000);
            if created_millis.is_some_and(|millis| secs(millis) != secs(stream.created_millis)) {
                return Err(server.stream_not_found(stream.name.as_str()));
            }
            let mut after = match exclusive_start_shard_id {
                Some(text) => Some(server.start_shard(stream.name.as_str(), &text)?),
                None => None,
            };
            if let ShardFilter::AfterShardId(text) = &filter {
                after = after.max(Some(server.start_shard(stream.name.as_str(), text)?));
            }
            Ok(Start { stream, after, filter })
        }
    }
}

/// Whether a request with a token names the token's own stream, as boto3's paginator does on every page. What else it says
/// is then what its first page said, and the token carries it.
fn is_repeated(server: &Server, token: &ListShardsToken, stream: Option<&StreamIdentifier>) -> bool {
    let is_named = |stream: &StreamIdentifier| match (&stream.name, &stream.id) {
        (Some(name), _) => name.as_str() == token.stream_name,
        (None, Some(id)) => server
            .store
            .stream_by_stream_id(id)
            .is_some_and(|stream| stream.name.as_str() == token.stream_name),
        (None, None) => false,
    };
    stream.is_some_and(is_named)
}

/// Whether a filter lets a shard through. Times before the trim horizon count as the trim horizon.
fn is_wanted(filter: &ShardFilter, stream: &Stream, shard: &Shard, now_millis: i64) -> bool {
    let trim_horizon = stream.created_millis.max(now_millis.saturating_sub(stream.retention_millis()));
    let ends_at_or_after = |millis: i64| shard.closed.is_none_or(|end| end.closed_millis >= millis);
    let open_at = |millis: i64| born_millis(stream, shard) <= millis && ends_at_or_after(millis);
    match filter {
        ShardFilter::AfterShardId(_) | ShardFilter::FromTrimHorizon => true,
        ShardFilter::AtTrimHorizon => open_at(trim_horizon),
        ShardFilter::AtLatest => shard.closed.is_none(),
        ShardFilter::AtTimestamp(millis) => open_at(trim_horizon.max(*millis)),
        ShardFilter::FromTimestamp(millis) => ends_at_or_after(trim_horizon.max(*millis)),
    }
}

/// When a shard opened: when its parents closed, or when the stream was made.
fn born_millis(stream: &Stream, shard: &Shard) -> i64 {
    [shard.parent, shard.adjacent_parent]
        .into_iter()
        .flatten()
        .filter_map(|parent| stream.shard(parent)?.closed)
        .map(|end| end.closed_millis)
        .max()
        .unwrap_or(stream.created_millis)
}
