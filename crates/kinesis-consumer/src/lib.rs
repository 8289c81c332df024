//! Reading a Kinesis stream so that nothing is lost and nothing comes twice.
//!
//! [`KinesisClient`] is Amazon's own client, pointed at Amazon Kinesis, at a URL, or at a service in this process.
//! [`StreamReader`] reads every shard of a stream from given checkpoints on: parents before their children, each shard in
//! order, in batches whose ranges `(from, to]` follow on one another without a gap, so that whoever stores the rows and the
//! end of the range together has each record exactly once.
//!
//! [`deaggregate`] takes apart the records that the Kinesis Producer Library packs together; who reads decides where.
//!
//! What must stay true: positions are compared as numbers; a shard is resumed after its last record and never at it; what is
//! skipped is reported, never silent.

mod aggregated;
mod client;
mod consumer;
mod cursor;
mod error;
mod failure;
mod hop;
mod limits;
mod lineage;
mod mode;
mod position;
mod reader;
mod record;
mod shard_reader;
mod subscription;

pub use aggregated::{UserRecord, deaggregate, looks_aggregated};
pub use alluvium_kinesis_model::SequenceNumber;
pub use client::{ClientConfig, Credentials, CredentialsSource, Endpoint, KinesisClient, StreamIdentity};
pub use consumer::ConsumerMode;
pub use error::ReadError;
pub use hop::{HopBody, HttpHop, StreamingHop};
pub use limits::{BATCH_RECORDS_MAX, READ_INTERVAL_MIN};
pub use mode::ReaderControl;
pub use position::{Checkpoint, InitialPosition, ShardCheckpoint};
pub use reader::{Pacing, ReaderOptions, StreamReader};
pub use record::{Loss, Record, ShardBatch};
