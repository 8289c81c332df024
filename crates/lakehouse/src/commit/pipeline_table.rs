//! A Delta table as one pipeline writes it: rows and positions together, each batch exactly once.
//!
//! The order of a commit: the snapshot is held from the last look at the table, the batch is checked against the positions
//! that this snapshot holds, the Parquet files are written, and the commit is made against that same snapshot, so that
//! delta-rs refuses it if any of its application ids moved since. After any error the log is read before anything is
//! decided. What must stay true: `positions` and `table` always describe the same version, and they move together.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use alluvium_kinesis_consumer::SequenceNumber;
use deltalake::arrow::array::RecordBatch;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, Transaction};
use deltalake::logstore::LogStoreRef;
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::table::state::DeltaTableState;
use deltalake::{DeltaTable, DeltaTableError};
use uuid::Uuid;

use super::app_versions::app_versions;
use super::error::CommitError;
use super::outcome::{COMMIT_ID_KEY, Outcome, WORKER_KEY, look};
use super::parquet::{FileWriter, NewFiles, write_file};
use super::position::{AppVersions, ShardPosition, app_id, decode_all, encode};
use crate::limits::{COMMIT_ATTEMPTS_MAX, COMMIT_BACKOFF_FIRST, COMMITS_PER_LOAD};
use crate::table::{TableError, TableSpec, check, is_sync_failure, load, open_or_create};

/// Whose commits these are.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    /// Name of the pipeline: the first part of every application id.
    pub(crate) pipeline: String,
    /// Name of this worker, which the loser of a race is told.
    pub(crate) worker: String,
}

/// A stream, as far as it can be told from one made later under the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamIdentity {
    /// Name of the stream.
    pub(crate) name: String,
    /// When it was created, milliseconds since 1970.
    pub(crate) created_millis: i64,
}

/// How far a batch takes one shard.
#[derive(Debug, Clone)]
pub(crate) struct ShardAdvance {
    /// Identifier of the shard.
    pub(crate) shard_id: String,
    /// The last sequence number before the batch; `None` at the beginning of what is read.
    pub(crate) from_exclusive: Option<SequenceNumber>,
    /// The last sequence number of the batch; `None` if the shard ended without a further record.
    pub(crate) to_inclusive: Option<SequenceNumber>,
    /// The shard is closed and this batch reaches its end.
    pub(crate) ended: bool,
}

/// A batch that is in the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Committed {
    /// The table's version that carries it.
    pub(crate) version: u64,
    /// Time taken to commit them.
    pub(crate) commit_time: Duration,
}

/// See the top of this file.
pub(crate) struct PipelineTable {
    table: DeltaTable,
    spec: TableSpec,
    owner: Owner,
    positions: BTreeMap<String, ShardPosition>,
    versions: AppVersions,
    /// Commits since the state was read from the log as a whole.
    commits_since_load: usize,
    /// Commits after which it is.
    pub(super) commits_per_load: usize,
}

impl PipelineTable {
    /// Opens the table, making it where there is none, and reads how far the pipeline has come in it.
    pub(crate) async fn open(
        log_store: LogStoreRef,
        spec: TableSpec,
        owner: Owner,
    ) -> Result<Self, CommitError> {
        if owner.pipeline.is_empty() || owner.pipeline.contains(['/', '#']) {
            return Err(CommitError::PipelineName { name: owner.pipeline });
        }
        let table = open_or_create(log_store, &spec).await?;
        let mut opened = Self {
            table,
            spec,
            owner,
            positions: BTreeMap::new(),
            versions: AppVersions::new(),
            commits_since_load: 0,
            commits_per_load: COMMITS_PER_LOAD,
        };
        opened.read_positions().await?;
        Ok(opened)
    }

    /// Loads the newest version, with the positions it holds. Somebody else's batches are taken for granted.
    pub(crate) async fn reload(&mut self) -> Result<(), CommitError> {
        self.table = load(self.table.log_store()).await?;
        check(&self.table, &self.spec)?;
        self.read_positions().await
    }

    /// The shards of the pipeline and how far the table has read them.
    pub(crate) fn positions(&self) -> &BTreeMap<String, ShardPosition> {
        &self.positions
    }

    /// Milliseconds since 1970 at which the pipeline first ran against this table, if it ever did.
    pub(crate) fn started_millis(&self) -> Option<i64> {
        self.versions.get(&self.started_id()).copied()
    }

    /// Writes down which stream the table reads and since when, or checks it against what is written.
    pub(crate) async fn begin(
        &mut self,
        stream: &StreamIdentity,
        now_millis: i64,
    ) -> Result<(), CommitError> {
        if !self.versions.contains_key(&self.stream_id()) {
            let versions = vec![(self.stream_id(), stream.created_millis), (self.started_id(), now_millis)];
            match self.land(&[], &versions).await {
                Ok(_) => self.versions.extend(versions),
                // Another worker began at the same moment: what it wrote is checked like anything older.
                Err(CommitError::Fenced { .. }) => self.reload().await?,
                Err(error) => return Err(error),
            }
        }
        match self.versions.get(&self.stream_id()) {
            Some(&recorded) if recorded != stream.created_millis => Err(CommitError::OtherStream {
                table: self.name(),
                pipeline: self.owner.pipeline.clone(),
                stream: stream.name.clone(),
                recorded,
                found: stream.created_millis,
            }),
            _ => Ok(()),
        }
    }

    /// Writes files for commits to come. It knows the table as it is now: make it anew when the columns have changed.
    pub(crate) fn file_writer(&self) -> Result<FileWriter, CommitError> {
        FileWriter::for_table(&self.table)
            .map_err(|source| CommitError::Write { table: self.name(), source: Box::new(source) })
    }

    /// Writes `rows` and commits them: see [`Self::commit_files`].
    pub(crate) async fn commit(
        &mut self,
        rows: Vec<RecordBatch>,
        advances: &[ShardAdvance],
    ) -> Result<Committed, CommitError> {
        // A batch that does not follow is refused before anything is written for it.
        self.next_positions(advances)?;
        let files = write_file(self.file_writer()?, rows).await?;
        self.commit_files(&files, advances).await
    }

    /// Commits files and how far they take each shard in one version of the table.
    pub(crate) async fn commit_files(
        &mut self,
        files: &NewFiles,
        advances: &[ShardAdvance],
    ) -> Result<Committed, CommitError> {
        let began = tokio::time::Instant::now();
        let positions = self.next_positions(advances)?;
        let versions: Vec<(String, i64)> = positions
            .iter()
            .flat_map(|(shard_id, position)| encode(&app_id(&self.owner.pipeline, shard_id), position))
            .collect();
        let version = self.land(files.adds(), &versions).await?;
        self.positions.extend(positions);
        Ok(Committed { version, commit_time: began.elapsed() })
    }

    /// The positions after a batch; refuses one that does not follow on what the table holds.
    fn next_positions(&self, advances: &[ShardAdvance]) -> Result<Vec<(String, ShardPosition)>, CommitError> {
        let next = advances.iter().map(|advance| {
            let held = self.positions.get(&advance.shard_id);
            let held_at = held.map(|held| &held.sequence_number);
            let from = advance.from_exclusive.as_ref();
            let follows = from == held_at || (from.is_none() && held_at.is_some_and(|at| at.as_str() == "0"));
            let forward = advance.to_inclusive.as_ref().is_none_or(|to| Some(to) > held_at);
            if !follows || !forward || held.is_some_and(|held| held.ended) {
                let text = |at: Option<&SequenceNumber>| at.map_or("nothing".into(), ToString::to_string);
                return Err(CommitError::NotContiguous {
                    table: self.name(),
                    shard_id: advance.shard_id.clone(),
                    batch_from: text(from),
                    table_at: text(held_at),
                });
            }
            let zero = || SequenceNumber::parse("0").expect("0 is a sequence number");
            let sequence_number =
                advance.to_inclusive.clone().or_else(|| held_at.cloned()).unwrap_or_else(zero);
            let batch = held.map_or(0, |held| held.batch) + 1;
            Ok((advance.shard_id.clone(), ShardPosition { batch, sequence_number, ended: advance.ended }))
        });
        next.collect()
    }

    /// Brings one commit into the log exactly once, whatever the store answers.
    async fn land(&mut self, files: &[Add], versions: &[(String, i64)]) -> Result<u64, CommitError> {
        let commit_id = Uuid::new_v4().to_string();
        let app_ids: BTreeSet<String> = versions.iter().map(|(id, _)| id.clone()).collect();
        let mut attempt = 1;
        loop {
            let state = self.table.snapshot().map_err(|error| self.loading(error))?;
            let base = state.version();
            let error = match self.attempt(state, &commit_id, files, versions).await {
                Ok(state) => {
                    let version = state.version();
                    self.table.state = Some(state);
                    self.load_now_and_then(version).await;
                    return Ok(version);
                }
                Err(error) => error,
            };
            if is_sync_failure(&error) {
                return Err(CommitError::NotDurable { table: self.name(), source: Box::new(error) });
            }
            match self.settle(base, &commit_id, &app_ids).await? {
                Some(version) => return Ok(version),
                None if attempt == COMMIT_ATTEMPTS_MAX => {
                    let source = Box::new(error);
                    return Err(CommitError::Failed { table: self.name(), attempts: attempt, source });
                }
                None => {
                    tracing::warn!(table = %self.name(), attempt, %error, "the commit failed and is not in the table; trying again");
                    tokio::time::sleep(COMMIT_BACKOFF_FIRST * 2_u32.pow(attempt - 1)).await;
                    attempt += 1;
                }
            }
        }
    }

    /// delta-rs keeps a piece of the list of files for every commit and goes through all pieces at each, so that a commit costs
    /// the more the longer the table has been open. Reading the same version anew makes few pieces of many.
    async fn load_now_and_then(&mut self, version: u64) {
        self.commits_since_load += 1;
        if self.commits_since_load < self.commits_per_load {
            return;
        }
        self.commits_since_load = 0;
        let mut table = DeltaTable::new(self.table.log_store());
        match table.load_version(version).await {
            Ok(()) => self.table.state = table.state,
            // The state that is there is as good, only slower.
            Err(error) => {
                tracing::warn!(table = %self.name(), version, %error, "the table could not be read anew");
            }
        }
    }

    async fn attempt(
        &self,
        state: &DeltaTableState,
        commit_id: &str,
        files: &[Add],
        versions: &[(String, i64)],
    ) -> Result<DeltaTableState, DeltaTableError> {
        let transactions = versions.iter().map(|(id, version)| Transaction::new(id, *version)).collect();
        let properties = CommitProperties::default()
            .with_application_transactions(transactions)
            .with_metadata([
                (COMMIT_ID_KEY.to_owned(), commit_id.into()),
                (WORKER_KEY.to_owned(), self.owner.worker.as_str().into()),
            ])
            .with_cleanup_expired_logs(Some(false));
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
        let actions = files.iter().cloned().map(Action::Add).collect();
        let commit = CommitBuilder::from(properties).with_actions(actions);
        let done = commit.build(Some(state), self.table.log_store(), operation).await?;
        Ok(done.snapshot)
    }

    /// After a failed attempt: the version it landed as after all, or `None` if it may be tried again. The held snapshot
    /// moves to the last version that was looked at and no further, so nobody's commit slips in unseen.
    async fn settle(
        &mut self,
        base: u64,
        commit_id: &str,
        app_ids: &BTreeSet<String>,
    ) -> Result<Option<u64>, CommitError> {
        let looked = look(&self.table, base, commit_id, app_ids).await;
        let outcome =
            looked.map_err(|source| CommitError::InDoubt { table: self.name(), source: Box::new(source) })?;
        let (seen, landed) = match outcome {
            Outcome::Landed(version) => (version, Some(version)),
            Outcome::Absent { latest } => (latest, None),
            Outcome::Taken { app_id, winner } => {
                let prefix = format!("{}/", self.owner.pipeline);
                let shard = app_id.strip_prefix(&prefix).unwrap_or(&app_id);
                return Err(CommitError::Fenced {
                    table: self.name(),
                    pipeline: self.owner.pipeline.clone(),
                    shard_id: shard.split('#').next().unwrap_or(shard).to_owned(),
                    winner,
                });
            }
        };
        let updated = self.table.update_incremental(Some(seen)).await;
        updated.map_err(|error| self.loading(error))?;
        if landed.is_none() {
            check(&self.table, &self.spec)?;
        }
        Ok(landed)
    }

    async fn read_positions(&mut self) -> Result<(), CommitError> {
        let version = self.table.snapshot().map_err(|error| self.loading(error))?.version();
        let versions = app_versions(self.table.log_store(), version)
            .await
            .map_err(|error| self.loading(DeltaTableError::from(error)))?;
        let positions =
            decode_all(&versions, &self.owner.pipeline).map_err(|reason| self.unreadable(reason))?;
        (self.versions, self.positions) = (versions, positions);
        Ok(())
    }

    /// Positions that cannot be read, of this table and pipeline.
    pub(super) fn unreadable(&self, reason: String) -> CommitError {
        CommitError::Positions { table: self.name(), pipeline: self.owner.pipeline.clone(), reason }
    }

    fn name(&self) -> String {
        self.table.table_url().to_string()
    }

    fn stream_id(&self) -> String {
        format!("{}#stream_created", self.owner.pipeline)
    }

    fn started_id(&self) -> String {
        format!("{}#started", self.owner.pipeline)
    }

    fn loading(&self, source: DeltaTableError) -> CommitError {
        let error = TableError::Delta { table: self.name(), doing: "loading it", source: Box::new(source) };
        CommitError::Table(error)
    }
}
