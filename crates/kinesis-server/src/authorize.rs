//! The one place where it is decided whether a caller may do what is asked, before anything is looked up or done.
//!
//! What must stay true: no operation runs without having said what it works on ([`Target`]), so none can forget to ask; how
//! the decision falls is `alluvium_iam`'s.

use std::borrow::Cow;
use std::sync::Arc;

use alluvium_iam::{AccessRequest, Caller};
use alluvium_kinesis_model::operations::ConsumerIdentifier;
use alluvium_kinesis_model::{
    ConsumerArn, Exception, ExceptionKind, ResourceArn, StreamArn, StreamIdentifier, StreamName,
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
    /// A consumer of a stream, by its ARN or by its stream and name.
    NamedConsumer(&'a ConsumerIdentifier),
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
        let unrestricted = self.authorizer.is_unrestricted(caller);
        // The owner can always change the policy, or a wrong one could never be mended.
        if unrestricted && (!self.policies.may_exist() || asked.is_about_policies()) {
            return Ok(());
        }
        let policy = match self.policy_of(resource) {
            Some(text) => Some(self.policies.read(&text).map_err(|error| {
                tracing::error!(%error, "a stored policy cannot be read");
                Exception::new(ExceptionKind::InternalFailure, "The resource's policy cannot be read.")
            })?),
            None if unrestricted => return Ok(()),
            None => None,
        };
        // What names nothing is refused by the operation itself, in its own words.
        let Some(arn) = self.arn_of(resource) else { return Ok(()) };
        let action = asked.action();
        let request = AccessRequest::new(&action, &arn);
        self.authorizer
            .authorize(caller, &request, policy.as_deref())
            .map_err(|denied| Exception::new(ExceptionKind::AccessDenied, denied.to_string()))
    }

    /// The policy of what a request works on, if that is there and has one.
    fn policy_of(&self, resource: Resource<'_>) -> Option<Arc<str>> {
        let stream_of = |identifier: &StreamIdentifier| self.stream(identifier).ok();
        let consumer_of = |arn: &ConsumerArn| {
            let stream = stream_of(&identifier_of(&arn.stream))?;
            self.consumer_of(&stream, arn).ok()?.policy
        };
        match resource {
            Resource::Account | Resource::NewStream(_) => None,
            Resource::Stream(identifier) => stream_of(identifier)?.policy.clone(),
            Resource::Arn(ResourceArn::Stream(arn)) => stream_of(&identifier_of(arn))?.policy.clone(),
            Resource::Arn(ResourceArn::Consumer(arn)) | Resource::Consumer(arn) => consumer_of(arn),
            Resource::NamedConsumer(identifier) => self.consumer(identifier).ok()?.1.policy,
            Resource::ShardIterator(_) | Resource::ListShardsToken(_) => {
                self.stream_by_number(self.stream_number_of(resource)?)?.policy.clone()
            }
        }
    }

    /// The stream that an iterator or a token is of.
    fn stream_number_of(&self, resource: Resource<'_>) -> Option<u64> {
        let (key, now_millis) = (&self.options.token_key, self.clock.now_millis());
        match resource {
            Resource::ShardIterator(text) => Some(ShardIterator::open(key, text, now_millis).ok()?.stream_id),
            Resource::ListShardsToken(text) => {
                Some(ListShardsToken::open(key, text, now_millis).ok()?.stream_id)
            }
            _ => None,
        }
    }

    /// The ARN of what a request works on; `None` for an iterator or a token that is not ours.
    fn arn_of<'a>(&self, resource: Resource<'a>) -> Option<Cow<'a, str>> {
        let arn = match resource {
            Resource::Account => return Some(Cow::Borrowed("*")),
            Resource::Stream(StreamIdentifier { arn: Some(arn), .. }) => arn.to_string(),
            Resource::Stream(StreamIdentifier { name: Some(name), .. }) | Resource::NewStream(name) => {
                self.stream_arn(name)
            }
            Resource::Stream(identifier) => self.stream_arn(&self.stream(identifier).ok()?.name),
            Resource::Arn(arn) => arn.to_string(),
            Resource::Consumer(arn) => arn.to_string(),
            Resource::NamedConsumer(identifier) => {
                let (stream, consumer) = self.consumer(identifier).ok()?;
                self.consumer_arn(&stream, &consumer).to_string()
            }
            Resource::ShardIterator(_) | Resource::ListShardsToken(_) => {
                self.stream_arn(&self.stream_by_number(self.stream_number_of(resource)?)?.name)
            }
        };
        Some(Cow::Owned(arn))
    }
}

fn identifier_of(arn: &StreamArn) -> StreamIdentifier {
    StreamIdentifier { name: Some(arn.stream_name.clone()), arn: Some(arn.clone()), id: None }
}
