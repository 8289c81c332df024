//! Registered consumers, the parties of enhanced fan-out: found, made where there is none, taken away.
//!
//! What must stay true: a consumer that somebody else registered under the name is used as it is, so a restart never makes a
//! second one, and nothing is read before it is ACTIVE.

use aws_sdk_kinesis::operation::register_stream_consumer::RegisterStreamConsumerError;
use aws_sdk_kinesis::types::ConsumerStatus;

use crate::ReadError;
use crate::client::{KinesisClient, StreamIdentity};
use crate::failure::{Failure, retried};

/// How records come to a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ConsumerMode {
    /// Each shard is asked for records, at a throughput that all who poll the stream share.
    #[default]
    Polling,
    /// Records are pushed to a registered consumer, with 2 MB/s of each shard for itself
    /// (<https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html>).
    FanOut {
        /// The consumer's name; it is registered when the stream has none of that name.
        consumer_name: String,
    },
}

impl KinesisClient {
    /// The ARN of the stream's consumer of this name, registered if need be and ACTIVE.
    pub(crate) async fn registered_consumer(
        &self,
        stream: &StreamIdentity,
        name: &str,
    ) -> Result<String, ReadError> {
        let found = retried("DescribeStreamConsumer", || async {
            match self.active_consumer(stream, name).await {
                Err(Failure::NotFound(_)) => {}
                found => return found,
            }
            self.register(stream, name).await?;
            self.active_consumer(stream, name).await
        });
        found.await.map_err(|failure| failure.into_error("RegisterStreamConsumer", name))
    }

    /// Takes the stream's consumer of this name away; one that is not there is no error.
    pub async fn deregister_consumer(&self, stream: &StreamIdentity, name: &str) -> Result<(), ReadError> {
        let gone = retried("DeregisterStreamConsumer", || async {
            let request = self.once.deregister_stream_consumer().stream_arn(&stream.arn).consumer_name(name);
            match request.send().await.map_err(|error| Failure::of(&error)) {
                Ok(_) | Err(Failure::NotFound(_)) => Ok(()),
                Err(failure) => Err(failure),
            }
        });
        gone.await.map_err(|failure| failure.into_error("DeregisterStreamConsumer", name))
    }

    async fn active_consumer(&self, stream: &StreamIdentity, name: &str) -> Result<String, Failure> {
        let request = self.once.describe_stream_consumer().stream_arn(&stream.arn).consumer_name(name);
        let output = request.send().await.map_err(|error| Failure::of(&error))?;
        let consumer = output.consumer_description.ok_or_else(|| Failure::answer("no consumer"))?;
        match consumer.consumer_status {
            ConsumerStatus::Active => Ok(consumer.consumer_arn),
            // Both pass by themselves within moments.
            status => Err(Failure::Throttled(format!("consumer {name} is {status}"))),
        }
    }

    async fn register(&self, stream: &StreamIdentity, name: &str) -> Result<(), Failure> {
        let request = self.once.register_stream_consumer().stream_arn(&stream.arn).consumer_name(name);
        match request.send().await {
            Ok(_) => Ok(()),
            // Another worker was first.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(RegisterStreamConsumerError::is_resource_in_use_exception) =>
            {
                Ok(())
            }
            // Too many consumers, or too many calls: the second passes, the first does not.
            Err(error) => Err(match Failure::of(&error) {
                Failure::Throttled(reason) => Failure::Transient(reason),
                failure => failure,
            }),
        }
    }
}
