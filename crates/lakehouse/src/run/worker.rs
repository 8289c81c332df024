//! One uninterrupted run of a pipeline: opens the tables, reads on from where they stand, cleans, commits.
//!
//! What must stay true: everything it knows at its start comes from the tables, so beginning anew after any error is always
//! right; batches are committed in the order in which they came, and the quarantine before the table.

use std::sync::Arc;
use std::time::Duration;

use alluvium_kinesis_consumer::{
    Checkpoint, ConsumerMode, InitialPosition as ReadFrom, KinesisClient, Pacing, ReaderOptions,
    ShardCheckpoint, StreamReader,
};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::control::Command;
use super::gather::{Batch, Gatherer, Next};
use super::prepare::{Preparing, prepare};
use super::progress::{BatchProgress, BehindLatest, LostRecords, PipelineReport, ShardProgress, StepMillis};
use super::{PipelineError, RunOptions};
use crate::clean::Cleaner;
use crate::commit::{
    FileWriter, Owner, PipelineTable, QuarantineTable, ShardAdvance, ShardPosition, StreamIdentity,
};
use crate::definition::{ConsumerOptions, InitialPosition, PipelineDefinition, QuarantineOptions, Trigger};
use crate::limits::READ_AHEAD_BYTES_MIN;
use crate::table::{Access, TableSpec, log_store};

/// What every run of one pipeline shares.
pub(super) struct Worker<'a> {
    pub(super) definition: &'a PipelineDefinition,
    pub(super) cleaner: Arc<Cleaner>,
    pub(super) command: watch::Receiver<Command>,
    pub(super) progress: mpsc::Sender<BatchProgress>,
    pub(super) options: &'a RunOptions,
}

/// The tables of a pipeline, open.
pub(super) struct Tables {
    pub(super) table: PipelineTable,
    quarantine: Option<QuarantineTable>,
}

/// A batch on its way to a commit.
pub(super) struct Work {
    /// Where it comes from and how far it goes; its records are with `preparing`.
    pub(super) batch: Batch,
    pub(super) behind: BehindLatest,
    /// When the preparing began.
    pub(super) began: Instant,
    pub(super) preparing: Preparing,
}

impl Worker<'_> {
    /// Runs until the reader has finished, the pipeline is told to stop, or something fails.
    pub(super) async fn run(
        &self,
        client: &KinesisClient,
        report: &mut PipelineReport,
    ) -> Result<(), PipelineError> {
        let mut tables = self.open_tables(&self.definition.name).await?;
        let clock = self.options.clock;
        let stream = client.stream_identity(&self.definition.source.stream).await?;
        let identity = StreamIdentity { name: stream.name.clone(), created_millis: stream.created_millis };
        tables.table.begin(&identity, clock.now_millis()).await?;
        keep_positions(report, &tables.table);
        let reader = self.start_reader(client, &tables.table, identity.created_millis).await?;
        let interval = match self.definition.trigger {
            Trigger::ProcessingTime(interval) => Some(interval),
            Trigger::AvailableNow | Trigger::Once => {
                reader.control().drain();
                None
            }
        };
        let (limits, name) = (self.definition.batch, &self.definition.source.stream);
        let gatherer = Gatherer::new(reader, self.command.clone(), limits, interval, name);
        let writer = tables.table.file_writer()?;
        let (hand_over, prepared) = mpsc::channel(1);
        let ahead = Box::pin(self.prepare_ahead(gatherer, writer, hand_over));
        self.drive(ahead, prepared, &mut tables, report).await
    }

    /// Commits what `ahead` hands over until it ends or a commit fails.
    pub(super) async fn drive(
        &self,
        ahead: impl Future<Output = Result<(), PipelineError>> + Unpin,
        mut prepared: mpsc::Receiver<Work>,
        tables: &mut Tables,
        report: &mut PipelineReport,
    ) -> Result<(), PipelineError> {
        let mut commits = Box::pin(async {
            while let Some(work) = prepared.recv().await {
                self.commit(work, tables, report).await?;
            }
            Ok(())
        });
        tokio::select! {
            biased;
            failed = &mut commits => failed,
            end = ahead => {
                // What was gathered before the end is committed, whatever the end is.
                commits.await?;
                end
            }
        }
    }

    /// Gathers batches and has them cleaned and written while others are committed. One waits here at most, so two are in
    /// memory: this one and the one that is being committed.
    async fn prepare_ahead(
        &self,
        mut gatherer: Gatherer,
        writer: FileWriter,
        hand_over: mpsc::Sender<Work>,
    ) -> Result<(), PipelineError> {
        loop {
            let Ok(place) = hand_over.reserve().await else { return Ok(()) };
            let (mut batch, next) = gatherer.next().await;
            if !batch.is_empty() {
                let began = Instant::now();
                let behind = BehindLatest::over(gatherer.behind());
                let records = std::mem::take(&mut batch.records);
                let preparing = prepare(&self.cleaner, &writer, records);
                place.send(Work { batch, behind, began, preparing });
            }
            match next {
                Next::More if self.definition.trigger == Trigger::Once => return Ok(()),
                Next::More => {}
                Next::End => return Ok(()),
                Next::Failed(error) => return Err(error.into()),
            }
        }
    }

    /// Opens the tables, with positions under the name `pipeline`.
    pub(super) async fn open_tables(&self, pipeline: &str) -> Result<Tables, PipelineError> {
        let definition = self.definition;
        let owner = Owner { pipeline: pipeline.to_owned(), worker: self.options.worker.clone() };
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
        client: &KinesisClient,
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
        let (source, pacing) = (&self.definition.source, self.options.pacing);
        let options = ReaderOptions {
            created_millis: Some(created_millis),
            checkpoint,
            initial_position,
            consumer: match &source.consumer {
                ConsumerOptions::Polling => ConsumerMode::Polling,
                ConsumerOptions::FanOut { name, .. } => ConsumerMode::FanOut { consumer_name: name.clone() },
            },
            fetch_records_max: source.fetch.records_max,
            fetch_bytes_per_second_max: source.fetch.bytes_per_second_max,
            pacing: Pacing {
                read_interval_min: source.fetch.interval_min.unwrap_or(pacing.read_interval_min),
                ..pacing
            },
            bytes_in_flight_max: self.definition.batch.data_bytes_max.saturating_mul(2)
                + READ_AHEAD_BYTES_MIN,
            ..ReaderOptions::new(&self.definition.source.stream)
        };
        Ok(StreamReader::start(client.clone(), options, self.options.clock).await?)
    }

    /// Commits a batch, the quarantine first.
    async fn commit(
        &self,
        work: Work,
        tables: &mut Tables,
        report: &mut PipelineReport,
    ) -> Result<(), PipelineError> {
        let Work { batch, behind, began, preparing } = work;
        let prepared = preparing.done().await?;
        let bad_count = prepared.quarantined.len() as u64;
        let ready = Instant::now();
        let put_aside = match &mut tables.quarantine {
            Some(quarantine) if bad_count > 0 => quarantine.commit(prepared.quarantined).await?,
            _ => None,
        };
        let quarantine_time = ready.elapsed();
        let advances: Vec<ShardAdvance> = batch.advances.values().cloned().collect();
        let committed = tables.table.commit_files(&prepared.files, &advances).await?;
        let seconds = began.elapsed().as_secs_f64();
        let progress = BatchProgress {
            pipeline: self.definition.name.clone(),
            batch: report.batches + 1,
            committed_millis: self.options.clock.now_millis(),
            input_rows: prepared.records,
            input_bytes: batch.data_bytes,
            input_rows_per_second: if seconds > 0.0 { prepared.records as f64 / seconds } else { 0.0 },
            rows: prepared.rows,
            quarantined: bad_count,
            dropped: prepared.dropped,
            partial: prepared.partial,
            shards: advances.iter().map(ShardProgress::of).collect(),
            lost: batch.lost.iter().map(|(shard_id, loss)| LostRecords::of(shard_id, loss)).collect(),
            millis_behind_latest: behind,
            commit_version: committed.version,
            quarantine_version: put_aside.map(|committed| committed.version),
            duration_millis: StepMillis {
                gather: millis(batch.gathered_in),
                clean: millis(prepared.clean_time),
                quarantine: millis(quarantine_time),
                write: millis(prepared.write_time),
                commit: millis(committed.commit_time),
            },
        };
        report.add(&progress);
        keep_positions(report, &tables.table);
        // Whoever listens too slowly misses some; the report at the end counts them all.
        let _ = self.progress.try_send(progress);
        Ok(())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
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

/// The name of the directory that a table is in.
fn last_segment(table: &url::Url) -> String {
    let mut segments = table.path_segments().into_iter().flatten();
    segments.rfind(|segment| !segment.is_empty()).unwrap_or("table").to_owned()
}
