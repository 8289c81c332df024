//! The answer of one subscription, made event by event as the client takes it.
//!
//! What must stay true: the position moves on only past records that are in the event which was handed out; an event has a
//! continuation or it has child shards, and never both.

use std::convert::Infallible;
use std::sync::Arc;

use alluvium_cloudwatch::Meter;
use alluvium_kinesis_model::operations::SubscribeToShardEvent;
use alluvium_kinesis_model::{ConsumerArn, Exception, ExceptionKind, SequenceNumber, SequenceParts, ShardId};
use alluvium_stream_store::{Page, PageLimits, ReadError, ReadFrom, StreamStatus};
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};

use tokio::time::{Instant, sleep_until};

use crate::answer::{Answer, AnswerBody};
use crate::limits::{EMPTY_EVENT_EVERY, EVENT_BYTES_MAX, EVENT_RECORDS_MAX, SUBSCRIPTION_LIFE};
use crate::measure;
use crate::operations::{bytes_of, children, millis_behind_latest, record_view};
use crate::protocol::Wire;
use crate::server::Server;
use crate::stream_lookup::{another_subscription, is_encrypted};
use crate::subscription::registry::{End, Ticket};
use crate::subscription::{expiring, frame};

/// A subscription that was granted.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) server: Arc<Server>,
    pub(crate) ticket: Ticket,
    pub(crate) stream_id: u64,
    pub(crate) stream_name: String,
    pub(crate) consumer: ConsumerArn,
    pub(crate) consumer_arn: String,
    pub(crate) shard: ShardId,
    pub(crate) birth_secs: u64,
    /// Where its events are measured.
    pub(crate) meter: Meter,
    /// Where the next event begins.
    pub(crate) from: ReadFrom,
}

/// How far the answer is.
enum Progress {
    /// Nothing was sent.
    Before,
    /// Events go out.
    Pushing,
    /// The last frame was sent.
    Done,
}

struct Push {
    subscription: Subscription,
    wire: Wire,
    progress: Progress,
    /// Whether the stream was encrypted when it was last read.
    is_encrypted: bool,
    ends_at: Instant,
    /// When the client hears of us at the latest; the past before the first event, which comes at once.
    speaks_at: Instant,
}

/// What there is to do next.
enum Step {
    Event(Box<Page>),
    End(End),
    TimeOver,
    Failed(Exception),
}

/// The answer that pushes a subscription's events until it ends.
pub(crate) fn push(subscription: Subscription, wire: Wire) -> Answer {
    let now = Instant::now();
    let ends_at = now + SUBSCRIPTION_LIFE;
    let push =
        Push { subscription, wire, progress: Progress::Before, is_encrypted: false, ends_at, speaks_at: now };
    let frames = stream::unfold(push, |mut push| async move {
        let frame = push.next_frame().await?;
        Some((Ok::<_, Infallible>(Frame::data(frame)), push))
    });
    let body = expiring::until(ends_at, StreamBody::new(frames).boxed_unsync());
    Answer { status: StatusCode::OK, content_type: Some(frame::EVENT_STREAM), body: AnswerBody::Pushed(body) }
}

impl Push {
    async fn next_frame(&mut self) -> Option<Bytes> {
        match self.progress {
            Progress::Before => {
                self.progress = Progress::Pushing;
                return Some(frame::initial_response(self.wire));
            }
            Progress::Done => return None,
            Progress::Pushing => {}
        }
        match self.next_step().await {
            Step::Event(page) => match self.event(&page) {
                Ok(frame) => Some(frame),
                Err(exception) => Some(self.exception(&exception)),
            },
            Step::TimeOver => None,
            Step::End(end) => self.exception_of(end).map(|exception| self.exception(&exception)),
            Step::Failed(exception) => Some(self.exception(&exception)),
        }
    }

    /// Waits until there is something to say.
    async fn next_step(&mut self) -> Step {
        loop {
            if let Some(end) = self.subscription.ticket.ended() {
                return Step::End(end);
            }
            if Instant::now() >= self.ends_at {
                return Step::TimeOver;
            }
            if let Some(step) = self.wait_for_throughput().await {
                return step;
            }
            let page = match self.read().await {
                Ok(page) => page,
                Err(exception) => return Step::Failed(exception),
            };
            self.subscription.from = ReadFrom::CounterInclusive(page.next_counter_inclusive);
            let at_end = page.tip.closed && page.next_counter_inclusive > page.tip.counter;
            if !page.records.is_empty() || at_end || Instant::now() >= self.speaks_at {
                return Step::Event(Box::new(page));
            }
            let Subscription { server, ticket, stream_id, shard, .. } = &mut self.subscription;
            let sent_through = page.next_counter_inclusive.saturating_sub(1);
            tokio::select! {
                biased;
                end = ticket.wait_for_end() => return Step::End(end),
                tip = server.store.wait_past(*stream_id, *shard, sent_through) => {
                    if let Err(error) = tip {
                        return Step::Failed(self.read_exception(&error));
                    }
                }
                () = sleep_until(self.speaks_at.min(self.ends_at)) => {}
            }
        }
    }

    /// Where throughput is limited: waits until the consumer may read again.
    async fn wait_for_throughput(&mut self) -> Option<Step> {
        let Subscription { server, ticket, consumer_arn, shard, .. } = &mut self.subscription;
        let reads_at = server.throttle.pushes_at(consumer_arn, *shard)?;
        tokio::select! {
            biased;
            end = ticket.wait_for_end() => Some(Step::End(end)),
            () = sleep_until(self.ends_at) => Some(Step::TimeOver),
            () = sleep_until(reads_at) => None,
        }
    }

    /// The next page, as long as stream and consumer are there.
    async fn read(&mut self) -> Result<Page, Exception> {
        let Subscription { server, stream_id, stream_name, consumer, shard, from, .. } = &self.subscription;
        let now_millis = server.clock.now_millis();
        let stream = server.stream_by_number(*stream_id);
        let stream = stream.filter(|stream| stream.status(now_millis) != StreamStatus::Deleting);
        let stream = stream.ok_or_else(|| server.stream_not_found(stream_name))?;
        // Going or gone is the same to a subscriber: there is nothing to wait for.
        server
            .check_consumer(&stream, consumer)
            .map_err(|exception| Exception { kind: ExceptionKind::ResourceNotFound, ..exception })?;
        self.is_encrypted = is_encrypted(&stream);
        let limits = PageLimits { records_max: EVENT_RECORDS_MAX, bytes_max: EVENT_BYTES_MAX };
        let page = server.store.read(*stream_id, *shard, *from, limits, now_millis).await;
        page.map_err(|error| self.read_exception(&error))
    }

    fn read_exception(&self, error: &ReadError) -> Exception {
        let Subscription { server, stream_name, shard, .. } = &self.subscription;
        match error {
            ReadError::StreamNotFound { .. } => server.stream_not_found(stream_name),
            error => server.read_exception(stream_name, *shard, error),
        }
    }

    fn event(&mut self, page: &Page) -> Result<Bytes, Exception> {
        let Subscription { server, stream_id, stream_name, consumer_arn, shard, .. } = &self.subscription;
        server.throttle.pushed(consumer_arn, *shard, bytes_of(page));
        let caught_up = page.next_counter_inclusive > page.tip.counter;
        let (continuation, child_shards) = if page.tip.closed && caught_up {
            let stream = server.stream_by_number(*stream_id);
            let stream = stream.ok_or_else(|| server.stream_not_found(stream_name))?;
            self.progress = Progress::Done;
            (None, children(&stream, *shard))
        } else {
            (Some(self.continuation(page)), Vec::new())
        };
        let now_millis = self.subscription.server.clock.now_millis();
        let millis_behind_latest = millis_behind_latest(page, now_millis);
        measure::pushed(&self.subscription.meter, now_millis, page, millis_behind_latest);
        let event = SubscribeToShardEvent {
            records: page.records.iter().map(record_view).collect(),
            continuation_sequence_number: continuation,
            millis_behind_latest,
            child_shards,
            is_encrypted: self.is_encrypted,
        };
        self.speaks_at = Instant::now() + EMPTY_EVENT_EVERY;
        Ok(frame::event(self.wire, self.wire.body(&event)))
    }

    /// The sequence number after which the next event begins: that of the last record before it, or that of the shard's
    /// beginning.
    fn continuation(&self, page: &Page) -> SequenceNumber {
        let Subscription { birth_secs, shard, .. } = &self.subscription;
        let counter = page.next_counter_inclusive.saturating_sub(1);
        let last = page.records.last().map(|record| record.sequence).filter(|last| last.counter == counter);
        let arrival_secs = last.map_or_else(
            || {
                let arrival_millis = page.tip.arrival_millis.filter(|_| counter > 0).unwrap_or(0);
                u64::try_from(arrival_millis / 1_000).unwrap_or(0).max(*birth_secs)
            },
            |last| last.arrival_secs,
        );
        SequenceParts { birth_secs: *birth_secs, counter, arrival_secs, shard: shard.0 }.encode()
    }

    /// What the client is told of an end before the time; nothing when the server goes, so that it just asks again.
    fn exception_of(&self, end: End) -> Option<Exception> {
        let Subscription { consumer_arn, shard, .. } = &self.subscription;
        match end {
            End::Closing => None,
            End::TakenOver => Some(another_subscription(consumer_arn, *shard)),
        }
    }

    fn exception(&mut self, exception: &Exception) -> Bytes {
        self.progress = Progress::Done;
        frame::exception(self.wire, exception)
    }
}
