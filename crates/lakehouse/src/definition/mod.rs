//! What a pipeline is: where its records come from, how they are read, cleaned and committed, and into which table.
//!
//! A plain value that the program makes out of its configuration, complete: no default is looked up further in. What must
//! stay true: nothing here knows YAML, and the words are those of Databricks' Kinesis source (`streamName`,
//! `initialPosition`, `processingTime`, `availableNow`).

mod decode;
mod sink;
mod source;
mod trigger;

pub use decode::{DateFormat, DecodeMode, DecodeOptions, JsonOptions, MalformedOptions};
pub use sink::{QuarantineOptions, SinkOptions};
pub use source::{ConsumerOptions, FetchOptions, InitialPosition, SourceOptions};
pub use trigger::{BatchLimits, Trigger};

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
    /// How that object is read, and which records are good.
    pub decode: DecodeOptions,
    /// The cleaning: one SELECT over the table `stream`, in Spark SQL.
    pub sql: SourceText,
    /// Where rows go, and records that give none.
    pub sink: SinkOptions,
    /// When a batch is committed.
    pub trigger: Trigger,
    /// When a batch is full before its time.
    pub batch: BatchLimits,
}

impl PipelineDefinition {
    /// A pipeline with every option at its default: see `new` and `Default` of each.
    pub fn new(name: &str, stream: &str, schema: SourceText, sql: SourceText, table: Url) -> Self {
        Self {
            name: name.to_owned(),
            source: SourceOptions::new(stream),
            schema,
            decode: DecodeOptions::default(),
            sql,
            sink: SinkOptions::new(table),
            trigger: Trigger::default(),
            batch: BatchLimits::default(),
        }
    }
}

/// Text with the name under which errors speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The file, or the place in one: `pipelines/pin.sql`, `alluvium.yaml pipelines.pin.schema`.
    pub file: String,
    /// The text itself.
    pub text: String,
}
