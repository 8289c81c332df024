//! The durable log of all streams: acknowledged only when synced, one sync shared by whoever waits, and a catalog of streams.
//!
//! What must stay true: no HTTP, no JSON and no clock in here (the present comes as `now_millis`); nothing blocks the async
//! runtime; an acknowledged record is never lost, moved or repeated. `docs/format/streams.md` describes every file.

pub mod limits;

// What its users see.
mod consumer;
mod error;
mod options;
mod record;
mod settings;
mod shards;
mod store;
mod stream;

// The way of an append.
mod append;
mod class_log;
mod commit;
mod delivery;
mod primitives;
mod queue;
mod writer;

// Bytes.
mod frame;
mod index;
mod index_cache;
mod segment;
mod storage;

// At run time.
mod locks;
mod open_files;
mod read;
mod shard_log;
mod shared;
mod tail;

// Opening, streams, retention.
mod catalog;
mod consumers;
mod open;
mod recovery;
mod reshard;
mod retention;
mod stream_id_text;
mod streams;
mod window;

// Looking at a directory that nobody has open.
mod verify;

pub use consumer::{Consumer, ConsumerChange, ConsumerStatus, NewConsumer};
pub use error::{AppendError, CatalogError, Corruption, OpenError, ReadError, WriteRefusal};
pub use options::{Durability, StoreOptions};
pub use record::{Appended, NewRecord, Page, PageLimits, ReadFrom, ShardRecords, StoredRecord, Tip};
pub use settings::{RecordDistribution, ShardMetric, StreamSettings, Tags};
pub use shards::{Shard, ShardEnd, Shards};
pub use storage::{Fault, FaultyDisk, Files, Storage, StorageFile};
pub use store::{Cut, Recovery, Store, StoreStats, Swept};
pub use stream::{NewStream, Reshard, Stream, StreamChange, StreamMode, StreamStatus};
pub use verify::{
    Finding, InspectError, Progress, StoreTally, StreamTally, Tally, VerifyReport, tally_directory,
    verify_directory,
};
