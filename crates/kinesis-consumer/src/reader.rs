//! The reading of a whole stream: every shard in its turn, one task each, batches out of one end.
//!
//! What must stay true: a child is begun only after its parents' last batches have been handed out, so a consumer that stores
//! batches in the order it gets them keeps the order of every partition key.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use alluvium_clock::Clock;
use alluvium_kinesis_model::SequenceNumber;
use aws_sdk_kinesis::types::Shard;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use crate::client::{KinesisClient, StreamIdentity};
use crate::consumer::ConsumerMode;
use crate::cursor::Cursor;
use crate::error::ReadError;
use crate::failure::{Failure, retried};
use crate::limits::{
    BATCH_BYTES, BATCH_RECORDS_MAX, BATCHES_WAITING, BYTES_IN_FLIGHT, EMBEDDED_IDLE_INTERVAL, IDLE_INTERVAL,
    IDLE_INTERVAL_FIRST_FRACTION, LISTED_SHARDS, PAGES_BYTES, READ_INTERVAL_MIN, READS_AT_ONCE,
};
use crate::lineage::{Lineage, ListedShard, ReadyShard};
use crate::mode::{Mode, ReaderControl, stopped};
use crate::position::{Checkpoint, InitialPosition, Origin, StartAt, start_at};
use crate::record::ShardBatch;
use crate::shard_reader::{Message, ShardReader, Shared};

/// What to read, from where, and how fast.
#[derive(Debug, Clone)]
pub struct ReaderOptions {
    /// The stream's name.
    pub stream_name: String,
    /// When the stream that the checkpoint is about was created, milliseconds since 1970; another one of the same name is
    /// refused. `None` when there is no checkpoint yet.
    pub created_millis: Option<i64>,
    /// How far each shard has been read before.
    pub checkpoint: Checkpoint,
    /// Where shards begin that have not been read before.
    pub initial_position: InitialPosition,
    /// How often shards are asked.
    pub pacing: Pacing,
    /// How records come: asked for, or pushed to a registered consumer.
    pub consumer: ConsumerMode,
    /// Records in one answer to a poll, 1 to [`BATCH_RECORDS_MAX`].
    pub fetch_records_max: usize,
    /// Bytes of data a second that a polled shard is read with at most; `None` is as fast as the server answers.
    pub fetch_bytes_per_second_max: Option<u64>,
    /// Records in one batch, 1 to [`BATCH_RECORDS_MAX`].
    pub batch_records_max: usize,
    /// Bytes of data and partition keys in one batch; a single record may exceed it.
    pub batch_bytes_max: usize,
    /// Bytes in batches that have been read and not been dropped yet. A consumer that collects batches before it stores them has
    /// to collect less than this, or it waits for ever.
    pub bytes_in_flight_max: usize,
}

/// How often a shard is asked for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing {
    /// The shortest time between two reads of one shard.
    pub read_interval_min: Duration,
    /// The longest time between two reads of a shard that has nothing new. The first rest is an eighth of it, each further one
    /// twice as long, so a busy stream is followed closely and a quiet one costs little.
    pub idle_interval: Duration,
}

impl Pacing {
    /// For Amazon Kinesis: within the five reads a second that a shard allows, with a second of rest when there is nothing.
    pub const AWS: Self = Self { read_interval_min: READ_INTERVAL_MIN, idle_interval: IDLE_INTERVAL };
    /// For a server of our own: as fast as there is something, and five looks a second when there is nothing for long.
    pub const EMBEDDED: Self =
        Self { read_interval_min: Duration::ZERO, idle_interval: EMBEDDED_IDLE_INTERVAL };

    /// The rest after so many reads in a row that found nothing new.
    pub(crate) fn idle(&self, idle_reads: u32) -> Duration {
        let doubled = 1_u32 << idle_reads.saturating_sub(1).min(16);
        (self.idle_interval / IDLE_INTERVAL_FIRST_FRACTION).saturating_mul(doubled).min(self.idle_interval)
    }
}

impl Default for Pacing {
    /// The pace that every Kinesis allows: Amazon's.
    fn default() -> Self {
        Self::AWS
    }
}

impl ReaderOptions {
    /// Reads a stream from its oldest record on, at a pace that Amazon Kinesis allows.
    pub fn new(stream_name: impl Into<String>) -> Self {
        Self {
            stream_name: stream_name.into(),
            created_millis: None,
            checkpoint: Checkpoint::new(),
            initial_position: InitialPosition::TrimHorizon,
            pacing: Pacing::AWS,
            consumer: ConsumerMode::Polling,
            fetch_records_max: BATCH_RECORDS_MAX,
            fetch_bytes_per_second_max: None,
            batch_records_max: BATCH_RECORDS_MAX,
            batch_bytes_max: BATCH_BYTES,
            bytes_in_flight_max: BYTES_IN_FLIGHT,
        }
    }
}

/// Reads a stream. Dropping it ends the reading.
#[derive(Debug)]
pub struct StreamReader {
    shared: Arc<Shared>,
    checkpoint: Checkpoint,
    initial_position: InitialPosition,
    started_millis: i64,
    lineage: Lineage,
    /// The shards that are being read.
    tasks: JoinSet<()>,
    /// How many of them have not had their last word yet.
    reading: usize,
    sender: mpsc::Sender<Message>,
    incoming: mpsc::Receiver<Message>,
    /// Last words on shards that were gone before the start.
    gone: VecDeque<ShardBatch>,
    /// A shard has ended, so the stream has to be listed again.
    must_list: bool,
    control: ReaderControl,
    mode: watch::Receiver<Mode>,
    finished: bool,
}

impl StreamReader {
    /// Looks at the stream and gets ready to read it. Records flow once [`StreamReader::next`] is called.
    pub async fn start(
        client: KinesisClient,
        options: ReaderOptions,
        clock: Clock,
    ) -> Result<Self, ReadError> {
        let identity = client.stream_identity(&options.stream_name).await?;
        if let Some(created_millis) = options.created_millis {
            StreamIdentity { created_millis, ..identity.clone() }.must_be(&identity)?;
        }
        let consumer_arn = match &options.consumer {
            ConsumerMode::Polling => None,
            ConsumerMode::FanOut { consumer_name } => {
                Some(client.registered_consumer(&identity, consumer_name).await?)
            }
        };
        let mut lineage = Lineage::default();
        lineage.list(list_shards(&client, &identity.name).await?);
        let gone = options
            .checkpoint
            .iter()
            .filter(|(shard_id, shard)| !shard.ended && !lineage.knows(shard_id))
            .map(|(shard_id, shard)| ShardBatch::gone(shard_id.clone(), shard.after.clone()))
            .collect();
        let bytes_in_flight_max = u32::try_from(options.bytes_in_flight_max).unwrap_or(u32::MAX).max(1);
        let shared = Arc::new(Shared {
            client,
            identity,
            pacing: options.pacing,
            batch_records_max: options.batch_records_max.clamp(1, BATCH_RECORDS_MAX),
            batch_bytes_max: options.batch_bytes_max.max(1),
            bytes_in_flight_max,
            bytes: Arc::new(Semaphore::new(bytes_in_flight_max as usize)),
            reads: Semaphore::new(READS_AT_ONCE),
            page_bytes: Semaphore::new(PAGES_BYTES),
            fetch_records_max: options.fetch_records_max.clamp(1, BATCH_RECORDS_MAX),
            fetch_bytes_per_second_max: options.fetch_bytes_per_second_max,
            consumer_arn,
            clock,
        });
        let (sender, incoming) = mpsc::channel(BATCHES_WAITING);
        let (mode_sender, mode) = watch::channel(Mode::Follow);
        Ok(Self {
            shared,
            checkpoint: options.checkpoint,
            initial_position: options.initial_position,
            started_millis: clock.now_millis(),
            lineage,
            tasks: JoinSet::new(),
            reading: 0,
            sender,
            incoming,
            gone,
            must_list: false,
            control: ReaderControl { mode: mode_sender, clock },
            mode,
            finished: false,
        })
    }

    /// The stream that is being read.
    pub fn identity(&self) -> &StreamIdentity {
        &self.shared.identity
    }

    /// A handle that tells this reader to finish.
    pub fn control(&self) -> ReaderControl {
        self.control.clone()
    }

    /// The next batch; `None` when the reader has been drained or stopped, and after an error. Waits while there is nothing. A call
    /// that is dropped while it waits loses nothing.
    pub async fn next(&mut self) -> Option<Result<ShardBatch, ReadError>> {
        if self.finished {
            return None;
        }
        let mut mode = self.mode.clone();
        let result = tokio::select! {
            biased;
            () = stopped(&mut mode) => None,
            result = self.next_batch() => result,
        };
        if !matches!(result, Some(Ok(_))) {
            self.finished = true;
            self.tasks.abort_all();
        }
        result
    }

    async fn next_batch(&mut self) -> Option<Result<ShardBatch, ReadError>> {
        loop {
            if let Some(gone) = self.gone.pop_front() {
                return Some(Ok(gone));
            }
            if self.must_list {
                match list_shards(&self.shared.client, &self.shared.identity.name).await {
                    Ok(shards) => self.lineage.list(shards),
                    Err(error) => return Some(Err(error)),
                }
                self.must_list = false;
            }
            self.begin_ready_shards();
            if self.reading == 0 {
                let draining = *self.mode.borrow() != Mode::Follow;
                let stream = self.shared.identity.name.clone();
                return if draining { None } else { Some(Err(ReadError::NoOpenShard { stream })) };
            }
            let message = tokio::select! {
                biased;
                message = self.incoming.recv() => message,
                Some(joined) = self.tasks.join_next() => match joined {
                    Err(error) if error.is_panic() => Some(Message::Failed(ReadError::BrokeOff {
                        stream: self.shared.identity.name.clone(),
                        reason: "a shard's task panicked".to_owned(),
                    })),
                    _ => continue,
                },
            };
            match message.expect("the reader keeps a sender itself") {
                Message::Batch(batch) => {
                    if batch.shard_ended {
                        self.reading -= 1;
                        self.lineage.drained(&batch.shard_id);
                        self.must_list = true;
                    }
                    return Some(Ok(batch));
                }
                Message::CaughtUp => self.reading -= 1,
                Message::Failed(error) => return Some(Err(error)),
            }
        }
    }

    /// Begins every shard whose turn has come; those that a checkpoint says have ended are passed over.
    fn begin_ready_shards(&mut self) {
        loop {
            let ready = self.lineage.take_ready();
            if ready.is_empty() {
                return;
            }
            for shard in ready {
                let ended = self.checkpoint.get(&shard.shard.shard_id).is_some_and(|known| known.ended);
                if ended {
                    self.lineage.drained(&shard.shard.shard_id);
                } else {
                    self.begin(shard);
                }
            }
        }
    }

    fn begin(&mut self, ready: ReadyShard) {
        let shard = ready.shard;
        let origin = Origin {
            appeared_later: ready.appeared_later,
            parent_was_read: shard.parents.iter().any(|parent| self.checkpoint.contains_key(parent)),
        };
        let after = self.checkpoint.get(&shard.shard_id).and_then(|known| known.after.as_ref());
        let start = start_at(after, self.initial_position, origin, self.started_millis);
        let continues = origin.appeared_later || origin.parent_was_read;
        let birth = shard.starting_sequence_number.filter(|_| continues && start == StartAt::TrimHorizon);
        tracing::debug!(
            stream = self.shared.identity.name,
            shard = shard.shard_id,
            ?start,
            "reading a shard"
        );
        let reader = ShardReader {
            shared: Arc::clone(&self.shared),
            shard_id: shard.shard_id,
            cursor: Cursor::new(start, birth),
            mode: self.mode.clone(),
            out: self.sender.clone(),
        };
        self.reading += 1;
        self.tasks.spawn(reader.run());
    }
}

impl StreamIdentity {
    /// Refuses another stream under the same name.
    pub(crate) fn must_be(&self, found: &Self) -> Result<(), ReadError> {
        if self.created_millis == found.created_millis {
            return Ok(());
        }
        Err(ReadError::StreamReplaced {
            stream: self.name.clone(),
            expected_millis: self.created_millis,
            found_millis: found.created_millis,
        })
    }
}

/// All shards of a stream that still hold something, open and closed.
async fn list_shards(client: &KinesisClient, stream_name: &str) -> Result<Vec<ListedShard>, ReadError> {
    let listed = retried("ListShards", || async {
        let mut shards = Vec::new();
        let mut next_token: Option<String> = None;
        loop {
            let request = client.once.list_shards().max_results(LISTED_SHARDS);
            let request = match next_token {
                Some(token) => request.next_token(token),
                None => request.stream_name(stream_name),
            };
            let page = request.send().await.map_err(|error| Failure::of(&error))?;
            shards.extend(page.shards.unwrap_or_default().into_iter().map(listed_shard));
            next_token = page.next_token;
            if next_token.is_none() {
                return Ok(shards);
            }
        }
    });
    listed.await.map_err(|failure| match failure {
        Failure::NotFound(reason) => ReadError::StreamNotFound { stream: stream_name.to_owned(), reason },
        other => other.into_error("ListShards", stream_name),
    })
}

fn listed_shard(shard: Shard) -> ListedShard {
    let starting = shard.sequence_number_range.map(|range| range.starting_sequence_number);
    ListedShard {
        shard_id: shard.shard_id,
        parents: [shard.parent_shard_id, shard.adjacent_parent_shard_id].into_iter().flatten().collect(),
        starting_sequence_number: starting.and_then(|number| SequenceNumber::parse(&number)),
    }
}
