//! Gathers what the reader hands out into batches for one commit each.
//!
//! What must stay true: a batch holds whole shard batches in the order in which they came, so that the range of each shard
//! in it has no gap; and a gathered record's bytes count against the reader's limit until the batch is dropped.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use alluvium_kinesis_consumer::{Loss, ReadError, Record, SequenceNumber, ShardBatch, StreamReader};
use tokio::sync::watch;
use tokio::time::Instant;

use super::control::Command;
use crate::clean::RawRecord;
use crate::commit::ShardAdvance;
use crate::definition::BatchLimits;

/// Records for one commit, over all shards.
pub(super) struct Batch {
    /// The records, each shard's in order.
    pub(super) records: Vec<RawRecord>,
    /// Bytes of data in them.
    pub(super) data_bytes: u64,
    /// How far each shard is taken.
    pub(super) advances: BTreeMap<String, ShardAdvance>,
    /// Records that are gone from the stream before they were read, by shard.
    pub(super) lost: Vec<(String, Loss)>,
    /// How long it took to gather, from its first record.
    pub(super) gathered_in: Duration,
    /// Bytes of data and partition keys, as the reader weighs them.
    weight: u64,
    /// What the records came in; their bytes are given back to the reader when this is dropped.
    held: Vec<ShardBatch>,
}

/// What comes after a batch.
pub(super) enum Next {
    /// More.
    More,
    /// Nothing: the reader has finished or the pipeline is to stop.
    End,
    /// Nothing, because of this.
    Failed(ReadError),
}

/// Gathers batches; holds the shard batch that no longer fitted into the last one.
pub(super) struct Gatherer {
    reader: StreamReader,
    command: watch::Receiver<Command>,
    limits: BatchLimits,
    interval: Option<Duration>,
    stream: Arc<str>,
    waiting: Option<ShardBatch>,
    /// Milliseconds behind the newest record, by shard.
    behind: BTreeMap<String, i64>,
}

impl Gatherer {
    /// Gathers from `reader`; a batch is closed `interval` after its first record, or only when it is full.
    pub(super) fn new(
        reader: StreamReader,
        command: watch::Receiver<Command>,
        limits: BatchLimits,
        interval: Option<Duration>,
        stream: &str,
    ) -> Self {
        let stream = Arc::from(stream);
        Self { reader, command, limits, interval, stream, waiting: None, behind: BTreeMap::new() }
    }

    /// Milliseconds behind the newest record of the shards heard of.
    pub(super) fn behind(&self) -> impl Iterator<Item = i64> + Clone {
        self.behind.values().copied()
    }

    /// The next batch, which is empty only if nothing comes after it.
    pub(super) async fn next(&mut self) -> (Batch, Next) {
        let mut batch = Batch::new();
        let mut first: Option<Instant> = None;
        let next = loop {
            let received = match self.waiting.take() {
                Some(waiting) => waiting,
                None => match self.receive(first).await {
                    Received::Batch(received) => received,
                    Received::Time => break Next::More,
                    Received::End => break Next::End,
                    Received::Failed(error) => break Next::Failed(error),
                },
            };
            if !batch.has_room_for(&received, &self.limits) {
                self.waiting = Some(received);
                break Next::More;
            }
            first.get_or_insert_with(Instant::now);
            self.behind.insert(received.shard_id.clone(), received.millis_behind_latest);
            if received.shard_ended {
                self.behind.remove(&received.shard_id);
            }
            batch.push(received, &self.stream);
        };
        batch.gathered_in = first.map_or(Duration::ZERO, |first| first.elapsed());
        (batch, next)
    }

    /// Waits for the reader, for the time at which a batch begun at `first` is closed, and for a word from outside.
    async fn receive(&mut self, first: Option<Instant>) -> Received {
        let control = self.reader.control();
        let until = first.and_then(|first| first.checked_add(self.interval?));
        let mut listening = true;
        loop {
            match *self.command.borrow_and_update() {
                Command::Run => {}
                Command::Drain => control.drain(),
                Command::Stop => {
                    control.stop();
                    return Received::End;
                }
            }
            let time = async {
                match until {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                // Once nobody can say anything any more the pipeline just runs on.
                changed = self.command.changed(), if listening => listening = changed.is_ok(),
                received = self.reader.next() => return match received {
                    Some(Ok(batch)) => Received::Batch(batch),
                    Some(Err(error)) => Received::Failed(error),
                    None => Received::End,
                },
                () = time => return Received::Time,
            }
        }
    }
}

enum Received {
    Batch(ShardBatch),
    Time,
    End,
    Failed(ReadError),
}

impl Batch {
    fn new() -> Self {
        Self {
            records: Vec::new(),
            data_bytes: 0,
            advances: BTreeMap::new(),
            lost: Vec::new(),
            gathered_in: Duration::ZERO,
            weight: 0,
            held: Vec::new(),
        }
    }

    /// Records that are in no stream, after the position of their lane.
    pub(super) fn of_lane(
        shard_id: &str,
        from_exclusive: Option<SequenceNumber>,
        to_inclusive: SequenceNumber,
        records: Vec<RawRecord>,
    ) -> Self {
        let data_bytes = records.iter().map(|record| record.data.len() as u64).sum();
        let advance = ShardAdvance {
            shard_id: shard_id.to_owned(),
            from_exclusive,
            to_inclusive: Some(to_inclusive),
            ended: false,
        };
        let advances = BTreeMap::from([(shard_id.to_owned(), advance)]);
        Self { records, data_bytes, advances, ..Self::new() }
    }

    /// Nothing in it takes any shard further.
    pub(super) fn is_empty(&self) -> bool {
        self.advances.is_empty()
    }

    fn has_room_for(&self, more: &ShardBatch, limits: &BatchLimits) -> bool {
        let weight = |record: &Record| record.data.len() + record.partition_key.len();
        let more_bytes: usize = more.records.iter().map(weight).sum();
        let bytes_max = u64::try_from(limits.data_bytes_max).unwrap_or(u64::MAX);
        self.records.is_empty()
            || (self.records.len() + more.records.len() <= limits.records_max
                && self.weight + more_bytes as u64 <= bytes_max)
    }

    fn push(&mut self, mut more: ShardBatch, stream: &Arc<str>) {
        let shard_id: Arc<str> = Arc::from(more.shard_id.as_str());
        for record in std::mem::take(&mut more.records) {
            self.data_bytes += record.data.len() as u64;
            self.weight += (record.data.len() + record.partition_key.len()) as u64;
            self.records.push(RawRecord {
                data: record.data,
                partition_key: record.partition_key,
                sequence_number: record.sequence_number.to_string(),
                sub_sequence_number: None,
                shard_id: shard_id.clone(),
                stream: stream.clone(),
                arrival_millis: record.arrival_millis,
            });
        }
        let advance = self.advances.entry(more.shard_id.clone()).or_insert_with(|| ShardAdvance {
            shard_id: more.shard_id.clone(),
            from_exclusive: more.from_exclusive.clone(),
            to_inclusive: None,
            ended: false,
        });
        if more.to_inclusive.is_some() {
            advance.to_inclusive.clone_from(&more.to_inclusive);
        }
        advance.ended |= more.shard_ended;
        self.lost.extend(more.lost.take().map(|lost| (more.shard_id.clone(), lost)));
        self.held.push(more);
    }
}
