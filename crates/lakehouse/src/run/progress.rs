//! What a running pipeline tells about each batch, and what it says at its end. Both serialise as they are shown by
//! `alluvium pipeline status --json`.

use std::collections::BTreeMap;

use alluvium_kinesis_consumer::Loss;
use serde::Serialize;

use crate::commit::ShardAdvance;

/// One committed batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BatchProgress {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Number of the batch in this run, from 1.
    pub batch: u64,
    /// When it was committed, milliseconds since 1970.
    pub committed_millis: i64,
    /// Records that came from the stream, each user record of an aggregated one counted.
    pub input_rows: u64,
    /// Bytes of data in them.
    pub input_bytes: u64,
    /// Records per second of processing, from the first step to the commit.
    pub input_rows_per_second: f64,
    /// Rows committed to the table.
    pub rows: u64,
    /// Records committed to the quarantine.
    pub quarantined: u64,
    /// Records lost by the pipeline's own options, `mode: dropmalformed` or `quarantine: drop`.
    pub dropped: u64,
    /// Records with a value that is not of its field's type, which is null before the SQL sees it.
    pub partial: u64,
    /// How far each shard of the batch was taken.
    pub shards: Vec<ShardProgress>,
    /// Records that were gone from the stream before they were read.
    pub lost: Vec<LostRecords>,
    /// How far behind the newest record the reader is, over the shards it has heard of.
    pub millis_behind_latest: BehindLatest,
    /// The table's version that holds the batch.
    pub commit_version: u64,
    /// The quarantine table's version, if the batch put something there.
    pub quarantine_version: Option<u64>,
    /// Where the time went.
    pub duration_millis: StepMillis,
}

/// How far a batch took one shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShardProgress {
    /// Identifier of the shard.
    pub shard_id: String,
    /// The last sequence number before the batch, if there is one.
    pub from_exclusive: Option<String>,
    /// The last sequence number in it, if it has records.
    pub to_inclusive: Option<String>,
    /// The shard is closed and read to its end.
    pub ended: bool,
}

impl ShardProgress {
    pub(super) fn of(advance: &ShardAdvance) -> Self {
        Self {
            shard_id: advance.shard_id.clone(),
            from_exclusive: advance.from_exclusive.as_ref().map(ToString::to_string),
            to_inclusive: advance.to_inclusive.as_ref().map(ToString::to_string),
            ended: advance.ended,
        }
    }
}

/// Records that were gone from the stream before they were read: the pipeline was stopped for longer than the stream keeps
/// records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostRecords {
    /// Identifier of the shard.
    pub shard_id: String,
    /// The last record before the hole, if there is one.
    pub after: Option<String>,
    /// The first record after it, if there is one.
    pub before: Option<String>,
    /// How many are missing, where that can be known.
    pub records: Option<u64>,
}

impl LostRecords {
    pub(super) fn of(shard_id: &str, loss: &Loss) -> Self {
        Self {
            shard_id: shard_id.to_owned(),
            after: loss.after.as_ref().map(ToString::to_string),
            before: loss.before.as_ref().map(ToString::to_string),
            records: loss.records,
        }
    }
}

/// Milliseconds behind the newest record of the stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct BehindLatest {
    /// Of the shard that is least behind.
    pub min: i64,
    /// Over all shards.
    pub avg: f64,
    /// Of the shard that is most behind.
    pub max: i64,
}

impl BehindLatest {
    /// Over the shards' own figures.
    pub(super) fn over(shards: impl Iterator<Item = i64> + Clone) -> Self {
        let count = shards.clone().count().max(1);
        Self {
            min: shards.clone().min().unwrap_or(0),
            avg: shards.clone().sum::<i64>() as f64 / count as f64,
            max: shards.max().unwrap_or(0),
        }
    }
}

/// Milliseconds of each step of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StepMillis {
    /// Waiting for records, until the batch was closed.
    pub gather: u64,
    /// Decoding and cleaning.
    pub clean: u64,
    /// Committing to the quarantine table.
    pub quarantine: u64,
    /// Writing Parquet files.
    pub write: u64,
    /// Committing to the table.
    pub commit: u64,
}

/// What a pipeline did from its start to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PipelineReport {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Batches committed.
    pub batches: u64,
    /// Records that came from the stream, each user record of an aggregated one counted.
    pub input_rows: u64,
    /// Rows committed to the table.
    pub rows: u64,
    /// Records committed to the quarantine.
    pub quarantined: u64,
    /// Records lost by the pipeline's own options, `mode: dropmalformed` or `quarantine: drop`.
    pub dropped: u64,
    /// Records with a value that is not of its field's type, which is null before the SQL sees it.
    pub partial: u64,
    /// Records that were gone from the stream before they were read, as far as they can be counted.
    pub lost: u64,
    /// How often the pipeline began anew after an error.
    pub restarts: u64,
    /// The last sequence number in the table, by shard.
    pub positions: BTreeMap<String, String>,
}

impl PipelineReport {
    pub(super) fn add(&mut self, progress: &BatchProgress) {
        self.batches += 1;
        self.input_rows += progress.input_rows;
        self.rows += progress.rows;
        self.quarantined += progress.quarantined;
        self.dropped += progress.dropped;
        self.partial += progress.partial;
        self.lost += progress.lost.iter().filter_map(|lost| lost.records).sum::<u64>();
    }
}
