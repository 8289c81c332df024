//! The commit protocol: rows and positions in one version of a Delta table, each batch exactly once.
//!
//! Read `position` for what is written, `pipeline_table` for the order of steps, `outcome` for what happens when a store
//! fails or lies. docs/format/tables.md describes the same for other readers; docs/adr/0007 says why.

mod app_versions;
mod error;
mod outcome;
mod parquet;
mod pipeline_table;
mod position;
mod quarantine_table;

#[cfg(test)]
mod tests;

pub use error::{CommitError, Winner};
pub use position::ShardPosition;

pub(crate) use app_versions::app_versions;
pub(crate) use parquet::{FileWriter, NewFiles, OpenFile};
pub(crate) use pipeline_table::{Owner, PipelineTable, ShardAdvance, StreamIdentity};
pub(crate) use position::decode_all;
pub(crate) use quarantine_table::QuarantineTable;
