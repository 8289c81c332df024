//! What a pipeline is: where its records come from, how they are read, cleaned and committed, and into which table.
//!
//! A plain value that the program makes out of its configuration, complete: no default is looked up further in. What must
//! stay true: nothing here knows YAML, and the words are those of Databricks' Kinesis source (`streamName`,
//! `initialPosition`, `processingTime`, `availableNow`).

use std::time::Duration;

use url::Url;

/// One pipeline: a stream, a schema, a cleaning SELECT and a Delta table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineDefinition {
    /// Name of the pipeline. Part of the table's `txn` app ids: changing it forgets how far the table has read.
    pub name: String,
    /// Where records come from.
    pub source: SourceOptions,
    /// Columns of the JSON object in a record's data, as Spark DDL: `index INT, title STRING`.
    pub schema: SourceText,
    /// The cleaning: one SELECT over the table `stream`, in Spark SQL.
    pub sql: SourceText,
    /// Directory of the Delta table: `file:///..`, or any object store that delta-rs reaches.
    pub table: Url,
    /// What becomes of records that cannot be cleaned.
    pub quarantine: QuarantineOptions,
    /// When a batch is committed.
    pub trigger: Trigger,
    /// When a batch is full before its time.
    pub batch: BatchLimits,
}

/// Text with the name under which errors speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The file, or the place in one: `pipelines/pin.sql`, `alluvium.yaml pipelines.pin.schema`.
    pub file: String,
    /// The text itself.
    pub text: String,
}

/// Where a pipeline's records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// Name of the Kinesis stream.
    pub stream: String,
    /// Region of the stream; `None` takes the program's.
    pub region: Option<String>,
    /// Where a shard without a checkpoint is begun. Children of a resharding always begin at their oldest record.
    pub initial_position: InitialPosition,
}

/// Where a shard without a checkpoint is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialPosition {
    /// After the newest record there is when the pipeline first runs.
    Latest,
    /// At the oldest record that the stream still holds (`earliest` is the same).
    TrimHorizon,
    /// At the first record that arrived at this time or later, in milliseconds since 1970-01-01T00:00:00Z.
    AtTimestamp(i64),
}

/// What becomes of records that cannot be cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuarantineOptions {
    /// Kept raw, with the reason, in a Delta table of their own in this directory.
    Table(Url),
    /// Counted and dropped.
    Drop,
}

/// When a batch is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// What has arrived is committed at this interval, for ever.
    ProcessingTime(Duration),
    /// What there is now is committed, then the pipeline ends.
    AvailableNow,
}

/// When a batch is full before its time. The first limit that is met closes it; one record may pass the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Most records in one commit, at least 1.
    pub records_max: usize,
    /// Most bytes of record data in one commit, at least 1.
    pub data_bytes_max: usize,
}
