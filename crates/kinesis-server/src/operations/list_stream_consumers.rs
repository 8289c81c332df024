//! ListStreamConsumers: a page of a stream's consumers, in the order of their names.

use std::sync::Arc;

use alluvium_kinesis_model::Exception;
use alluvium_kinesis_model::operations::{
    ConsumerSummary, ListStreamConsumersInput, ListStreamConsumersOutput,
};
use alluvium_stream_store::Consumer;

use crate::authorize::{Resource, Target};
use crate::limits::CONSUMERS_PAGE_COUNT;
use crate::page_token::ListConsumersToken;
use crate::server::Server;

impl Target for ListStreamConsumersInput {
    fn resource(&self) -> Resource<'_> {
        Resource::Stream(&self.stream)
    }
}

pub(crate) async fn list_stream_consumers(
    server: Arc<Server>,
    input: ListStreamConsumersInput,
) -> Result<ListStreamConsumersOutput, Exception> {
    let now_millis = server.clock.now_millis();
    let key = &server.options.token_key;
    if input.next_token.is_some() && input.created_millis.is_some() {
        let text = "NextToken and StreamCreationTimestamp cannot be provided together.";
        return Err(Exception::invalid_argument(text));
    }
    let token = match &input.next_token {
        Some(text) => Some(ListConsumersToken::open(key, text, now_millis)?),
        None => None,
    };
    let stream = server.stream(&input.stream)?;
    let secs = |millis: i64| millis.div_euclid(1_000);
    if input.created_millis.is_some_and(|millis| secs(millis) != secs(stream.created_millis)) {
        return Err(server.stream_not_found(stream.name.as_str()));
    }
    if token.as_ref().is_some_and(|token| token.stream_id != stream.id) {
        return Err(Exception::invalid_argument("Invalid NextToken."));
    }
    let after = token.as_ref().map(|token| token.after_consumer_name.as_str());
    let limit = input.max_results.map_or(CONSUMERS_PAGE_COUNT, |max| CONSUMERS_PAGE_COUNT.min(max as usize));
    let is_there = |consumer: &&Consumer| {
        consumer.status(now_millis).is_some() && after.is_none_or(|after| &*consumer.name > after)
    };
    let mut rest = stream.consumers.values().filter(is_there);
    let consumers: Vec<ConsumerSummary> =
        rest.by_ref().take(limit).map(|consumer| server.consumer_summary(&stream, consumer)).collect();
    let next_token = match consumers.last() {
        Some(last) if rest.next().is_some() => {
            let after_consumer_name = last.name.clone();
            let token =
                ListConsumersToken { made_millis: now_millis, stream_id: stream.id, after_consumer_name };
            Some(token.seal(key))
        }
        _ => None,
    };
    Ok(ListStreamConsumersOutput { consumers, next_token })
}
