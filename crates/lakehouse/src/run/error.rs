//! Why a pipeline ended before it was told to.

use alluvium_kinesis_consumer::ReadError;

use super::PipelineReport;
use crate::clean::{CleanError, PrepareError};
use crate::commit::CommitError;

/// What went wrong in a pipeline.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The definition is wrong: schema or SQL.
    #[error(transparent)]
    Definition(#[from] PrepareError),
    /// The stream cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The records that are in no stream ended before their time.
    #[error("the records could not be read: {0}")]
    Records(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A batch could not be cleaned.
    #[error(transparent)]
    Clean(#[from] CleanError),
    /// A batch could not be committed.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// A step of a batch broke off; a defect of this program.
    #[error("{step} broke off: {reason}")]
    BrokeOff {
        /// The step.
        step: &'static str,
        /// What is known.
        reason: String,
    },
    /// It failed again and again without a batch between.
    #[error(
        "given up after {attempts} attempts: {last}; nothing is lost: start the pipeline again when the cause is gone"
    )]
    GivenUp {
        /// How often it was tried.
        attempts: u32,
        /// The last error.
        last: Box<PipelineError>,
    },
}

impl PipelineError {
    /// Says whether beginning anew from what the tables hold could help.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Commit(error) => error.is_transient(),
            Self::Read(error) => matches!(error, ReadError::Unavailable { .. } | ReadError::BrokeOff { .. }),
            Self::BrokeOff { .. } => true,
            Self::Definition(_) | Self::Records(_) | Self::Clean(_) | Self::GivenUp { .. } => false,
        }
    }
}

/// A pipeline that failed, and what it had done by then, which stays done.
#[derive(Debug, thiserror::Error)]
#[error("pipeline {}: {error}", report.pipeline)]
pub struct PipelineFailure {
    /// What went wrong.
    #[source]
    pub error: PipelineError,
    /// What it had committed.
    pub report: PipelineReport,
}
