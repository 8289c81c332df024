//! One commit: the appends that share a sync, in the order in which their frames are written.
//!
//! What must stay true: the appends to one shard keep the order in which they came; every append has an answer for each of its
//! shards, in its own order, when the commit is over.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use crate::delivery::{self, Gathering, Reply};
use crate::error::AppendError;
use crate::frame;
use crate::limits;
use crate::record::{Appended, NewRecord};
use crate::shard_log::ShardLog;
use crate::writer::{Answers, Append};

/// See the module.
#[derive(Debug)]
pub(crate) struct Commit {
    /// What goes to one shard stands together, so that a reader of the shard passes over little of others.
    parts: Vec<Part>,
    /// Of each append, and how many parts it has.
    replies: Vec<(Reply, usize)>,
    /// Held until the commit is over: room in the queue is of what is not yet written.
    _permits: Vec<OwnedSemaphorePermit>,
}

/// What one append has for one shard.
#[derive(Debug)]
pub(crate) struct Part {
    /// Counts all parts in the order in which their appends came.
    place: usize,
    pub(crate) shard: Arc<ShardLog>,
    pub(crate) records: Vec<NewRecord>,
    pub(crate) now_millis: i64,
    /// What its append is answered; `None` until that is known.
    pub(crate) answer: Option<Result<Appended, AppendError>>,
}

impl Commit {
    /// A commit of these appends.
    pub(crate) fn new(appends: Vec<Append>) -> Self {
        let mut parts = Vec::with_capacity(appends.len());
        let mut replies = Vec::with_capacity(appends.len());
        let mut permits = Vec::with_capacity(appends.len());
        for append in appends {
            let Append { parts: of_append, now_millis, permit, reply, .. } = append;
            replies.push((reply, of_append.len()));
            permits.push(permit);
            for (shard, records) in of_append {
                parts.push(Part { place: parts.len(), shard, records, now_millis, answer: None });
            }
        }
        parts.sort_by_key(|part| (part.shard.stream_id, part.shard.id));
        Self { parts, replies, _permits: permits }
    }

    /// About how many bytes its frames take.
    pub(crate) fn bytes_estimate(&self) -> usize {
        let records: usize = self.parts.iter().map(|part| frame::record_bytes(&part.records)).sum();
        let frames = self.parts.chunk_by(of_one_shard).count() + records / limits::SHARED_FRAME_BYTES_MAX;
        records + frames.min(self.parts.len()) * frame::FRAME_HEADER_BYTES
    }

    /// Its parts, those of each shard together and in the order in which they came.
    pub(crate) fn by_shard(&mut self) -> impl Iterator<Item = &mut [Part]> {
        self.parts.chunk_by_mut(of_one_shard)
    }

    /// Answers all appends.
    pub(crate) fn answer(mut self) -> Gathering {
        self.parts.sort_unstable_by_key(|part| part.place);
        let mut answers = self.parts.into_iter().map(|part| part.answer.unwrap_or(Err(AppendError::Closed)));
        let ready = self.replies.into_iter().map(|(reply, count)| {
            let of_append: Answers = answers.by_ref().take(count).collect();
            (reply, of_append)
        });
        delivery::deliver(ready.collect())
    }
}

fn of_one_shard(part: &Part, other: &Part) -> bool {
    Arc::ptr_eq(&part.shard, &other.shard)
}

/// How many parts of one shard, from the first one on, share its frame: those that arrived with it, as far as the frame stays
/// small. `arrival_millis` is that of the first. At least 1.
pub(crate) fn parts_of_frame(parts: &[Part], arrival_millis: i64) -> usize {
    let (mut records, mut bytes) = (0, 0);
    let shares = |part: &&Part| -> bool {
        let is_first = records == 0;
        records += part.records.len();
        bytes += frame::record_bytes(&part.records);
        let is_small = records <= limits::APPEND_RECORDS_MAX && bytes <= limits::SHARED_FRAME_BYTES_MAX;
        is_first || (is_small && part.now_millis <= arrival_millis)
    };
    parts.iter().take_while(shares).count()
}
