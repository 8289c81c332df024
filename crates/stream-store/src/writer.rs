//! The one thread that writes: it takes what waits in the queue, writes it, syncs once, publishes it to readers, and only
//! then acknowledges. While it syncs the next commit gathers in the queue; that is the whole of group commit.
//!
//! What must stay true: a record is visible and acknowledged only when it is durable in the sense of the store's
//! [`Durability`](crate::Durability); after a failed write or sync nothing is ever written again.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::class_log::{ClassLog, Growing};
use crate::error::{AppendError, WriteRefusal};
use crate::frame::{self, FrameHeader};
use crate::limits;
use crate::queue::Receiver;
use crate::record::{Appended, NewRecord, sequence_parts};
use crate::retention;
use crate::segment::{RetentionClass, SyncedMarks};
use crate::shard_log::ShardLog;
use crate::shared::Shared;

/// The answers to an append, one for each of its shards.
pub(crate) type Answers = Vec<Result<Appended, AppendError>>;

/// Work between two commits; it learns whether writes are refused.
pub(crate) type ExclusiveWork = Box<dyn FnOnce(Option<&WriteRefusal>) + Send>;

/// What the writer is asked to do.
pub(crate) enum Command {
    /// Append records to shards.
    Append(Append),
    /// Run this when all appends before it are on the disk and before any after it.
    Exclusive(ExclusiveWork),
    /// Seal those growing segments in which everything has expired, so that a sweep can remove them.
    SealExpired { now_millis: i64, done: oneshot::Sender<SyncedMarks> },
    /// Sync and stop.
    Close { done: oneshot::Sender<()> },
}

/// An append that waits to be written.
pub(crate) struct Append {
    pub(crate) parts: Vec<(Arc<ShardLog>, Vec<NewRecord>)>,
    pub(crate) now_millis: i64,
    pub(crate) bytes: usize,
    pub(crate) permit: OwnedSemaphorePermit,
    pub(crate) reply: oneshot::Sender<Answers>,
}

/// The writer's own state.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    logs: [ClassLog; 3],
    next_number: u64,
}

impl Writer {
    /// A writer that goes on where recovery found the ends of the segments.
    pub(crate) fn new(shared: Arc<Shared>, growing: [Option<Growing>; 3], next_number: u64) -> Self {
        let mut classes = RetentionClass::ALL.into_iter();
        let logs = growing.map(|growing| ClassLog::new(classes.next().expect("three classes"), growing));
        Self { shared, logs, next_number }
    }

    /// Works until the store is closed or the last handle of it is gone.
    pub(crate) fn run(mut self, queue: &Receiver<Command>) {
        let weight = |command: &Command| match command {
            Command::Append(append) => Some(append.bytes),
            _ => None,
        };
        loop {
            let group = queue.next_group(limits::COMMIT_BYTES_MAX, weight);
            if group.is_empty() {
                return self.sync_all();
            }
            let mut appends = Vec::with_capacity(group.len());
            for command in group {
                match command {
                    Command::Append(append) => appends.push(append),
                    Command::Exclusive(work) => {
                        self.sync_all();
                        work(self.shared.refusal.get());
                    }
                    Command::SealExpired { now_millis, done } => {
                        self.seal_expired(now_millis);
                        let _ = done.send(self.synced_marks());
                    }
                    Command::Close { done } => {
                        self.sync_all();
                        retention::mark_synced(&self.shared, self.synced_marks());
                        self.shared.release();
                        let _ = done.send(());
                        return;
                    }
                }
            }
            if !appends.is_empty() {
                self.commit(appends);
            }
        }
    }

    fn commit(&mut self, appends: Vec<Append>) {
        let mut staged = Vec::with_capacity(appends.len());
        // Nearly always all of a commit goes to one class, so its buffer grows once.
        let parts = appends.iter().flat_map(|append| &append.parts);
        let mut bytes_left: usize = parts.map(|(_, records)| frame::encoded_bytes(records)).sum();
        for append in appends {
            let answers: Answers = append
                .parts
                .iter()
                .map(|(shard, records)| {
                    let answer = self.stage(shard, records, append.now_millis, bytes_left);
                    bytes_left -= frame::encoded_bytes(records);
                    answer
                })
                .collect();
            staged.push((append, answers));
        }
        for log in &mut self.logs {
            // A failure is remembered in `shared`, and `confirm` finds what it leaves without an answer.
            let _ = log.flush(&self.shared);
        }
        Shared::count(&self.shared.counts.commits, 1);
        for (append, answers) in staged {
            let Append { parts, permit, reply, .. } = append;
            let confirmed: Answers = parts
                .iter()
                .zip(answers)
                .map(|((shard, _), answer)| answer.and_then(|appended| self.confirm(shard, appended)))
                .collect();
            drop(permit);
            // The caller may have gone away; its records stay.
            let _ = reply.send(confirmed);
        }
    }

    /// Assigns counters to records and encodes them into the buffer of their class. `bytes_left` is what they and all that
    /// follow in the commit take.
    fn stage(
        &mut self,
        shard: &Arc<ShardLog>,
        records: &[NewRecord],
        now_millis: i64,
        bytes_left: usize,
    ) -> Result<Appended, AppendError> {
        if let Some(refusal) = self.shared.refusal.get() {
            return Err(refusal.clone().into());
        }
        let class = {
            let state = shard.state();
            let (stream_id, shard) = (shard.stream_id, shard.id);
            if state.deleted {
                return Err(AppendError::StreamNotFound { stream_id });
            }
            if state.closed {
                return Err(AppendError::ShardClosed { stream_id, shard });
            }
            state.class()
        };
        let frame_bytes = frame::encoded_bytes(records);
        let log = &mut self.logs[class as usize];
        log.make_room(&self.shared, frame_bytes, &mut self.next_number)?;
        let (first_counter, arrival_millis) = {
            let mut state = shard.state();
            let first_counter = state.assigned_counter + 1;
            state.assigned_counter += records.len() as u64;
            state.assigned_arrival_millis = state.assigned_arrival_millis.max(now_millis);
            (first_counter, state.assigned_arrival_millis)
        };
        let header = FrameHeader {
            stream_id: shard.stream_id,
            shard: shard.id.0,
            record_count: records.len() as u32,
            first_counter,
            arrival_millis,
            synced_to: 0,
            frame_bytes,
        };
        log.reserve(bytes_left);
        log.stage(shard, header, records);
        let first = sequence_parts(shard.birth_secs, shard.id, first_counter, arrival_millis);
        Ok(Appended { first, record_count: records.len() as u64, arrival_millis })
    }

    /// Turns a staged append into the answer that is true now.
    fn confirm(&self, shard: &ShardLog, appended: Appended) -> Result<Appended, AppendError> {
        let state = shard.state();
        if state.deleted {
            return Err(AppendError::StreamNotFound { stream_id: shard.stream_id });
        }
        if state.durable_counter >= appended.last_counter() {
            Shared::count(&self.shared.counts.appends, 1);
            Shared::count(&self.shared.counts.records, appended.record_count);
            return Ok(appended);
        }
        let refusal =
            self.shared.refusal.get().expect("only a refused write leaves staged records unpublished");
        Err(AppendError::OutcomeUnknown(refusal.clone()))
    }

    fn synced_marks(&self) -> SyncedMarks {
        self.logs.each_ref().map(ClassLog::synced_mark)
    }

    fn sync_all(&mut self) {
        for log in &mut self.logs {
            // A failure is remembered in `shared` and refuses all later writes.
            let _ = log.sync(&self.shared);
        }
    }

    fn seal_expired(&mut self, now_millis: i64) {
        for log in &mut self.logs {
            if log.all_expired(now_millis) {
                // A failure is remembered in `shared` and refuses all later writes.
                let _ = log.seal(&self.shared);
            }
        }
    }
}
