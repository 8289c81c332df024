//! The source of a pipeline: which stream, from where on.
//!
//! What must stay true: the words are those of Databricks' Kinesis source.

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

impl SourceOptions {
    /// All that `stream` still holds, in the program's region.
    pub fn new(stream: &str) -> Self {
        Self { stream: stream.to_owned(), region: None, initial_position: InitialPosition::TrimHorizon }
    }
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
