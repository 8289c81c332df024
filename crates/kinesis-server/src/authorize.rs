//! The one place where it is decided whether a caller may do what is asked, before anything is looked up or done.
//!
//! What must stay true: no operation runs without having said what it works on ([`Target`]), so none can forget to ask; how
//! the decision falls is `alluvium_iam`'s.

use std::borrow::Cow;

use alluvium_iam::{AccessRequest, Authorizer, Caller};
use alluvium_kinesis_model::{
    ConsumerArn, Exception, ExceptionKind, ResourceArn, StreamIdentifier, StreamName,
};

use crate::page_token::ListShardsToken;
use crate::protocol::Asked;
use crate::server::Server;
use crate::shard_iterator::ShardIterator;

/// What a request works on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Resource<'a> {
    /// Nothing in particular: the account as a whole.
    Account,
    /// A stream, however it is named.
    Stream(&'a StreamIdentifier),
    /// A stream or a consumer, by its ARN.
    Arn(&'a ResourceArn),
    /// A stream of this account that may not be there yet.
    NewStream(&'a StreamName),
    /// A consumer of a stream.
    Consumer(&'a ConsumerArn),
    /// What an iterator points into.
    ShardIterator(&'a str),
    /// The stream whose shards a token lists.
    ListShardsToken(&'a str),
}

/// What a request of one operation works on.
pub(crate) trait Target {
    /// See the trait.
    fn resource(&self) -> Resource<'_>;
}

impl Server {
    /// Whether the caller may do this, or the exception that AWS answers
    /// (<https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html>).
    pub(crate) fn authorize(
        &self,
        caller: &Caller,
        asked: Asked,
        resource: Resource<'_>,
    ) -> Result<(), Exception> {
        if self.authorizer.is_unrestricted(caller) {
            return Ok(());
        }
        // What names nothing is refused by the operation itself, in its own words.
        let Some(arn) = self.arn_of(resource) else { return Ok(()) };
        decide(&self.authorizer, caller, asked, &arn)
    }

    /// The ARN of what a request works on; `None` for an iterator or a token that is not ours.
    fn arn_of<'a>(&self, resource: Resource<'a>) -> Option<Cow<'a, str>> {
        let key = &self.options.token_key;
        let now_millis = self.clock.now_millis();
        let arn = match resource {
            Resource::Account => return Some(Cow::Borrowed("*")),
            Resource::Stream(StreamIdentifier { arn: Some(arn), .. }) => arn.to_string(),
            Resource::Stream(StreamIdentifier { name: Some(name), .. }) | Resource::NewStream(name) => {
                self.stream_arn(name)
            }
            Resource::Stream(identifier) => self.stream_arn(&self.stream(identifier).ok()?.name),
            Resource::Arn(arn) => arn.to_string(),
            Resource::Consumer(arn) => arn.to_string(),
            Resource::ShardIterator(text) => {
                let iterator = ShardIterator::open(key, text, now_millis).ok()?;
                self.stream_arn(&self.stream_by_number(iterator.stream_id)?.name)
            }
            Resource::ListShardsToken(text) => {
                let token = ListShardsToken::open(key, text, now_millis).ok()?;
                self.stream_arn(&self.stream_by_number(token.stream_id)?.name)
            }
        };
        Some(Cow::Owned(arn))
    }
}

fn decide(authorizer: &Authorizer, caller: &Caller, asked: Asked, arn: &str) -> Result<(), Exception> {
    let action = asked.action();
    let request = AccessRequest { action: &action, resource: arn };
    authorizer
        .authorize(caller, &request, None)
        .map_err(|denied| Exception::new(ExceptionKind::AccessDenied, denied.to_string()))
}
