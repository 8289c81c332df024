//! Decode, clean, quarantine, exactly-once commit and SQL over Delta tables; the only crate that names DataFusion and delta-rs.
//!
//! The way of a batch: records of one shard are decoded and cleaned by the [`Cleaner`], what cannot be cleaned is set aside,
//! and rows and positions are committed together. What must stay true: nothing above this crate sees a DataFusion or delta-rs
//! type, but for Arrow's batches and schemas.

// What a pipeline is, and how records become rows.
mod clean;
mod decode;
mod definition;
mod dry_run;
mod limits;
mod plan;
mod schema;
mod spark;

pub use clean::{CleanError, Cleaned, Cleaner, PrepareError, Quarantined, RawRecord};
pub use definition::{
    BatchLimits, ConsumerOptions, DateFormat, DecodeMode, DecodeOptions, FetchOptions, InitialPosition,
    JsonOptions, MalformedOptions, PipelineDefinition, QuarantineOptions, SinkOptions, SourceOptions,
    SourceText, Trigger,
};
pub use dry_run::{DryRunLine, dry_run};
pub use spark::time_millis;

// How rows come into tables, each once, and how they are read again.
mod access_keys;
mod commit;
mod run;
mod sql;
mod table;

pub use access_keys::{AccessKey, AccessKeyError, read_access_key, write_access_key};
pub use alluvium_kinesis_consumer::SequenceNumber;
pub use commit::{CommitError, ShardPosition, Winner};
pub use run::{
    BatchProgress, BehindLatest, LostRecords, PipelineControl, PipelineError, PipelineFailure,
    PipelineReport, RecordChunk, RunOptions, ShardProgress, StepMillis, run_pipeline, run_records,
};
pub use sql::{QueryError, QueryOptions, QueryResult, TableCatalog, TableEntry, query};
pub use table::{TableDescription, TableError, count_rows, describe_table, sample_rows};
