//! The one thread that writes: it takes what waits in the queue, writes it, syncs once, publishes it to readers, and only
//! then acknowledges. While it syncs, and while those who were acknowledged have their turn, the next commit gathers in the
//! queue; that is the whole of group commit.
//!
//! What must stay true: a record is visible and acknowledged only when it is durable in the sense of the store's
//! [`Durability`](crate::Durability); after a failed write or sync nothing is ever written again.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::class_log::{ClassLog, Growing};
use crate::commit::{self, Commit, Part};
use crate::delivery::{Gathering, Reply};
use crate::error::{AppendError, WriteRefusal};
use crate::frame::{self, FRAME_HEADER_BYTES, FrameHeader};
use crate::limits;
use crate::options::Durability;
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
    pub(crate) reply: Reply,
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
                return self.leave();
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
                        self.leave();
                        retention::mark_synced(&self.shared, self.synced_marks());
                        self.shared.release();
                        let _ = done.send(());
                        return;
                    }
                }
            }
            if !appends.is_empty()
                && let Some(gathering) = self.commit(appends)
            {
                gathering.wait();
            }
        }
    }

    /// Writes appends and answers them. What is to be waited for before the next commit; `None` where no sync can be shared, so
    /// that waiting would only hold up whoever comes.
    fn commit(&mut self, appends: Vec<Append>) -> Option<Gathering> {
        let mut commit = Commit::new(appends);
        // Nearly always all of a commit goes to one class, so its buffer grows once.
        let mut bytes_left = commit.bytes_estimate();
        for mut parts in commit.by_shard() {
            while !parts.is_empty() {
                let staged = self.stage(parts, &mut bytes_left);
                parts = parts.split_at_mut(staged).1;
            }
        }
        for log in &mut self.logs {
            // A failure is remembered in `shared`, and `confirm` finds what it leaves without an answer.
            let _ = log.flush(&self.shared);
        }
        Shared::count(&self.shared.counts.commits, 1);
        commit.by_shard().for_each(|parts| self.confirm(parts));
        let gathering = commit.answer();
        (self.shared.options.durability == Durability::Sync).then_some(gathering)
    }

    /// Encodes the frame of the first of these parts, which are of one shard, and of those that share it; returns how many
    /// those are. What cannot be written has its answer then. `bytes_left` is about what all that is left of the commit takes.
    fn stage(&mut self, parts: &mut [Part], bytes_left: &mut usize) -> usize {
        let log = Arc::clone(&parts[0].shard);
        let arrival_millis = log.state().assigned_arrival_millis.max(parts[0].now_millis);
        let count = commit::parts_of_frame(parts, arrival_millis);
        let parts = &mut parts[..count];
        match self.stage_frame(&log, parts, arrival_millis, bytes_left) {
            Ok(mut counter) => {
                for part in parts {
                    let first = sequence_parts(log.birth_secs, log.id, counter, arrival_millis);
                    let record_count = part.records.len() as u64;
                    part.answer = Some(Ok(Appended { first, record_count, arrival_millis }));
                    counter += record_count;
                }
            }
            Err(error) => parts.iter_mut().for_each(|part| part.answer = Some(Err(error.clone()))),
        }
        count
    }

    /// Assigns counters to all records of a frame and encodes it into the buffer of its class; returns the first counter.
    fn stage_frame(
        &mut self,
        shard: &Arc<ShardLog>,
        parts: &[Part],
        arrival_millis: i64,
        bytes_left: &mut usize,
    ) -> Result<u64, AppendError> {
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
        let records = || parts.iter().flat_map(|part| &part.records);
        let frame_bytes =
            parts.iter().fold(FRAME_HEADER_BYTES, |bytes, part| bytes + frame::record_bytes(&part.records));
        let record_count = records().count();
        let log = &mut self.logs[class as usize];
        log.make_room(&self.shared, frame_bytes, &mut self.next_number)?;
        let first_counter = {
            let mut state = shard.state();
            let first_counter = state.assigned_counter + 1;
            state.assigned_counter += record_count as u64;
            state.assigned_arrival_millis = arrival_millis;
            first_counter
        };
        let header = FrameHeader {
            stream_id: shard.stream_id,
            shard: shard.id.0,
            record_count: record_count as u32,
            first_counter,
            arrival_millis,
            synced_to: 0,
            frame_bytes,
        };
        log.reserve((*bytes_left).max(frame_bytes));
        log.stage(shard, header, records());
        *bytes_left = bytes_left.saturating_sub(frame_bytes);
        Ok(first_counter)
    }

    /// Turns what was staged for one shard into the answers that are true now.
    fn confirm(&self, parts: &mut [Part]) {
        let Some(shard) = parts.first().map(|part| Arc::clone(&part.shard)) else { return };
        let (deleted, durable_counter) = {
            let state = shard.state();
            (state.deleted, state.durable_counter)
        };
        for part in parts {
            let Some(Ok(appended)) = &part.answer else { continue };
            if deleted {
                part.answer = Some(Err(AppendError::StreamNotFound { stream_id: shard.stream_id }));
            } else if durable_counter >= appended.last_counter() {
                Shared::count(&self.shared.counts.appends, 1);
                Shared::count(&self.shared.counts.records, appended.record_count);
            } else {
                let refusal = self
                    .shared
                    .refusal
                    .get()
                    .expect("only a refused write leaves staged records unpublished");
                part.answer = Some(Err(AppendError::OutcomeUnknown(refusal.clone())));
            }
        }
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

    fn leave(&mut self) {
        self.sync_all();
        if self.shared.refusal.get().is_none() {
            self.logs.iter_mut().for_each(ClassLog::leave);
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

#[cfg(test)]
mod tests;
