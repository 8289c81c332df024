//! The source of a pipeline: which stream, from where on.
//!
//! What must stay true: the words are those of Databricks' Kinesis source.

use std::time::Duration;

/// Where a pipeline's records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// Name of the Kinesis stream.
    pub stream: String,
    /// Region of the stream; `None` takes the program's.
    pub region: Option<String>,
    /// Address of the Kinesis that has the stream; `None` takes the program's.
    pub endpoint_url: Option<String>,
    /// How records come.
    pub consumer: ConsumerOptions,
    /// How much is asked for at once, and how often, where shards are polled.
    pub fetch: FetchOptions,
    /// Where a shard without a checkpoint is begun. Children of a resharding always begin at their oldest record.
    pub initial_position: InitialPosition,
}

impl SourceOptions {
    /// All that `stream` still holds, in the program's region.
    pub fn new(stream: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            region: None,
            endpoint_url: None,
            consumer: ConsumerOptions::Polling,
            fetch: FetchOptions::default(),
            initial_position: InitialPosition::TrimHorizon,
        }
    }
}

/// How records come to a pipeline: Databricks' `consumerMode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsumerOptions {
    /// Shards are asked.
    Polling,
    /// Records are pushed to a registered consumer: enhanced fan-out.
    FanOut {
        /// The consumer's name; one of that name is used, or else registered.
        name: String,
        /// The consumer is taken away when the pipeline ends.
        deregister: bool,
    },
}

/// How shards are polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchOptions {
    /// Most records in one answer, 1 to 10,000: Databricks' `maxRecordsPerFetch`.
    pub records_max: usize,
    /// Most bytes a second of one shard: Databricks' `maxFetchRate`. `None` is as fast as the server answers.
    pub bytes_per_second_max: Option<u64>,
    /// Shortest time between two reads of a shard: Databricks' `minFetchPeriod`. `None` is what the endpoint allows.
    pub interval_min: Option<Duration>,
}

impl Default for FetchOptions {
    /// The largest answers, as fast as the server gives them.
    fn default() -> Self {
        Self { records_max: 10_000, bytes_per_second_max: None, interval_min: None }
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
