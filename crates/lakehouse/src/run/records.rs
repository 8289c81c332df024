//! Runs a pipeline over records that are in no stream: lines of files, rows of a database.
//!
//! They go the way of a stream's records, into the same tables, cleaned by the same SQL. A lane takes the place of a shard, and
//! the number of a record that of its sequence number, so a run that is begun anew goes on after the last record that is in the
//! table. What must stay true: a lane's positions stand under a name of their own, `<pipeline>:<lane>`, so that reading the
//! pipeline's stream knows nothing of them.

use std::sync::Arc;

use alluvium_kinesis_consumer::SequenceNumber;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::control::Command;
use super::gather::Batch;
use super::prepare::prepare;
use super::progress::BehindLatest;
use super::worker::{Work, Worker};
use super::{BatchProgress, PipelineControl, PipelineError, PipelineFailure, PipelineReport, RunOptions};
use crate::clean::{Cleaner, RawRecord};
use crate::commit::FileWriter;
use crate::definition::PipelineDefinition;

/// Some records, in order, or why there are no more. A record's `sequence_number` is its number in the lane: digits, larger than
/// that of the record before it.
pub type RecordChunk = Result<Vec<RawRecord>, Box<dyn std::error::Error + Send + Sync>>;

/// The shard identifier under which a lane's position stands.
const LANE_SHARD: &str = "records";

/// Cleans the records that `open` brings into the pipeline's table, until they end or `control` says stop. `open` is told the
/// number of the last record that the table holds of this `lane`, and begins after it. Every batch that is committed is told to
/// `progress`, unless the channel is full. An error ends the run; another run goes on where it stopped.
pub async fn run_records(
    definition: &PipelineDefinition,
    lane: &str,
    open: impl FnOnce(Option<SequenceNumber>) -> mpsc::Receiver<RecordChunk>,
    control: &PipelineControl,
    progress: mpsc::Sender<BatchProgress>,
    options: &RunOptions,
) -> Result<PipelineReport, PipelineFailure> {
    let mut report = PipelineReport { pipeline: definition.name.clone(), ..PipelineReport::default() };
    let run = async {
        let cleaner = Arc::new(Cleaner::prepare(definition)?);
        let worker = Worker { definition, cleaner, command: control.listen(), progress, options };
        let mut tables = worker.open_tables(&format!("{}:{lane}", definition.name)).await?;
        let held = tables.table.positions().get(LANE_SHARD).map(|held| held.sequence_number.clone());
        let records = Records { chunks: open(held.clone()), waiting: None, position: held };
        let (hand_over, prepared) = mpsc::channel(1);
        let ahead = Box::pin(ahead(&worker, records, tables.table.file_writer()?, hand_over));
        worker.drive(ahead, prepared, &mut tables, &mut report).await
    };
    match run.await {
        Ok(()) => Ok(report),
        Err(error) => Err(PipelineFailure { error, report }),
    }
}

/// Has batches cleaned and written while others are committed.
async fn ahead(
    worker: &Worker<'_>,
    mut records: Records,
    writer: FileWriter,
    hand_over: mpsc::Sender<Work>,
) -> Result<(), PipelineError> {
    let mut command = worker.command.clone();
    loop {
        let Ok(place) = hand_over.reserve().await else { return Ok(()) };
        let next = tokio::select! {
            biased;
            () = stopped(&mut command) => return Ok(()),
            next = records.next_batch(worker.definition) => next?,
        };
        let Some(mut batch) = next else { return Ok(()) };
        let (began, taken) = (Instant::now(), std::mem::take(&mut batch.records));
        let preparing = prepare(&worker.cleaner, &writer, taken);
        place.send(Work { batch, behind: BehindLatest::default(), began, preparing });
    }
}

/// Ready once the pipeline is told to stop.
async fn stopped(command: &mut watch::Receiver<Command>) {
    if command.wait_for(|command| *command == Command::Stop).await.is_err() {
        // Nobody can say it any more.
        std::future::pending::<()>().await;
    }
}

/// The chunks of a lane, made into batches.
struct Records {
    chunks: mpsc::Receiver<RecordChunk>,
    waiting: Option<Vec<RawRecord>>,
    position: Option<SequenceNumber>,
}

impl Records {
    /// The next full batch, or the last one; `None` at the end.
    async fn next_batch(&mut self, definition: &PipelineDefinition) -> Result<Option<Batch>, PipelineError> {
        let limits = definition.batch;
        let mut records: Vec<RawRecord> = Vec::new();
        let mut bytes = 0;
        loop {
            let chunk = match self.waiting.take() {
                Some(chunk) => chunk,
                None => match self.chunks.recv().await {
                    Some(chunk) => chunk.map_err(PipelineError::Records)?,
                    None => break,
                },
            };
            let chunk_bytes: usize = chunk.iter().map(|record| record.data.len()).sum();
            let has_room = records.len() + chunk.len() <= limits.records_max
                && bytes + chunk_bytes <= limits.data_bytes_max;
            if !records.is_empty() && !has_room {
                self.waiting = Some(chunk);
                break;
            }
            bytes += chunk_bytes;
            records.extend(chunk);
        }
        let Some(last) = records.last() else { return Ok(None) };
        let number = SequenceNumber::parse(&last.sequence_number).ok_or_else(|| {
            PipelineError::Records(
                format!("the record's number {:?} is not in digits", last.sequence_number).into(),
            )
        })?;
        let from_exclusive = self.position.replace(number.clone());
        Ok(Some(Batch::of_lane(LANE_SHARD, from_exclusive, number, records)))
    }
}
