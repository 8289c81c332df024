//! The store as its users see it: a cheap handle; the work is in the writer, the readers and the catalog.
//!
//! What must stay true: nothing here blocks the async runtime; what touches a file runs on the writer's thread or on one for
//! blocking work.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use alluvium_kinesis_model::{ShardId, StreamName};
use tokio::sync::{Semaphore, oneshot};

use crate::append;
use crate::consumer::{Consumer, ConsumerChange, NewConsumer};
use crate::consumers;
use crate::error::{AppendError, CatalogError, OpenError, ReadError, WriteRefusal};
use crate::limits;
use crate::locks;
use crate::open;
use crate::options::StoreOptions;
use crate::queue::{Sender, queue};
use crate::read::{self, Source};
use crate::record::{Appended, NewRecord, Page, PageLimits, ReadFrom, ShardRecords, Tip};
use crate::reshard;
use crate::retention;
use crate::shard_log::ShardLog;
use crate::shared::Shared;
use crate::storage::Storage;
use crate::stream::{NewStream, Reshard, Stream, StreamChange};
use crate::streams;
use crate::writer::Command;

/// A store of streams. Cheap to clone; clones are the same store, which closes when the last one is gone.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
    queue: Arc<Sender<Command>>,
    room: Arc<Semaphore>,
}

/// What opening had to repair after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovery {
    /// The torn ends that were cut, at most one per retention class.
    pub cuts: Vec<Cut>,
}

/// A torn end that was cut: bytes that no acknowledged append had synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub path: PathBuf,
    /// The length that it has now; 0 when nothing was left of it and it was removed.
    pub offset: u64,
    /// How many bytes were cut.
    pub bytes: u64,
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Segments removed.
    pub segments: u64,
    /// Bytes given back.
    pub bytes: u64,
}

/// Counts since the store was opened, and what it holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreStats {
    /// Appends acknowledged; one per shard of an append.
    pub appends: u64,
    /// Records acknowledged.
    pub records: u64,
    /// Commits written, each with one sync per retention class that it touched.
    pub commits: u64,
    /// Syncs of segments.
    pub syncs: u64,
    /// Segments there are.
    pub segments: u64,
    /// Bytes that they take.
    pub segment_bytes: u64,
    /// Files of segments that are open for reading, at most [`StoreOptions::open_files_max`].
    pub open_files: u64,
}

impl Store {
    /// Opens the store in `options.dir`, or makes one there, and recovers it from a crash if there was one.
    pub async fn open(options: StoreOptions, storage: impl Storage) -> Result<Self, OpenError> {
        let (shared, mut writer_parts) =
            off_the_runtime(move || open::open(options, Arc::new(storage))).await?;
        let (queue, waiting) = queue();
        let writer = writer_parts.take_writer(&shared);
        std::thread::Builder::new()
            .name("stream-store".to_owned())
            .spawn(move || writer.run(&waiting))
            .map_err(OpenError::Io)?;
        let room = Arc::new(Semaphore::new(limits::QUEUE_BYTES_MAX));
        Ok(Self { shared, queue: Arc::new(queue), room })
    }

    /// What opening had to repair.
    pub fn recovery(&self) -> &Recovery {
        &self.shared.recovery
    }

    /// Makes a stream; it is durable when this returns.
    pub async fn create_stream(&self, new: NewStream) -> Result<Arc<Stream>, CatalogError> {
        self.blocking(move |shared| streams::create(shared, &new)).await
    }

    /// Changes a stream; the change is durable when this returns.
    pub async fn update_stream(
        &self,
        stream_id: u64,
        change: StreamChange,
    ) -> Result<Arc<Stream>, CatalogError> {
        let changed: Result<_, Infallible> = self.change_stream(stream_id, move |_| Ok(change)).await?;
        Ok(changed.unwrap_or_else(|never| match never {}))
    }

    /// Changes a stream as `plan` says; the change is durable when this returns. `plan` sees the stream as it is, nobody else
    /// changes it between, and an error of `plan` (the inner one) leaves it as it is. So a check and a change that depends on
    /// it are one step. `plan` runs on a thread for blocking work and must not call the store.
    pub async fn change_stream<E: Send + 'static>(
        &self,
        stream_id: u64,
        plan: impl FnOnce(&Stream) -> Result<StreamChange, E> + Send + 'static,
    ) -> Result<Result<Arc<Stream>, E>, CatalogError> {
        let (shared, queue) = (Arc::clone(&self.shared), Arc::clone(&self.queue));
        // One piece of work that goes on to its end when the caller stops waiting: a retention that is in the catalog must
        // reach the shards.
        let work = move || {
            let changed = streams::change(&shared, stream_id, plan)?;
            let applied = match &changed {
                Ok(changed) if changed.retention => {
                    let apply = move |shared: &Shared, _: Option<&WriteRefusal>| {
                        streams::apply_retention(shared, stream_id);
                    };
                    Some(between_commits(&queue, shared, apply)?)
                }
                _ => None,
            };
            Ok::<_, CatalogError>((changed, applied))
        };
        let (changed, applied) = off_the_runtime(work).await?;
        let changed = match changed {
            Ok(changed) => changed,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some(applied) = applied {
            applied.await.map_err(|_| CatalogError::Closed)?;
        }
        Ok(Ok(changed.stream))
    }

    /// Closes shards and opens their children in one step: at no moment does a hash key have no open shard. The closed shards
    /// end after the appends that came before this call.
    pub async fn reshard(&self, stream_id: u64, reshard: Reshard) -> Result<Arc<Stream>, CatalogError> {
        self.reshard_all(stream_id, vec![reshard]).await
    }

    /// Reshards in several steps that are done all together or not at all. A later step may close the children of an earlier
    /// one: children get the ids after the stream's greatest, in order of the steps.
    pub async fn reshard_all(
        &self,
        stream_id: u64,
        steps: Vec<Reshard>,
    ) -> Result<Arc<Stream>, CatalogError> {
        self.exclusive(move |shared| reshard::reshard(shared, stream_id, &steps)).await
    }

    /// Deletes all records that the stream has now; durable when this returns. Shards and sequence numbers go on as they are.
    /// Returns how many records there were, those included that had expired and were not yet swept; [`Store::sweep`] gives
    /// the space back.
    pub async fn purge(&self, stream_id: u64) -> Result<u64, CatalogError> {
        self.exclusive(move |shared| streams::purge(shared, stream_id)).await
    }

    /// Deletes a stream with all its records at once; [`Store::sweep`] gives the space back.
    pub async fn delete_stream(&self, stream_id: u64) -> Result<(), CatalogError> {
        self.blocking(move |shared| streams::delete(shared, stream_id)).await
    }

    /// Makes a stream DELETING, and gone from a moment on, in milliseconds since 1970; durable when this returns. Until a
    /// sweep or a new stream of its name after that moment it can still be found here: ask [`Stream::is_gone`]. It is the
    /// caller's work to refuse reads and writes meanwhile.
    pub async fn delete_stream_at(
        &self,
        stream_id: u64,
        gone_at_millis: i64,
    ) -> Result<Arc<Stream>, CatalogError> {
        self.blocking(move |shared| streams::delete_at(shared, stream_id, gone_at_millis)).await
    }

    /// Registers a consumer of a stream; durable when this returns.
    pub async fn register_consumer(
        &self,
        stream_id: u64,
        new: NewConsumer,
    ) -> Result<Consumer, CatalogError> {
        self.blocking(move |shared| consumers::register(shared, stream_id, new)).await
    }

    /// Changes a consumer, or deregisters it; durable when this returns.
    pub async fn change_consumer(
        &self,
        stream_id: u64,
        name: &str,
        change: ConsumerChange,
    ) -> Result<Consumer, CatalogError> {
        let name = name.to_owned();
        self.blocking(move |shared| consumers::change(shared, stream_id, &name, change)).await
    }

    /// A setting of the account.
    pub fn account_setting(&self, name: &str) -> Option<String> {
        locks::read(&self.shared.account).get(name).cloned()
    }

    /// Sets a setting of the account, or removes it; durable when this returns.
    pub async fn put_account_setting(&self, name: &str, value: Option<String>) -> Result<(), CatalogError> {
        let name = name.to_owned();
        self.blocking(move |shared| streams::put_account_setting(shared, name, value)).await
    }

    /// The stream with this name.
    pub fn stream(&self, name: &StreamName) -> Option<Arc<Stream>> {
        let streams = locks::read(&self.shared.streams);
        let id = streams.by_name.get(name)?;
        streams.by_id.get(id).map(|entry| Arc::clone(&entry.stream))
    }

    /// The stream with this id.
    pub fn stream_by_id(&self, stream_id: u64) -> Option<Arc<Stream>> {
        self.shared.entry(stream_id).map(|entry| entry.stream)
    }

    /// The stream with this `StreamId` of AWS's.
    pub fn stream_by_stream_id(&self, stream_id: &str) -> Option<Arc<Stream>> {
        let streams = locks::read(&self.shared.streams);
        let id = streams.numbers.get(stream_id)?;
        streams.by_id.get(id).map(|entry| Arc::clone(&entry.stream))
    }

    /// All streams, in order of their names.
    pub fn streams(&self) -> Vec<Arc<Stream>> {
        let streams = locks::read(&self.shared.streams);
        let ids = streams.by_name.values();
        ids.filter_map(|id| streams.by_id.get(id)).map(|entry| Arc::clone(&entry.stream)).collect()
    }

    /// Appends records to one shard and returns when they are durable. Waits while too much else waits to be written.
    ///
    /// When the caller stops waiting the records may still be appended.
    pub async fn append(
        &self,
        stream_id: u64,
        shard: ShardId,
        records: Vec<NewRecord>,
        now_millis: i64,
    ) -> Result<Appended, AppendError> {
        let batches = vec![ShardRecords { shard, records }];
        let mut answers = self.append_many(stream_id, batches, now_millis).await;
        answers.pop().unwrap_or(Err(AppendError::Closed))
    }

    /// Appends records to several shards in one commit; one answer per element of `batches`, in order. Each shard's records
    /// are appended whole or not at all.
    pub async fn append_many(
        &self,
        stream_id: u64,
        batches: Vec<ShardRecords>,
        now_millis: i64,
    ) -> Vec<Result<Appended, AppendError>> {
        append::append(&self.shared, &self.queue, &self.room, stream_id, batches, now_millis).await
    }

    /// Reads a page of a shard. Never waits for records: at the tip the page is empty.
    pub async fn read(
        &self,
        stream_id: u64,
        shard: ShardId,
        from: ReadFrom,
        limits: PageLimits,
        now_millis: i64,
    ) -> Result<Page, ReadError> {
        let log = self.shard_log(stream_id, shard)?;
        let in_memory = read::read_page(&self.shared, &log, from, limits, now_millis, Source::Memory)?;
        if let Some(page) = in_memory {
            return Ok(page);
        }
        let common = Arc::clone(&self.shared);
        let from_files = move || read::read_page(&common, &log, from, limits, now_millis, Source::Files);
        Ok(off_the_runtime(from_files)
            .await?
            .unwrap_or_else(|| unreachable!("a read from files always makes a page")))
    }

    /// The newest durable record of a shard.
    pub fn tip(&self, stream_id: u64, shard: ShardId) -> Result<Tip, ReadError> {
        self.shard_log(stream_id, shard)?.tip().ok_or(ReadError::StreamNotFound { stream_id })
    }

    /// Waits until a shard has a durable record after `counter_exclusive` or is closed; returns its tip.
    pub async fn wait_past(
        &self,
        stream_id: u64,
        shard: ShardId,
        counter_exclusive: u64,
    ) -> Result<Tip, ReadError> {
        let log = self.shard_log(stream_id, shard)?;
        loop {
            let mut moved = std::pin::pin!(log.moved.notified());
            moved.as_mut().enable();
            let tip = log.tip().ok_or(ReadError::StreamNotFound { stream_id })?;
            if tip.counter > counter_exclusive || tip.closed {
                return Ok(tip);
            }
            moved.await;
        }
    }

    /// How many records the stream has ever accepted; restarts and retention do not lower it.
    pub fn accepted(&self, stream_id: u64) -> Option<u64> {
        let entry = self.shared.entry(stream_id)?;
        let by_shards: u64 = entry.shards.iter().map(|shard| shard.state().durable_counter).sum();
        Some(by_shards + entry.stream.records_of_forgotten_shards)
    }

    /// Trims what has expired and removes the segments in which everything has expired or belongs to deleted streams.
    pub async fn sweep(&self, now_millis: i64) -> Result<Swept, CatalogError> {
        let (done, sealed) = oneshot::channel();
        self.queue.send(Command::SealExpired { now_millis, done }).map_err(|_| CatalogError::Closed)?;
        let synced = sealed.await.map_err(|_| CatalogError::Closed)?;
        self.blocking(move |shared| retention::sweep(shared, now_millis, synced)).await
    }

    /// Why the store takes no more writes; `None` while it does.
    pub fn write_refusal(&self) -> Option<WriteRefusal> {
        self.shared.refusal.get().cloned()
    }

    /// Counts since the store was opened.
    pub fn stats(&self) -> StoreStats {
        let counts = &self.shared.counts;
        let segments = locks::lock(&self.shared.segments);
        StoreStats {
            appends: counts.appends.load(Ordering::Relaxed),
            records: counts.records.load(Ordering::Relaxed),
            commits: counts.commits.load(Ordering::Relaxed),
            syncs: counts.syncs.load(Ordering::Relaxed),
            segments: segments.len() as u64,
            open_files: self.shared.files.count() as u64,
            segment_bytes: segments.values().map(|entry| entry.bytes).sum(),
        }
    }

    /// Finishes the appends that wait, syncs, and lets the directory go. Appends and changes after it answer that the store is
    /// closed; closing twice is fine.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Command::Close { done }).is_ok() {
            // An error says that the writer has stopped already.
            let _ = closed.await;
        }
    }

    fn shard_log(&self, stream_id: u64, shard: ShardId) -> Result<Arc<ShardLog>, ReadError> {
        let entry = self.shared.entry(stream_id).ok_or(ReadError::StreamNotFound { stream_id })?;
        entry.shard(shard).cloned().ok_or(ReadError::ShardNotFound { stream_id, shard })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, CatalogError> {
        let shared = Arc::clone(&self.shared);
        off_the_runtime(move || work(&shared)).await
    }

    /// Runs work on the writer's thread, between the appends before this call and those after it; not when writes are refused.
    async fn exclusive<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, CatalogError> {
        let unless_refused = move |shared: &Shared, refusal: Option<&WriteRefusal>| {
            refusal.map_or_else(|| work(shared), |refusal| Err(refusal.clone().into()))
        };
        let answer = between_commits(&self.queue, Arc::clone(&self.shared), unless_refused)?;
        answer.await.map_err(|_| CatalogError::Closed)?
    }
}

/// Has work run on the writer's thread, between the appends before this call and those after it; it learns whether writes are
/// refused.
fn between_commits<T: Send + 'static>(
    queue: &Sender<Command>,
    shared: Arc<Shared>,
    work: impl FnOnce(&Shared, Option<&WriteRefusal>) -> T + Send + 'static,
) -> Result<oneshot::Receiver<T>, CatalogError> {
    let (reply, answer) = oneshot::channel();
    let run = Box::new(move |refusal: Option<&WriteRefusal>| {
        let result = work(&shared, refusal);
        drop(shared);
        // The caller may have gone away; the change stays.
        let _ = reply.send(result);
    });
    queue.send(Command::Exclusive(run)).map_err(|_| CatalogError::Closed)?;
    Ok(answer)
}

/// Runs work that touches files on a thread for blocking work.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("the work does not panic and is not aborted")
}
