//! What every request of Kinesis passes before its work and after it: quotas on calls, and faults that are injected.
//!
//! What must stay true: with neither configured, which is the default, the body is not looked at here.

use alluvium_kinesis_model::{Exception, ExceptionKind, Operation, StreamIdentifier, StreamName};
use bytes::Bytes;

use crate::answer::Answer;
use crate::faults::FaultOutcome;
use crate::page_token::ListShardsToken;
use crate::protocol::{Asked, Wire};
use crate::server::Server;
use crate::shard_iterator::ShardIterator;

/// A request that was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    /// Whether its answer is lost when the work is done.
    loses_answer: bool,
}

/// Lets a request through, holds it up, or refuses it.
pub(crate) async fn pass(server: &Server, asked: Asked, wire: Wire, body: &Bytes) -> Result<Pass, Exception> {
    let through = Pass { loses_answer: false };
    let Asked::Kinesis(operation) = asked else { return Ok(through) };
    if !server.throttle.is_on() && !server.faults.is_on() {
        return Ok(through);
    }
    let meant = meant(server, wire, body);
    let stream_name = meant.stream_name.as_deref();
    let scope = stream_name.filter(|name| is_there(server, name)).unwrap_or_default();
    if !server.throttle.takes_call(operation, scope) {
        return Err(server.call_rate_exceeded(meant.shown()));
    }
    let Some(fault) = server.faults.of_request(operation.name(), stream_name) else { return Ok(through) };
    if !fault.latency.is_zero() {
        tokio::time::sleep(fault.latency).await;
    }
    match fault.outcome {
        None => Ok(through),
        Some(FaultOutcome::Throttled) => {
            Err(measured(server, operation, stream_name, throttled(server, operation, meant.shown())))
        }
        Some(FaultOutcome::FailedBefore) => Err(measured(server, operation, stream_name, injected_failure())),
        Some(FaultOutcome::FailedAfter) => Ok(Pass { loses_answer: true }),
    }
}

impl Pass {
    /// The answer that the client gets for its work.
    pub(crate) fn leave(self, result: Result<Answer, Exception>) -> Result<Answer, Exception> {
        if self.loses_answer && result.is_ok() { Err(injected_failure()) } else { result }
    }
}

/// The stream that a request is about, as far as it says so.
#[derive(Default)]
struct Meant {
    /// Its name, looked up where the request has nothing but its id.
    stream_name: Option<String>,
    /// The id that the request has in place of a name.
    id: Option<String>,
}

impl Meant {
    /// What texts call it. Nobody has been asked yet who may know what an id names, so that stays as it is.
    fn shown(&self) -> Option<&str> {
        self.id.as_deref().or(self.stream_name.as_deref())
    }
}

fn meant(server: &Server, wire: Wire, body: &Bytes) -> Meant {
    let Ok(members) = wire.members(body) else { return Meant::default() };
    let by_name = |stream_name| Meant { stream_name, id: None };
    if let Some(name) = members.peek_text("StreamName") {
        return by_name(Some(name.to_owned()));
    }
    let arn = ["StreamARN", "ConsumerARN", "ResourceARN"].iter().find_map(|name| members.peek_text(name));
    if let Some(arn) = arn {
        let resource = arn.split_once(":stream/").map(|(_, resource)| resource);
        return by_name(resource.and_then(|resource| resource.split('/').next()).map(str::to_owned));
    }
    if let Some(id) = members.peek_text("StreamId") {
        let identifier = StreamIdentifier { name: None, arn: None, id: Some(id.to_owned()) };
        let found = server.stream(&identifier).ok();
        return Meant { stream_name: found.map(|stream| stream.name.as_str().to_owned()), id: identifier.id };
    }
    let (key, now_millis) = (&server.options.token_key, server.clock.now_millis());
    if let Some(iterator) = members.peek_text("ShardIterator") {
        return by_name(
            ShardIterator::open(key, iterator, now_millis).ok().map(|iterator| iterator.stream_name),
        );
    }
    let token = members.peek_text("NextToken");
    let token = token.and_then(|token| ListShardsToken::open(key, token, now_millis).ok());
    by_name(token.map(|token| token.stream_name))
}

/// Whether there is a stream of this name; quotas of others are not kept, or made-up names would fill the memory.
fn is_there(server: &Server, stream_name: &str) -> bool {
    StreamName::parse(stream_name).is_ok_and(|name| server.store.stream(&name).is_some())
}

/// What a throttled request is answered: throughput on the data plane, limits elsewhere.
fn throttled(server: &Server, operation: Operation, stream_name: Option<&str>) -> Exception {
    let mut exception = server.call_rate_exceeded(stream_name);
    if matches!(operation.name(), "PutRecord" | "PutRecords" | "GetRecords" | "GetShardIterator") {
        exception.kind = ExceptionKind::ProvisionedThroughputExceeded;
    }
    exception
}

/// The exception, after the stream's metrics have it.
fn measured(
    server: &Server,
    operation: Operation,
    stream_name: Option<&str>,
    exception: Exception,
) -> Exception {
    let stream =
        stream_name.and_then(|name| StreamName::parse(name).ok()).and_then(|name| server.store.stream(&name));
    if let Some(stream) = stream {
        server.measures.refused(operation, &stream, server.clock.now_millis(), &exception);
    }
    exception
}

fn injected_failure() -> Exception {
    Exception::new(ExceptionKind::InternalFailure, "This failure was injected, as the server was told to.")
}
