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
    BatchLimits, InitialPosition, PipelineDefinition, QuarantineOptions, SourceOptions, SourceText, Trigger,
};
pub use dry_run::{DryRunLine, dry_run};
