//! One uninterrupted run of a pipeline: opens the tables, reads on from where they stand, cleans, commits.
//!
//! What must stay true: everything it knows at its start comes from the tables, so beginning anew after any error is always
//! right; and the quarantine is committed before the table.

use std::sync::Arc;
use std::time::Duration;

use alluvium_kinesis_consumer::{
    Checkpoint, InitialPosition as ReadFrom, KinesisClient, ReaderOptions, ShardCheckpoint, StreamReader,
};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::control::Command;
use super::gather::{Batch, Gatherer, Next};
use super::progress::{BatchProgress, BehindLatest, LostRecords, PipelineReport, ShardProgress, StepMillis};
use super::{PipelineError, RunOptions};
use crate::clean::{Cleaned, Cleaner, RawRecord};
use crate::commit::{
    Committed, Owner, PipelineTable, QuarantineTable, ShardAdvance, ShardPosition, StreamIdentity,
};
use crate::definition::{InitialPosition, PipelineDefinition, QuarantineOptions, Trigger};
use crate::limits::READ_AHEAD_BYTES_MIN;
use crate::table::{Access, TableSpec, log_store};

/// What every run of one pipeline shares.
pub(super) struct Worker<'a> {
    pub(super) definition: &'a PipelineDefinition,
    pub(super) cleaner: Arc<Cleaner>,
    pub(super) client: &'a KinesisClient,
    pub(super) command: watch::Receiver<Command>,
    pub(super) progress: mpsc::Sender<BatchProgress>,
    pub(super) options: &'a RunOptions,
}

/// The tables of a pipeline, open.
struct Tables {
    table: PipelineTable,
    quarantine: Option<QuarantineTable>,
}

impl Worker<'_> {
    /// Runs until the reader has finished, the pipeline is told to stop, or something fails.
    pub(super) async fn run(&self, report: &mut PipelineReport) -> Result<(), PipelineError> {
        let mut tables = self.open_tables().await?;
        let clock = self.options.clock;
        let stream = self.client.stream_identity(&self.definition.source.stream).await?;
        let identity = StreamIdentity { name: stream.name.clone(), created_millis: stream.created_millis };
        tables.table.begin(&identity, clock.now_millis()).await?;
        keep_positions(report, &tables.table);
        let reader = self.start_reader(&tables.table, identity.created_millis).await?;
        let interval = match self.definition.trigger {
            Trigger::ProcessingTime(interval) => Some(interval),
            Trigger::AvailableNow => {
                reader.control().drain();
                None
            }
        };
        let (limits, name) = (self.definition.batch, &self.definition.source.stream);
        let mut gatherer = Gatherer::new(reader, self.command.clone(), limits, interval, name);
        loop {
            let (batch, next) = gatherer.next().await;
            if !batch.is_empty() {
                let behind = BehindLatest::over(gatherer.behind());
                let progress = self.process(batch, &mut tables, behind, report.batches + 1).await?;
                report.add(&progress);
                keep_positions(report, &tables.table);
                // Whoever listens too slowly misses some; the report at the end counts them all.
                let _ = self.progress.try_send(progress);
            }
            match next {
                Next::More => {}
                Next::End => return Ok(()),
                Next::Failed(error) => return Err(error.into()),
            }
        }
    }

    async fn open_tables(&self) -> Result<Tables, PipelineError> {
        let definition = self.definition;
        let owner = Owner { pipeline: definition.name.clone(), worker: self.options.worker.clone() };
        let location = log_store(&definition.sink.table, Access::Shared).map_err(crate::CommitError::from)?;
        let spec = TableSpec {
            name: last_segment(&definition.sink.table),
            comment: format!("Stream {} cleaned by pipeline {}", definition.source.stream, definition.name),
            schema: self.cleaner.output_schema(),
        };
        let table = PipelineTable::open(location, spec, owner.clone()).await?;
        let quarantine = match &definition.sink.quarantine {
            QuarantineOptions::Table(url) => {
                let location = log_store(url, Access::Shared).map_err(crate::CommitError::from)?;
                Some(QuarantineTable::open(location, &last_segment(url), owner).await?)
            }
            QuarantineOptions::Drop => None,
        };
        Ok(Tables { table, quarantine })
    }

    async fn start_reader(
        &self,
        table: &PipelineTable,
        created_millis: i64,
    ) -> Result<StreamReader, PipelineError> {
        let initial_position = match self.definition.source.initial_position {
            InitialPosition::TrimHorizon => ReadFrom::TrimHorizon,
            InitialPosition::AtTimestamp(millis) => ReadFrom::AtTimestamp(millis),
            InitialPosition::Latest => ReadFrom::AtTimestamp(
                table.started_millis().unwrap_or_else(|| self.options.clock.now_millis()),
            ),
        };
        let checkpoint: Checkpoint = table
            .positions()
            .iter()
            .map(|(shard_id, position)| (shard_id.clone(), checkpoint(position)))
            .collect();
        let options = ReaderOptions {
            created_millis: Some(created_millis),
            checkpoint,
            initial_position,
            pacing: self.options.pacing,
            bytes_in_flight_max: self.definition.batch.data_bytes_max.saturating_mul(2)
                + READ_AHEAD_BYTES_MIN,
            ..ReaderOptions::new(&self.definition.source.stream)
        };
        Ok(StreamReader::start(self.client.clone(), options, self.options.clock).await?)
    }

    async fn process(
        &self,
        batch: Batch,
        tables: &mut Tables,
        behind: BehindLatest,
        number: u64,
    ) -> Result<BatchProgress, PipelineError> {
        let began = Instant::now();
        let mut batch = batch;
        let records = std::mem::take(&mut batch.records);
        let input_rows = records.len() as u64;
        let Cleaned { rows, quarantined } = self.clean(records).await?;
        let cleaned = Instant::now();
        let (row_count, bad_count) =
            (rows.iter().map(|rows| rows.num_rows() as u64).sum(), quarantined.len() as u64);
        let put_aside = match &mut tables.quarantine {
            Some(quarantine) if !quarantined.is_empty() => quarantine.commit(quarantined).await?,
            _ => None,
        };
        let kept = Instant::now();
        let advances: Vec<ShardAdvance> = batch.advances.values().cloned().collect();
        let committed = tables.table.commit(rows, &advances).await?;
        let seconds = began.elapsed().as_secs_f64();
        Ok(BatchProgress {
            pipeline: self.definition.name.clone(),
            batch: number,
            committed_millis: self.options.clock.now_millis(),
            input_rows,
            input_bytes: batch.data_bytes,
            input_rows_per_second: if seconds > 0.0 { input_rows as f64 / seconds } else { 0.0 },
            rows: row_count,
            quarantined: bad_count,
            shards: advances.iter().map(ShardProgress::of).collect(),
            lost: batch.lost.iter().map(|(shard_id, loss)| LostRecords::of(shard_id, loss)).collect(),
            millis_behind_latest: behind,
            commit_version: committed.version,
            quarantine_version: put_aside.map(|committed| committed.version),
            duration_millis: steps(batch.gathered_in, cleaned - began, kept - cleaned, committed),
        })
    }

    /// Decodes and cleans on a blocking thread.
    async fn clean(&self, records: Vec<RawRecord>) -> Result<Cleaned, PipelineError> {
        let cleaner = self.cleaner.clone();
        let result = tokio::task::spawn_blocking(move || cleaner.clean(records)).await;
        match result {
            Ok(result) => Ok(result?),
            Err(panicked) => {
                Err(PipelineError::BrokeOff { step: "cleaning a batch", reason: panicked.to_string() })
            }
        }
    }
}

fn checkpoint(position: &ShardPosition) -> ShardCheckpoint {
    let after = (position.sequence_number.as_str() != "0").then(|| position.sequence_number.clone());
    ShardCheckpoint { after, ended: position.ended }
}

fn keep_positions(report: &mut PipelineReport, table: &PipelineTable) {
    let shown = |(shard_id, position): (&String, &ShardPosition)| {
        (shard_id.clone(), position.sequence_number.to_string())
    };
    report.positions = table.positions().iter().map(shown).collect();
}

fn steps(gather: Duration, clean: Duration, quarantine: Duration, committed: Committed) -> StepMillis {
    let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    StepMillis {
        gather: millis(gather),
        clean: millis(clean),
        quarantine: millis(quarantine),
        write: millis(committed.write_time),
        commit: millis(committed.commit_time),
    }
}

/// The name of the directory that a table is in.
fn last_segment(table: &url::Url) -> String {
    let mut segments = table.path_segments().into_iter().flatten();
    segments.rfind(|segment| !segment.is_empty()).unwrap_or("table").to_owned()
}
