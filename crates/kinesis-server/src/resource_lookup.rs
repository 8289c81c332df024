//! What tags and policies hang on: from an ARN to the stream or the consumer that it names.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{
    self as shown, ConsumerIdentifier, ConsumerSummary, ResourceIdentifier,
};
use alluvium_kinesis_model::{
    ConsumerArn, Exception, ExceptionKind, ResourceArn, StreamArn, StreamIdentifier,
};
use alluvium_stream_store::{
    Consumer, ConsumerChange, ConsumerStatus, Stream, StreamChange, StreamStatus, Tags,
};

use crate::server::Server;
use crate::stream_lookup::PARTITION;

/// A stream, or a consumer with its stream.
#[derive(Debug)]
pub(crate) enum FoundResource {
    Stream(Arc<Stream>),
    Consumer(Arc<Stream>, Consumer),
}

impl FoundResource {
    pub(crate) fn tags(&self) -> &Tags {
        match self {
            Self::Stream(stream) => &stream.tags,
            Self::Consumer(_, consumer) => &consumer.tags,
        }
    }

    pub(crate) fn policy(&self) -> Option<&Arc<str>> {
        match self {
            Self::Stream(stream) => stream.policy.as_ref(),
            Self::Consumer(_, consumer) => consumer.policy.as_ref(),
        }
    }
}

/// What shall change in a resource.
#[derive(Debug)]
pub(crate) enum ResourceChange {
    /// All its tags.
    Tags(Tags),
    /// Its policy; `None` removes it.
    Policy(Option<Arc<str>>),
}

impl Server {
    /// What an ARN names.
    pub(crate) fn resource(&self, identifier: &ResourceIdentifier) -> Result<FoundResource, Exception> {
        let stream = self.stream(&StreamIdentifier {
            name: Some(identifier.arn.stream().stream_name.clone()),
            arn: Some(identifier.arn.stream().clone()),
            id: identifier.stream_id.clone(),
        })?;
        match &identifier.arn {
            ResourceArn::Stream(_) => Ok(FoundResource::Stream(stream)),
            ResourceArn::Consumer(arn) => {
                let consumer = self.consumer_of(&stream, arn)?;
                Ok(FoundResource::Consumer(stream, consumer))
            }
        }
    }

    /// The consumer that a request means, and its stream.
    pub(crate) fn consumer(
        &self,
        identifier: &ConsumerIdentifier,
    ) -> Result<(Arc<Stream>, Consumer), Exception> {
        let stream = self.stream(&identifier.stream)?;
        let consumer = match &identifier.arn {
            Some(arn) => self.consumer_of(&stream, arn)?,
            None => stream
                .consumer(&identifier.consumer_name, self.clock.now_millis())
                .cloned()
                .ok_or_else(|| self.consumer_not_found(&identifier.consumer_name))?,
        };
        Ok((stream, consumer))
    }

    /// A consumer as answers show it.
    pub(crate) fn consumer_summary(&self, stream: &Stream, consumer: &Consumer) -> ConsumerSummary {
        ConsumerSummary {
            name: consumer.name.to_string(),
            arn: self.consumer_arn(stream, consumer).to_string(),
            status: match consumer.status(self.clock.now_millis()) {
                Some(ConsumerStatus::Creating) => shown::ConsumerStatus::Creating,
                Some(ConsumerStatus::Active) => shown::ConsumerStatus::Active,
                Some(ConsumerStatus::Deleting) | None => shown::ConsumerStatus::Deleting,
            },
            created_millis: consumer.created_millis,
        }
    }

    /// The consumer that an ARN names in a stream that was found.
    pub(crate) fn consumer_of(&self, stream: &Stream, arn: &ConsumerArn) -> Result<Consumer, Exception> {
        stream
            .consumer(&arn.consumer_name, self.clock.now_millis())
            .filter(|consumer| created_secs(consumer) == arn.created_secs)
            .cloned()
            .ok_or_else(|| self.consumer_not_found(&arn.to_string()))
    }

    /// Refuses a consumer that cannot read: one that is not there, or not ACTIVE.
    pub(crate) fn check_consumer(&self, stream: &Stream, arn: &ConsumerArn) -> Result<(), Exception> {
        let consumer = self.consumer_of(stream, arn)?;
        match consumer.status(self.clock.now_millis()) {
            Some(ConsumerStatus::Active) => Ok(()),
            _ => Err(self.consumer_not_active(stream, &consumer)),
        }
    }

    /// The ARN of a consumer.
    pub(crate) fn consumer_arn(&self, stream: &Stream, consumer: &Consumer) -> ConsumerArn {
        ConsumerArn {
            stream: StreamArn {
                partition: PARTITION.to_owned(),
                region: self.options.region.clone(),
                account_id: self.options.account_id.clone(),
                stream_name: stream.name.clone(),
            },
            consumer_name: consumer.name.to_string(),
            created_secs: created_secs(consumer),
        }
    }

    /// `shown` is the consumer's name or ARN, whichever the request has.
    pub(crate) fn consumer_not_found(&self, shown: &str) -> Exception {
        let account_id = &self.options.account_id;
        Exception::not_found(format!("Consumer {shown}, account {account_id} not found."))
    }

    pub(crate) fn consumer_not_active(&self, stream: &Stream, consumer: &Consumer) -> Exception {
        let (consumer_name, created) = (&consumer.name, created_secs(consumer));
        let (stream_name, account_id) = (&stream.name, &self.options.account_id);
        Exception::new(
            ExceptionKind::ResourceInUse,
            format!(
                "Consumer {consumer_name} with creation timestamp {created} under stream {stream_name} and account \
                 {account_id} is not in ACTIVE status."
            ),
        )
    }

    /// Refuses a resource that is being made or taken away.
    pub(crate) fn check_settled(&self, resource: &FoundResource) -> Result<(), Exception> {
        let now_millis = self.clock.now_millis();
        match resource {
            FoundResource::Stream(stream) => match stream.status(now_millis) {
                StreamStatus::Active | StreamStatus::Updating => Ok(()),
                StreamStatus::Creating | StreamStatus::Deleting => {
                    let status = crate::stream_lookup::status(stream, now_millis);
                    Err(self.stream_not_active(stream.name.as_str(), status))
                }
            },
            FoundResource::Consumer(_, consumer)
                if consumer.status(now_millis) == Some(ConsumerStatus::Active) =>
            {
                Ok(())
            }
            FoundResource::Consumer(stream, consumer) => Err(self.consumer_not_active(stream, consumer)),
        }
    }

    /// Changes a resource; durable when this returns.
    pub(crate) async fn change_resource(
        &self,
        resource: &FoundResource,
        change: ResourceChange,
    ) -> Result<(), Exception> {
        let (tags, policy) = match change {
            ResourceChange::Tags(tags) => (Some(tags), None),
            ResourceChange::Policy(policy) => (None, Some(policy)),
        };
        let (stream, changed) = match resource {
            FoundResource::Stream(stream) => {
                let change = StreamChange { tags, policy, ..StreamChange::default() };
                (stream, self.store.update_stream(stream.id, change).await.map(drop))
            }
            FoundResource::Consumer(stream, consumer) => {
                let change = ConsumerChange { tags, policy, gone_at_millis: None };
                (stream, self.store.change_consumer(stream.id, &consumer.name, change).await.map(drop))
            }
        };
        changed.map_err(|error| self.catalog_exception(stream.name.as_str(), &error))
    }
}

/// When a consumer was registered, in seconds since 1970, as its ARN has it.
fn created_secs(consumer: &Consumer) -> u64 {
    u64::try_from(consumer.created_millis / 1_000).unwrap_or(0)
}
