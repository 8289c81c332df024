//! What can become of a commit other than success.

use std::fmt;

use deltalake::DeltaTableError;

use crate::table::TableError;

/// Why a batch was not committed, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The table could not be opened, made or checked.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The Parquet files could not be written. Nothing was committed.
    #[error("table {table}: the rows could not be written: {source}")]
    Write {
        /// Address of the table.
        table: String,
        /// delta-rs's own words.
        source: Box<DeltaTableError>,
    },
    /// The commit failed every time, and the log shows that it is not in the table.
    #[error("table {table}: the commit failed {attempts} times and is not in the table: {source}")]
    Failed {
        /// Address of the table.
        table: String,
        /// How often it was tried.
        attempts: u32,
        /// delta-rs's own words about the last attempt.
        source: Box<DeltaTableError>,
    },
    /// Another worker committed batches of the same shard.
    #[error(
        "table {table}: another worker has taken over shard {shard_id} of pipeline {pipeline:?}: {winner}; this one stops, nothing is lost or twice"
    )]
    Fenced {
        /// Address of the table.
        table: String,
        /// Name of the pipeline.
        pipeline: String,
        /// The first shard that both wanted.
        shard_id: String,
        /// Who committed it, as far as the log says.
        winner: Winner,
    },
    /// The commit failed and the log could not be read to see whether it is in the table all the same.
    #[error(
        "table {table}: it is not known whether the last commit landed, and the log cannot be read to find out: {source}; start the pipeline again once the table can be read"
    )]
    InDoubt {
        /// Address of the table.
        table: String,
        /// Why the log could not be read.
        source: Box<DeltaTableError>,
    },
    /// The commit is there, but the disk did not confirm it.
    #[error(
        "table {table}: the disk did not confirm the commit: {source}; stop, check the disk and start again"
    )]
    NotDurable {
        /// Address of the table.
        table: String,
        /// The failed sync.
        source: Box<DeltaTableError>,
    },
    /// The batch does not follow on what the table holds.
    #[error(
        "table {table}: the batch of shard {shard_id} begins after {batch_from}, and the table has read to {table_at}"
    )]
    NotContiguous {
        /// Address of the table.
        table: String,
        /// Identifier of the shard.
        shard_id: String,
        /// Position after which the batch begins.
        batch_from: String,
        /// Position of the table.
        table_at: String,
    },
    /// The table's positions cannot be read back.
    #[error("table {table}: the positions of pipeline {pipeline:?} cannot be read: {reason}")]
    Positions {
        /// Address of the table.
        table: String,
        /// Name of the pipeline.
        pipeline: String,
        /// What is wrong.
        reason: String,
    },
    /// The stream is not the one that the table has read so far.
    #[error(
        "table {table}: pipeline {pipeline:?} has read a stream created at {recorded} ms, and the stream {stream:?} of today was created at {found} ms: it was deleted and made again, so the positions say nothing about it; give the pipeline a new name to read the new stream into the same table from its beginning, or a new table"
    )]
    OtherStream {
        /// Address of the table.
        table: String,
        /// Name of the pipeline.
        pipeline: String,
        /// Name of the stream.
        stream: String,
        /// Creation time of the stream that the table has read, milliseconds since 1970.
        recorded: i64,
        /// Creation time of the stream as it is now, milliseconds since 1970.
        found: i64,
    },
    /// The pipeline's name would make application ids ambiguous.
    #[error("pipeline name {name:?} must not be empty or hold '/' or '#'")]
    PipelineName {
        /// The name.
        name: String,
    },
}

/// Who committed a version of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Winner {
    /// The table's version.
    pub version: u64,
    /// The worker, if it was one of ours.
    pub worker: Option<String>,
}

impl fmt::Display for Winner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.worker {
            Some(worker) => write!(formatter, "{worker} in version {}", self.version),
            None => write!(formatter, "a writer that left no name, in version {}", self.version),
        }
    }
}

impl CommitError {
    /// Says whether the same batch may be tried again later by this worker, on a table opened anew.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Table(error) => error.is_transient(),
            Self::Write { .. } | Self::Failed { .. } => true,
            Self::Fenced { .. }
            | Self::InDoubt { .. }
            | Self::NotDurable { .. }
            | Self::NotContiguous { .. }
            | Self::Positions { .. }
            | Self::OtherStream { .. }
            | Self::PipelineName { .. } => false,
        }
    }
}
