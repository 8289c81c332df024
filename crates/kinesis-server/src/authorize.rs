//! The one place where it is decided whether a caller may do what is asked, before anything is looked up or done.
//!
//! What must stay true: no operation runs without having said what it works on ([`Target`]), so none can forget to ask; how
//! the decision falls is `alluvium_iam`'s; who may not do something cannot tell from the answer whether what they named is there.

use std::borrow::Cow;
use std::sync::Arc;

use alluvium_iam::{AccessDenied, AccessRequest, Caller, DenialReason, RequestContext, RequestOrigin};
use alluvium_kinesis_model::operations::ConsumerIdentifier;
use alluvium_kinesis_model::{
    ConsumerArn, Exception, ExceptionKind, ResourceArn, StreamArn, StreamIdentifier, StreamName,
};
use alluvium_stream_store::Tags;

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

    /// The tags that it gives or takes, which policies can ask for.
    fn request_tags(&self) -> RequestTags<'_> {
        RequestTags::default()
    }
}

/// The tags that a request gives, or the keys of those that it takes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RequestTags<'a> {
    /// Keys and values.
    pub(crate) given: &'a [(String, String)],
    /// Keys.
    pub(crate) taken: &'a [String],
}

impl RequestTags<'_> {
    /// A request's context with `aws:RequestTag/...` and `aws:TagKeys`.
    fn added_to(self, mut context: RequestContext<'_>) -> RequestContext<'_> {
        for (key, value) in self.given {
            context = context.with(&format!("aws:RequestTag/{key}"), value.clone());
        }
        let keys = self.given.iter().map(|(key, _)| key).chain(self.taken);
        context.with_all("aws:TagKeys", keys.cloned())
    }
}

impl Server {
    /// Whether the caller may do this, or the exception that AWS answers
    /// (<https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html>).
    pub(crate) fn authorize(
        &self,
        caller: &Caller,
        asked: Asked,
        origin: &RequestOrigin,
        input: &(impl Target + ?Sized),
    ) -> Result<(), Exception> {
        self.authorize_on(caller, asked, origin, input.resource(), input.request_tags())
    }

    fn authorize_on(
        &self,
        caller: &Caller,
        asked: Asked,
        origin: &RequestOrigin,
        resource: Resource<'_>,
        tags: RequestTags<'_>,
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
        // An iterator or a token that is not ours is refused by the operation itself, whoever sent it.
        let Some(arn) = self.arn_of(resource) else { return Ok(()) };
        let action = asked.action();
        let resource_tags = self.tags_of(resource);
        let resource_tags = resource_tags.iter().flat_map(|tags| tags.iter());
        let context = RequestContext::of_origin(origin)
            .in_region(&self.options.region)
            .with_resource_tags(resource_tags.map(|(key, value)| (key.as_str(), value.as_str())));
        let context = tags.added_to(context);
        let request = AccessRequest::new(&action, &arn).in_context(&context);
        let decided = self.authorizer.authorize(caller, &request, policy.as_deref());
        decided.map_err(|denied| {
            let told = self.told(denied, resource);
            Exception::new(ExceptionKind::AccessDenied, told.to_string())
        })
    }

    /// A denial in the words of the request, for what is there and what is not alike. Whom the resource's own policy keeps out
    /// knows that it is there.
    fn told(&self, denied: AccessDenied, resource: Resource<'_>) -> AccessDenied {
        if denied.reason == DenialReason::ExplicitDenyInResourcePolicy {
            return denied;
        }
        match self.arn_as_named(resource) {
            Some(named) => AccessDenied { resource: named.into_owned(), ..denied },
            None => denied,
        }
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

    /// The tags of what a request works on, if that is there.
    fn tags_of(&self, resource: Resource<'_>) -> Option<Arc<Tags>> {
        let stream_of = |identifier: &StreamIdentifier| self.stream(identifier).ok();
        let consumer_of = |arn: &ConsumerArn| {
            let stream = stream_of(&identifier_of(&arn.stream))?;
            Some(Arc::new(self.consumer_of(&stream, arn).ok()?.tags))
        };
        match resource {
            Resource::Account | Resource::NewStream(_) => None,
            Resource::Stream(identifier) => Some(Arc::clone(&stream_of(identifier)?.tags)),
            Resource::Arn(ResourceArn::Stream(arn)) => {
                Some(Arc::clone(&stream_of(&identifier_of(arn))?.tags))
            }
            Resource::Arn(ResourceArn::Consumer(arn)) | Resource::Consumer(arn) => consumer_of(arn),
            Resource::NamedConsumer(identifier) => Some(Arc::new(self.consumer(identifier).ok()?.1.tags)),
            Resource::ShardIterator(_) | Resource::ListShardsToken(_) => {
                Some(Arc::clone(&self.stream_by_number(self.stream_number_of(resource)?)?.tags))
            }
        }
    }

    /// The stream that an iterator or a token is of.
    fn stream_number_of(&self, resource: Resource<'_>) -> Option<u64> {
        self.pointed_at(resource).map(|(number, _)| number)
    }

    /// The number and the name of the stream that an iterator or a token of ours points into.
    fn pointed_at(&self, resource: Resource<'_>) -> Option<(u64, StreamName)> {
        let (key, now_millis) = (&self.options.token_key, self.clock.now_millis());
        let (number, name) = match resource {
            Resource::ShardIterator(text) => {
                let iterator = ShardIterator::open(key, text, now_millis).ok()?;
                (iterator.stream_id, iterator.stream_name)
            }
            Resource::ListShardsToken(text) => {
                let token = ListShardsToken::open(key, text, now_millis).ok()?;
                (token.stream_id, token.stream_name)
            }
            _ => return None,
        };
        Some((number, StreamName::parse(&name).ok()?))
    }

    /// The ARN of what a request works on, or what it would be if it was there; `None` for an iterator or a token that is not
    /// ours.
    fn arn_of<'a>(&self, resource: Resource<'a>) -> Option<Cow<'a, str>> {
        let found = match resource {
            Resource::Stream(identifier) if identifier.name.is_none() => {
                self.stream(identifier).ok().map(|stream| self.stream_arn(&stream.name))
            }
            Resource::NamedConsumer(identifier) => self
                .consumer(identifier)
                .ok()
                .map(|(stream, consumer)| self.consumer_arn(&stream, &consumer).to_string()),
            _ => None,
        };
        found.map(Cow::Owned).or_else(|| self.arn_as_named(resource))
    }

    /// The same, from what the request says and without looking whether it is there.
    fn arn_as_named<'a>(&self, resource: Resource<'a>) -> Option<Cow<'a, str>> {
        let arn = match resource {
            Resource::Account => return Some(Cow::Borrowed("*")),
            Resource::Stream(identifier) => self.stream_arn_as_named(identifier),
            Resource::NewStream(name) => self.stream_arn(name),
            Resource::Arn(arn) => arn.to_string(),
            Resource::Consumer(arn) | Resource::NamedConsumer(ConsumerIdentifier { arn: Some(arn), .. }) => {
                arn.to_string()
            }
            Resource::NamedConsumer(ConsumerIdentifier { stream, consumer_name, .. }) => {
                format!("{}/consumer/{consumer_name}", self.stream_arn_as_named(stream))
            }
            Resource::ShardIterator(_) | Resource::ListShardsToken(_) => {
                self.stream_arn(&self.pointed_at(resource)?.1)
            }
        };
        Some(Cow::Owned(arn))
    }

    /// The ARN of a stream as a request names it. One that has nothing but a `StreamId` is shown by that.
    fn stream_arn_as_named(&self, identifier: &StreamIdentifier) -> String {
        match (&identifier.arn, &identifier.name) {
            (Some(arn), _) => arn.to_string(),
            (None, Some(name)) => self.stream_arn(name),
            (None, None) => self.arn_of_stream(identifier.shown()),
        }
    }
}

fn identifier_of(arn: &StreamArn) -> StreamIdentifier {
    StreamIdentifier { name: Some(arn.stream_name.clone()), arn: Some(arn.clone()), id: None }
}

#[cfg(test)]
mod tests;
