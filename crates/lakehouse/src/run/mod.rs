//! Runs pipelines: from a stream, through the cleaning, into a table, for as long as they are wanted.

mod control;
mod error;
mod gather;
mod pipeline;
mod prepare;
mod progress;
mod records;
mod worker;

pub use control::PipelineControl;
pub use error::{PipelineError, PipelineFailure};
pub use pipeline::{RunOptions, run_pipeline};
pub use progress::{BatchProgress, BehindLatest, LostRecords, PipelineReport, ShardProgress, StepMillis};
pub use records::{RecordChunk, run_records};
