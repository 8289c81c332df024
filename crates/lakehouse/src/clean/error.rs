//! What can go wrong with a pipeline's definition and with a batch.
//!
//! What must stay true: each error of a definition names the file, the line and the column, and says what to do.

/// Why a pipeline cannot run as it is defined.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The schema's DDL is wrong.
    #[error("{file}:{line}:{column}: {message}")]
    Schema {
        /// Where the DDL stands.
        file: String,
        /// Line in the DDL, from 1.
        line: usize,
        /// Column in that line, in characters, from 1.
        column: usize,
        /// What is wrong there and what would be right.
        message: String,
    },
    /// The SQL does not parse, is no row-by-row SELECT over `stream`, or names what is not there.
    #[error("{file}:{line}:{column}: {message}")]
    Sql {
        /// The SQL file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column in that line, in characters, from 1.
        column: u64,
        /// What is wrong there and what would be right.
        message: String,
    },
    /// An option of the decoding does not go with the schema.
    #[error("{place}: {message}")]
    Option {
        /// Where the option stands: file, line and column.
        place: String,
        /// What is wrong with it and what would be right.
        message: String,
    },
    /// DataFusion does not take what the planner made of the SQL.
    #[error("{file}: the query cannot be prepared: {source}")]
    Plan {
        /// The SQL file.
        file: String,
        /// What DataFusion says.
        source: datafusion::error::DataFusionError,
    },
}

/// Why a batch could not be cleaned, though its records may be without fault.
#[derive(Debug, thiserror::Error)]
pub enum CleanError {
    /// Arrow could not hold the decoded records.
    #[error("the records of a batch cannot be made into columns: {0}")]
    Decode(#[from] datafusion::arrow::error::ArrowError),
    /// A record is malformed, and the pipeline's mode is FAILFAST.
    #[error(
        "shard {shard_id}, record {sequence_number}: {reason}; the pipeline's mode is failfast: nothing of the batch is committed"
    )]
    Malformed {
        /// The shard.
        shard_id: String,
        /// The record's sequence number.
        sequence_number: String,
        /// What is wrong with the record.
        reason: String,
    },
}
