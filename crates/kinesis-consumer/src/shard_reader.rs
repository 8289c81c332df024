//! The reading of one shard: one task, from its position to its end.
//!
//! What must stay true: a task asks for nothing new while its pages wait for the consumer; an iterator that has expired is renewed
//! after the last record taken, and only when the stream is still the one that was begun.

use std::sync::Arc;
use std::time::Duration;

use alluvium_kinesis_model::SequenceNumber;
use aws_sdk_kinesis::operation::get_records::GetRecordsOutput;
use aws_sdk_kinesis::primitives::DateTime;
use aws_sdk_kinesis::types::ShardIteratorType;
use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;

use crate::client::{KinesisClient, StreamIdentity, rounded_millis};
use crate::cursor::{Cursor, Span};
use crate::error::{ReadError, not_a_sequence_number};
use crate::failure::{Failure, retried};
use crate::limits::{ATTEMPTS_MAX, BACKOFF_FIRST, EMPTY_PAGE_INTERVAL, PAGE_BYTES_MAX, PAGE_BYTES_MIN};
use crate::mode::{Mode, stopped};
use crate::position::StartAt;
use crate::reader::Pacing;
use crate::record::{Loss, Permit, Record, ShardBatch};
use crate::subscription::Subscribed;

/// What the tasks of one reader share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) client: KinesisClient,
    pub(crate) identity: StreamIdentity,
    pub(crate) pacing: Pacing,
    pub(crate) batch_records_max: usize,
    pub(crate) batch_bytes_max: usize,
    pub(crate) bytes_in_flight_max: u32,
    /// Bytes that may still be handed out.
    pub(crate) bytes: Arc<Semaphore>,
    /// Reads that may still be begun.
    pub(crate) reads: Semaphore,
    /// Bytes of pages that may still be asked for.
    pub(crate) page_bytes: Semaphore,
    /// Most records in one page.
    pub(crate) fetch_records_max: usize,
    /// Most bytes a second of one shard that is polled.
    pub(crate) fetch_bytes_per_second_max: Option<u64>,
    /// The registered consumer whose subscriptions are read; without one shards are polled.
    pub(crate) consumer_arn: Option<String>,
    pub(crate) clock: alluvium_clock::Clock,
}

/// What a task tells its reader.
#[derive(Debug)]
pub(crate) enum Message {
    /// Records, or the shard's end.
    Batch(ShardBatch),
    /// Everything that a drain asked for has been handed out, and the shard is still open.
    CaughtUp,
    /// The reader must end.
    Failed(ReadError),
}

/// The task that reads one shard.
pub(crate) struct ShardReader {
    pub(crate) shared: Arc<Shared>,
    pub(crate) shard_id: String,
    pub(crate) cursor: Cursor,
    pub(crate) mode: watch::Receiver<Mode>,
    pub(crate) out: mpsc::Sender<Message>,
}

/// Some records of the shard, as one answer or one event brought them.
pub(crate) struct Page {
    pub(crate) records: Vec<aws_sdk_kinesis::types::Record>,
    pub(crate) millis_behind_latest: i64,
    /// The shard is closed and this is the last of it.
    pub(crate) is_last: bool,
}

/// How a page left the shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// There is more, or will be.
    Next,
    /// The shard is closed and its last batch is out.
    Ended,
    /// The drain has all that it asked for.
    CaughtUp,
}

impl ShardReader {
    /// Reads until the shard ends, a drain is through, or the reader stops.
    pub(crate) async fn run(mut self) {
        let mut mode = self.mode.clone();
        let out = self.out.clone();
        tokio::select! {
            () = stopped(&mut mode) => {}
            result = self.read() => {
                let message = match result {
                    Ok(Some(message)) => message,
                    Ok(None) => return,
                    Err(error) => Message::Failed(error),
                };
                // Nobody listens when the reader is gone, and then nobody wants to know.
                let _ = out.send(message).await;
            }
        }
    }

    async fn read(&mut self) -> Result<Option<Message>, ReadError> {
        if !self.wait_for_start().await {
            return Ok(Some(Message::CaughtUp));
        }
        if let Some(consumer_arn) = self.shared.consumer_arn.clone()
            && let Subscribed::Done(message) = self.subscribe(&consumer_arn).await?
        {
            return Ok(message);
        }
        self.poll().await
    }

    async fn poll(&mut self) -> Result<Option<Message>, ReadError> {
        let shared = Arc::clone(&self.shared);
        let mut iterator: Option<String> = None;
        let mut expired = 0;
        let mut idle_reads = 0;
        // Nothing is known of the first page, so it counts as the largest.
        let mut page_bytes = PAGE_BYTES_MAX;
        loop {
            let current = match iterator.take() {
                Some(current) => current,
                None => match self.open().await? {
                    Some(opened) => opened,
                    None => return Ok(Some(Message::Batch(self.gone()))),
                },
            };
            let slot = shared.reads.acquire().await.expect("the semaphore is never closed");
            let room = shared.page_bytes.acquire_many(page_bytes).await;
            let room = room.expect("the semaphore is never closed");
            let asked_in = *self.mode.borrow_and_update();
            let asked_at = Instant::now();
            let page = match self.get_records(&current).await {
                Ok(page) => page,
                Err(Failure::ExpiredIterator) if expired < ATTEMPTS_MAX => {
                    drop((slot, room));
                    expired += 1;
                    self.check_identity().await?;
                    tokio::time::sleep(shared.pacing.read_interval_min.max(BACKOFF_FIRST)).await;
                    continue;
                }
                Err(Failure::NotFound(_)) => {
                    self.check_identity().await?;
                    return Ok(Some(Message::Batch(self.gone())));
                }
                Err(failure) => return Err(failure.into_error("GetRecords", &self.shard_id)),
            };
            expired = 0;
            let (empty, behind) = (page.records.is_empty(), page.millis_behind_latest.unwrap_or(0));
            let data_bytes: usize = page.records.iter().map(|record| record.data.as_ref().len()).sum();
            iterator = page.next_shard_iterator;
            let page =
                Page { records: page.records, millis_behind_latest: behind, is_last: iterator.is_none() };
            let after = self.hand_out(page, asked_in).await?;
            drop((slot, room));
            match after {
                After::Next => {}
                After::Ended => return Ok(None),
                After::CaughtUp => return Ok(Some(Message::CaughtUp)),
            }
            page_bytes = page_room(data_bytes);
            idle_reads = if empty && behind == 0 { idle_reads + 1 } else { 0 };
            self.rest(asked_at, data_bytes, idle_reads).await;
        }
    }

    /// Waits for a start in the future; false when the reader is drained meanwhile.
    async fn wait_for_start(&mut self) -> bool {
        let StartAt::AtTimestamp(start_millis) = self.cursor.next_at() else { return true };
        loop {
            let ahead = start_millis - self.shared.clock.now_millis();
            let mode = *self.mode.borrow_and_update();
            match (u64::try_from(ahead), mode) {
                (Err(_) | Ok(0), _) => return true,
                (Ok(_), Mode::Drain { .. } | Mode::Stop) => return false,
                (Ok(ahead), Mode::Follow) => {
                    let wait = tokio::time::sleep(Duration::from_millis(ahead));
                    tokio::select! {
                        () = wait => {}
                        _ = self.mode.changed() => {}
                    }
                }
            }
        }
    }

    /// A fresh iterator at the cursor; `None` when the shard is gone.
    async fn open(&mut self) -> Result<Option<String>, ReadError> {
        loop {
            let at = self.cursor.next_at();
            match self.get_shard_iterator(&at).await {
                Ok(iterator) => return Ok(Some(iterator)),
                Err(Failure::NotFound(_)) => {
                    self.check_identity().await?;
                    return Ok(None);
                }
                Err(Failure::InvalidArgument(_)) if matches!(at, StartAt::After(_)) => {
                    self.check_identity().await?;
                    self.cursor.was_trimmed();
                }
                Err(failure) => return Err(failure.into_error("GetShardIterator", &self.shard_id)),
            }
        }
    }

    async fn get_shard_iterator(&self, at: &StartAt) -> Result<String, Failure> {
        let shared = &self.shared;
        retried("GetShardIterator", || async {
            let request = shared.client.once.get_shard_iterator();
            let request = request.stream_name(&shared.identity.name).shard_id(&self.shard_id);
            let request = match at {
                StartAt::TrimHorizon => request.shard_iterator_type(ShardIteratorType::TrimHorizon),
                StartAt::AtTimestamp(millis) => request
                    .shard_iterator_type(ShardIteratorType::AtTimestamp)
                    .timestamp(DateTime::from_millis(*millis)),
                StartAt::After(number) => request
                    .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                    .starting_sequence_number(number.as_str()),
            };
            let output = request.send().await.map_err(|error| match (Failure::of(&error), at) {
                // The server's clock is a little behind ours, and a time in its future is no place to start yet.
                (Failure::InvalidArgument(reason), StartAt::AtTimestamp(_)) => Failure::Transient(reason),
                (failure, _) => failure,
            })?;
            output.shard_iterator.ok_or_else(|| Failure::answer("no iterator"))
        })
        .await
    }

    async fn get_records(&self, iterator: &str) -> Result<GetRecordsOutput, Failure> {
        let shared = &self.shared;
        let limit = i32::try_from(shared.fetch_records_max).unwrap_or(i32::MAX);
        retried("GetRecords", || async {
            let request = shared.client.once.get_records().shard_iterator(iterator).limit(limit);
            request.send().await.map_err(|error| Failure::of(&error))
        })
        .await
    }

    /// Makes sure that the stream's name still means the stream that was begun.
    pub(crate) async fn check_identity(&self) -> Result<(), ReadError> {
        let expected = &self.shared.identity;
        let found = self.shared.client.stream_identity(&expected.name).await?;
        expected.must_be(&found)
    }

    /// Sends a page's records, cut into batches, as soon as there is room for them. `asked_in` is what the reader was to do when
    /// the page was asked for.
    pub(crate) async fn hand_out(&mut self, page: Page, asked_in: Mode) -> Result<After, ReadError> {
        let behind = page.millis_behind_latest;
        let records = self.records(page.records)?;
        let newest_arrival = records.last().map(|record| record.arrival_millis);
        let from_exclusive = self.cursor.last().cloned();
        let mut spans = self
            .cursor
            .take(records, self.shared.batch_records_max, self.shared.batch_bytes_max)
            .map_err(|error| self.bad_answer(error.to_string()))?;
        if spans.is_empty() && page.is_last {
            spans.push(Span { records: Vec::new(), from_exclusive, to_inclusive: None, lost: None });
        }
        let last = spans.len().saturating_sub(1);
        for (index, span) in spans.into_iter().enumerate() {
            let batch = self.batch(span, behind, page.is_last && index == last).await;
            if self.out.send(Message::Batch(batch)).await.is_err() {
                return Ok(After::Ended);
            }
        }
        Ok(match page.is_last {
            true => After::Ended,
            false if has_what_was_asked(asked_in, newest_arrival, behind) => After::CaughtUp,
            false => After::Next,
        })
    }

    async fn batch(&self, span: Span, millis_behind_latest: i64, shard_ended: bool) -> ShardBatch {
        let bytes: usize = span.records.iter().map(Record::bytes).sum();
        let share = u32::try_from(bytes).unwrap_or(u32::MAX).min(self.shared.bytes_in_flight_max);
        let permit = Arc::clone(&self.shared.bytes).acquire_many_owned(share).await;
        ShardBatch {
            shard_id: self.shard_id.clone(),
            records: span.records,
            from_exclusive: span.from_exclusive,
            to_inclusive: span.to_inclusive,
            millis_behind_latest,
            shard_ended,
            lost: span.lost,
            permit: Permit(Some(permit.expect("the semaphore is never closed"))),
        }
    }

    fn records(&self, page: Vec<aws_sdk_kinesis::types::Record>) -> Result<Vec<Record>, ReadError> {
        let records = page.into_iter().map(|record| {
            let sequence_number = SequenceNumber::parse(&record.sequence_number)
                .ok_or_else(|| self.bad_answer(not_a_sequence_number(&record.sequence_number)))?;
            let arrival = record.approximate_arrival_timestamp.as_ref().map(rounded_millis);
            Ok(Record {
                sequence_number,
                partition_key: record.partition_key.unwrap_or_default(),
                arrival_millis: arrival.unwrap_or_default(),
                data: Bytes::from(record.data.into_inner()),
            })
        });
        records.collect()
    }

    fn bad_answer(&self, reason: String) -> ReadError {
        ReadError::BadAnswer { shard_id: self.shard_id.clone(), reason }
    }

    /// The last word on a shard that retention has removed before its end was seen.
    pub(crate) fn gone(&self) -> ShardBatch {
        ShardBatch::gone(self.shard_id.clone(), self.cursor.last().cloned())
    }

    /// Keeps the shard's reads apart. A shard with nothing new rests longer each time, unless a drain begins.
    async fn rest(&mut self, asked_at: Instant, data_bytes: usize, idle_reads: u32) {
        let pacing = &self.shared.pacing;
        let at_least = match (data_bytes, self.shared.fetch_bytes_per_second_max) {
            (0, _) => EMPTY_PAGE_INTERVAL,
            (_, None) => Duration::ZERO,
            (bytes, Some(rate)) => Duration::from_secs_f64(bytes as f64 / rate.max(1) as f64),
        };
        tokio::time::sleep_until(asked_at + pacing.read_interval_min.max(at_least)).await;
        if idle_reads > 0 {
            tokio::select! {
                () = tokio::time::sleep_until(asked_at + pacing.idle(idle_reads)) => {}
                _ = self.mode.changed() => {}
            }
        }
    }
}

impl ShardBatch {
    /// The last batch of a shard that is not there any more.
    pub(crate) fn gone(shard_id: String, after: Option<SequenceNumber>) -> Self {
        Self {
            shard_id,
            records: Vec::new(),
            from_exclusive: after.clone(),
            to_inclusive: None,
            millis_behind_latest: 0,
            shard_ended: true,
            lost: Some(Loss { after, before: None, records: None }),
            permit: Permit::default(),
        }
    }
}

/// The room that is kept for the page after one of so many bytes: as much, in case there is a backlog, and some.
fn page_room(data_bytes: usize) -> u32 {
    let bytes = u32::try_from(data_bytes).unwrap_or(u32::MAX);
    bytes.saturating_add(PAGE_BYTES_MIN).min(PAGE_BYTES_MAX)
}

/// Whether a page that was asked for in this mode holds the last of what the mode wants: it was empty at the newest record, or it
/// reached a record that arrived after the drain was asked for.
fn has_what_was_asked(asked_in: Mode, newest_arrival_millis: Option<i64>, millis_behind_latest: i64) -> bool {
    match (asked_in, newest_arrival_millis) {
        (Mode::Follow, _) => false,
        (Mode::Stop, _) => true,
        (Mode::Drain { .. }, None) => millis_behind_latest == 0,
        (Mode::Drain { since_millis }, Some(newest)) => newest > since_millis,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drain_is_through_at_an_empty_page_or_at_a_record_that_came_later() {
        let drain = Mode::Drain { since_millis: 100 };
        for (mode, newest, behind, expected) in [
            (Mode::Follow, None, 0, false),
            (drain, None, 0, true),
            (drain, None, 5, false),
            (drain, Some(99), 0, false),
            (drain, Some(100), 0, false),
            (drain, Some(101), 7, true),
        ] {
            assert_eq!(has_what_was_asked(mode, newest, behind), expected, "{mode:?} {newest:?} {behind}");
        }
    }
}
