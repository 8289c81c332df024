//! What goes into the cleaning and what comes out of it.
//!
//! What must stay true: every record that goes in comes out as rows, as a quarantined record, is counted as dropped because
//! the pipeline's options ask for it, or was left out by the SQL's WHERE; none is lost for any other reason.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;

/// One record as the stream handed it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// The record's data, unchanged.
    pub data: Bytes,
    /// The partition key that it was put with.
    pub partition_key: String,
    /// Decimal digits, as Kinesis prints them.
    pub sequence_number: String,
    /// Place in the aggregated record of this sequence number that it was taken out of, from 0; `None` for an ordinary one.
    pub sub_sequence_number: Option<u64>,
    /// The shard, `shardId-000000000000`.
    pub shard_id: Arc<str>,
    /// Name of the stream.
    pub stream: Arc<str>,
    /// `ApproximateArrivalTimestamp` in milliseconds since 1970-01-01T00:00:00Z.
    pub arrival_millis: i64,
}

/// A batch of records after the cleaning.
#[derive(Debug, Clone, Default)]
pub struct Cleaned {
    /// Records that there were, each user record of an aggregated one counted.
    pub records: u64,
    /// Rows for the table, in the order of their records, with [`Cleaner::output_schema`](crate::Cleaner::output_schema).
    /// No batch in it is empty.
    pub rows: Vec<RecordBatch>,
    /// Records for the quarantine, in the order in which they came.
    pub quarantined: Vec<Quarantined>,
    /// Records that are lost by the pipeline's own options, `mode: dropmalformed` or `quarantine: drop`.
    pub dropped: u64,
    /// The first of them, with the reason.
    pub dropped_reasons: Vec<String>,
    /// Rows, before the SQL, that lack a value that was not of its field's type.
    pub partial: u64,
    /// What does not fit in the first of them.
    pub partial_reasons: Vec<String>,
}

impl Cleaned {
    /// How many rows there are for the table.
    pub fn row_count(&self) -> usize {
        self.rows.iter().map(RecordBatch::num_rows).sum()
    }
}

/// A record that could not be cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The record, unchanged.
    pub record: RawRecord,
    /// Why, in one line: what is wrong and where in the data.
    pub reason: String,
}
