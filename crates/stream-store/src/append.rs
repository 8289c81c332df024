//! The way of an append into the writer's queue: checked, let in when there is room, answered when it is durable.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::delivery::Reply;
use crate::error::AppendError;
use crate::limits;
use crate::queue::Sender;
use crate::record::{Appended, NewRecord, ShardRecords};
use crate::shard_log::ShardLog;
use crate::shared::Shared;
use crate::writer::{Append, Command};

/// Appends; one answer per element of `batches`, in order.
pub(crate) async fn append(
    shared: &Shared,
    queue: &Sender<Command>,
    room: &Arc<Semaphore>,
    stream_id: u64,
    batches: Vec<ShardRecords>,
    now_millis: i64,
) -> Vec<Result<Appended, AppendError>> {
    let everyone = |count: usize, error: &AppendError| vec![Err(error.clone()); count];
    let count = batches.len();
    if let Some(refusal) = shared.refusal.get() {
        return everyone(count, &refusal.clone().into());
    }
    let Some(entry) = shared.entry(stream_id) else {
        return everyone(count, &AppendError::StreamNotFound { stream_id });
    };
    let mut bytes = 0;
    let mut parts = Vec::with_capacity(count);
    let mut answers: Vec<Result<usize, AppendError>> = Vec::with_capacity(count);
    for batch in batches {
        let Some(log) = entry.shard(batch.shard) else {
            answers.push(Err(AppendError::ShardNotFound { stream_id, shard: batch.shard }));
            continue;
        };
        match check(log, &batch.records, &mut bytes) {
            Ok(()) => {
                answers.push(Ok(parts.len()));
                parts.push((Arc::clone(log), batch.records));
            }
            Err(error) => answers.push(Err(error)),
        }
    }
    if parts.is_empty() {
        return answers.into_iter().map(|answer| answer.and(Err(AppendError::Closed))).collect();
    }
    let written = enqueue(queue, room, parts, bytes, now_millis).await;
    let answer_of = |answer: Result<usize, AppendError>| match &written {
        Ok(written) => answer.and_then(|index| written[index].clone()),
        Err(error) => answer.and(Err(error.clone())),
    };
    answers.into_iter().map(answer_of).collect()
}

async fn enqueue(
    queue: &Sender<Command>,
    room: &Arc<Semaphore>,
    parts: Vec<(Arc<ShardLog>, Vec<NewRecord>)>,
    bytes: usize,
    now_millis: i64,
) -> Result<Vec<Result<Appended, AppendError>>, AppendError> {
    let cost = bytes + limits::QUEUE_APPEND_OVERHEAD_BYTES;
    let permits = u32::try_from(cost).expect("an append is far below 4 GiB");
    let permit = Arc::clone(room).acquire_many_owned(permits).await.map_err(|_| AppendError::Closed)?;
    let (reply, answer) = Reply::new();
    let append = Append { parts, now_millis, bytes, permit, reply };
    queue.send(Command::Append(append)).map_err(|_| AppendError::Closed)?;
    answer.await.map_err(|_| AppendError::Closed)
}

/// Checks the records for one shard against the limits, and adds them to the append's `bytes`.
fn check(shard: &ShardLog, records: &[NewRecord], bytes: &mut usize) -> Result<(), AppendError> {
    let too_large = |what, value, max| Err(AppendError::TooLarge { what, value, max });
    if records.is_empty() {
        return Err(AppendError::NoRecords { shard: shard.id });
    }
    if records.len() > limits::APPEND_RECORDS_MAX {
        return too_large("the number of records", records.len(), limits::APPEND_RECORDS_MAX);
    }
    let mut total = *bytes;
    for record in records {
        let key_bytes = record.partition_key.len();
        if key_bytes > limits::PARTITION_KEY_BYTES_MAX {
            return too_large("the length of a partition key", key_bytes, limits::PARTITION_KEY_BYTES_MAX);
        }
        let record_bytes = key_bytes + record.data.len();
        if record_bytes > limits::RECORD_BYTES_MAX {
            return too_large("the length of a record", record_bytes, limits::RECORD_BYTES_MAX);
        }
        total += record_bytes;
    }
    if total > limits::APPEND_BYTES_MAX {
        return too_large("the length of all records", total, limits::APPEND_BYTES_MAX);
    }
    *bytes = total;
    Ok(())
}
