//! The reading of one shard by enhanced fan-out: one subscription after the other, each of five minutes
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html>).
//!
//! What must stay true: a subscription begins after the last record that was taken, or further on where the server said that
//! there is nothing between; and a reader that is told to finish in the middle of one finishes by polling, since an event that
//! is on its way may be older than that word.

use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::operation::subscribe_to_shard::SubscribeToShardOutput;
use aws_sdk_kinesis::primitives::DateTime;
use aws_sdk_kinesis::types::{
    ShardIteratorType, StartingPosition, SubscribeToShardEvent, SubscribeToShardEventStream,
};

use alluvium_kinesis_model::SequenceNumber;

use crate::error::ReadError;
use crate::failure::{Failure, backoff, retried, with_causes};
use crate::limits::ATTEMPTS_MAX;
use crate::mode::Mode;
use crate::position::StartAt;
use crate::shard_reader::{After, Message, Page, ShardReader};

/// How the reading by subscriptions ended.
pub(crate) enum Subscribed {
    /// With this last word of the task.
    Done(Option<Message>),
    /// The rest is to be polled.
    PollTheRest,
}

/// How one subscription ended.
enum End {
    /// Its time is over, or its connection.
    Over,
    /// It broke off; the server's words.
    Broken(String),
    /// The shard has been read as far as was asked, or is gone.
    Done(Option<Message>),
    /// The reader was told to finish meanwhile.
    ToldToFinish,
}

impl ShardReader {
    /// Reads subscription after subscription.
    pub(crate) async fn subscribe(&mut self, consumer_arn: &str) -> Result<Subscribed, ReadError> {
        let mut continuation: Option<SequenceNumber> = None;
        let mut broken = 0;
        loop {
            let asked_in = *self.mode.borrow_and_update();
            let Some(mut output) = self.begin_subscription(consumer_arn, &mut continuation).await? else {
                return Ok(Subscribed::Done(Some(Message::Batch(self.gone()))));
            };
            let before = continuation.clone();
            let end = self.follow(&mut output, asked_in, &mut continuation).await?;
            broken = if continuation == before { broken } else { 0 };
            match end {
                End::Over => {}
                End::Broken(reason) => {
                    broken += 1;
                    if broken >= ATTEMPTS_MAX {
                        let failure = Failure::GaveUp(broken, reason);
                        return Err(failure.into_error("SubscribeToShard", &self.shard_id));
                    }
                    tracing::debug!(shard = self.shard_id, reason, "the subscription broke off");
                    tokio::time::sleep(backoff(broken)).await;
                }
                End::Done(message) => return Ok(Subscribed::Done(message)),
                End::ToldToFinish => return Ok(Subscribed::PollTheRest),
            }
        }
    }

    /// A subscription that begins where the last one ended; `None` when the shard is gone.
    async fn begin_subscription(
        &mut self,
        consumer_arn: &str,
        continuation: &mut Option<SequenceNumber>,
    ) -> Result<Option<SubscribeToShardOutput>, ReadError> {
        loop {
            let at = continuation.clone().map_or_else(|| self.cursor.next_at(), StartAt::After);
            match self.subscribe_at(consumer_arn, &at).await {
                Ok(output) => return Ok(Some(output)),
                Err(Failure::NotFound(_)) => {
                    self.check_identity().await?;
                    return Ok(None);
                }
                Err(Failure::InvalidArgument(_)) if matches!(at, StartAt::After(_)) => {
                    self.check_identity().await?;
                    if continuation.take().is_none() {
                        self.cursor.was_trimmed();
                    }
                }
                Err(failure) => return Err(failure.into_error("SubscribeToShard", &self.shard_id)),
            }
        }
    }

    async fn subscribe_at(
        &self,
        consumer_arn: &str,
        at: &StartAt,
    ) -> Result<SubscribeToShardOutput, Failure> {
        retried("SubscribeToShard", || async {
            let position = StartingPosition::builder();
            let position = match at {
                StartAt::TrimHorizon => position.r#type(ShardIteratorType::TrimHorizon),
                StartAt::AtTimestamp(millis) => {
                    position.r#type(ShardIteratorType::AtTimestamp).timestamp(DateTime::from_millis(*millis))
                }
                StartAt::After(number) => {
                    position.r#type(ShardIteratorType::AfterSequenceNumber).sequence_number(number.as_str())
                }
            };
            let position = position.build().map_err(|error| Failure::Refused(error.to_string()))?;
            let request = self.shared.client.once.subscribe_to_shard().consumer_arn(consumer_arn);
            let request = request.shard_id(&self.shard_id).starting_position(position);
            request.send().await.map_err(|error| match (Failure::of(&error), at) {
                (Failure::InvalidArgument(reason), StartAt::AtTimestamp(_)) => Failure::Transient(reason),
                (failure, _) => failure,
            })
        })
        .await
    }

    /// Takes events until the subscription ends.
    async fn follow(
        &mut self,
        output: &mut SubscribeToShardOutput,
        asked_in: Mode,
        continuation: &mut Option<SequenceNumber>,
    ) -> Result<End, ReadError> {
        loop {
            let event = tokio::select! {
                biased;
                changed = self.mode.changed() => match changed {
                    Ok(()) if *self.mode.borrow() != asked_in => return Ok(End::ToldToFinish),
                    Ok(()) => continue,
                    Err(_) => return Ok(End::Done(None)),
                },
                event = output.event_stream.recv() => event,
            };
            let event = match event {
                Ok(Some(SubscribeToShardEventStream::SubscribeToShardEvent(event))) => event,
                Ok(Some(_)) => continue,
                Ok(None) => return Ok(End::Over),
                Err(error) => return self.broken(&error).await,
            };
            let next = event.continuation_sequence_number.clone();
            match self.hand_out(page(event), asked_in).await? {
                After::Next => {}
                After::Ended => return Ok(End::Done(None)),
                After::CaughtUp => return Ok(End::Done(Some(Message::CaughtUp))),
            }
            if let Some(next) = SequenceNumber::parse(&next) {
                *continuation = Some(next);
            }
        }
    }

    async fn broken<E, R>(&self, error: &SdkError<E, R>) -> Result<End, ReadError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        if code == Some("ResourceNotFoundException") {
            self.check_identity().await?;
        }
        Ok(End::Broken(with_causes(error)))
    }
}

/// An event as a page: the last of a closed shard has no sequence number to go on from, and names the shard's children.
fn page(event: SubscribeToShardEvent) -> Page {
    let has_children = event.child_shards.is_some_and(|children| !children.is_empty());
    Page {
        records: event.records,
        millis_behind_latest: event.millis_behind_latest,
        is_last: has_children || event.continuation_sequence_number.is_empty(),
    }
}
