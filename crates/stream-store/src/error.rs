//! What can go wrong, one type per operation.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use alluvium_kinesis_model::{ShardId, StreamName};

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or this one, has the directory open.
    #[error("data directory {} is in use by another process: stop that process or choose another directory", dir.display())]
    Locked {
        /// The directory.
        dir: PathBuf,
    },
    /// A file was written by a later version of this program.
    #[error("{} has format version {found}, this program reads up to version {supported}: use a newer Alluvium", path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
        /// The latest version that this program reads.
        supported: u64,
    },
    /// A file is not what was written, and not by a crash.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The directory holds no store, but other files.
    #[error("{} is not a stream store: {reason}", dir.display())]
    NotAStore {
        /// The directory.
        dir: PathBuf,
        /// What was found.
        reason: String,
    },
    /// An option is out of its range.
    #[error("{option} is {value}, it must be between {min} and {max}")]
    OptionOutOfRange {
        /// The option.
        option: &'static str,
        /// Its value.
        value: u64,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// The catalog cannot be read.
    #[error("cannot open the stream catalog {}: {source}", path.display())]
    Catalog {
        /// The file.
        path: PathBuf,
        /// What the database says.
        source: Box<redb::Error>,
    },
    /// The operating system refused; its message names the path.
    #[error("cannot open the stream store: {0}")]
    Io(#[from] io::Error),
}

/// Bytes that are not what was written.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} is corrupt at byte {offset}: {what}", path.display())]
pub struct Corruption {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub offset: u64,
    /// What is wrong there.
    pub what: String,
}

/// Why the store takes no more writes until it is opened again.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "the stream store takes no more writes since {operation} failed: {source}; reads go on, restart to write again"
)]
pub struct WriteRefusal {
    /// What failed: a write or a sync, and of which file.
    pub operation: String,
    /// What the operating system said.
    pub source: Arc<io::Error>,
}

impl WriteRefusal {
    /// Whether the disk was full.
    pub fn is_disk_full(&self) -> bool {
        self.source.kind() == io::ErrorKind::StorageFull
    }
}

/// Why an append was not acknowledged.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// The stream is not, or no longer, there.
    #[error("stream with id {stream_id} does not exist")]
    StreamNotFound {
        /// The stream.
        stream_id: u64,
    },
    /// The stream has no such shard.
    #[error("{shard} does not exist in the stream with id {stream_id}")]
    ShardNotFound {
        /// The stream.
        stream_id: u64,
        /// The shard.
        shard: ShardId,
    },
    /// The shard was closed by a reshard; the stream's present snapshot names its children.
    #[error("{shard} of the stream with id {stream_id} is closed")]
    ShardClosed {
        /// The stream.
        stream_id: u64,
        /// The shard.
        shard: ShardId,
    },
    /// More than fits one append.
    #[error("{what} is {value}, at most {max} fit an append")]
    TooLarge {
        /// What is too much.
        what: &'static str,
        /// How much it is.
        value: usize,
        /// The most.
        max: usize,
    },
    /// An append without a record.
    #[error("an append to {shard} carries no record")]
    NoRecords {
        /// The shard.
        shard: ShardId,
    },
    /// The store takes no more writes; nothing of this append was written.
    #[error(transparent)]
    Refused(#[from] WriteRefusal),
    /// The write or the sync of this very append failed: its records may or may not be there after a restart.
    #[error("the append may or may not be durable: {0}")]
    OutcomeUnknown(WriteRefusal),
    /// The store is closed.
    #[error("the stream store is closed")]
    Closed,
}

/// Why records cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The stream is not, or no longer, there.
    #[error("stream with id {stream_id} does not exist")]
    StreamNotFound {
        /// The stream.
        stream_id: u64,
    },
    /// The stream has no such shard.
    #[error("{shard} does not exist in the stream with id {stream_id}")]
    ShardNotFound {
        /// The stream.
        stream_id: u64,
        /// The shard.
        shard: ShardId,
    },
    /// The bytes on disk are not what was written.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The operating system refused; its message names the path.
    #[error("cannot read records: {0}")]
    Io(Arc<io::Error>),
}

/// Why a stream cannot be made, changed or deleted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CatalogError {
    /// The name is taken.
    #[error("stream {name} already exists")]
    StreamExists {
        /// The name.
        name: StreamName,
    },
    /// The stream is not, or no longer, there.
    #[error("stream with id {stream_id} does not exist")]
    StreamNotFound {
        /// The stream.
        stream_id: u64,
    },
    /// The stream has a consumer of this name, maybe one that is still being deleted.
    #[error("consumer {name} of the stream with id {stream_id} already exists")]
    ConsumerExists {
        /// The stream.
        stream_id: u64,
        /// The consumer.
        name: Arc<str>,
    },
    /// The stream has no consumer of this name.
    #[error("consumer {name} of the stream with id {stream_id} does not exist")]
    ConsumerNotFound {
        /// The stream.
        stream_id: u64,
        /// The consumer.
        name: Arc<str>,
    },
    /// A number is out of its range.
    #[error("{what} is {value}, it must be between {min} and {max}")]
    OutOfRange {
        /// What is out of range.
        what: &'static str,
        /// Its value.
        value: u64,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// The shards of a reshard do not fit each other.
    #[error("cannot reshard stream with id {stream_id}: {reason}")]
    BadReshard {
        /// The stream.
        stream_id: u64,
        /// What does not fit.
        reason: String,
    },
    /// The catalog cannot be written.
    #[error("cannot change the stream catalog: {0}")]
    Database(Arc<redb::Error>),
    /// The operating system refused; its message names the path.
    #[error("cannot read or remove a segment: {0}")]
    Io(Arc<io::Error>),
    /// The store takes no more writes.
    #[error(transparent)]
    Refused(#[from] WriteRefusal),
    /// The store is closed.
    #[error("the stream store is closed")]
    Closed,
}
