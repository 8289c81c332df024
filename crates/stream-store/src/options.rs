//! How a store is opened.

use std::path::PathBuf;

use crate::limits;

/// When an append is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// After its bytes were synced to the disk: it survives a crash of the process, of the system and a loss of power.
    #[default]
    Sync,
    /// After its bytes were handed to the operating system: it survives a crash of the process only.
    Os,
}

/// How a store is opened. [`StoreOptions::new`] gives the defaults.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The directory of the store's files; made when missing.
    pub dir: PathBuf,
    /// When an append is acknowledged.
    pub durability: Durability,
    /// Bytes after which a segment is sealed and the next one begun; see [`limits::SEGMENT_BYTES_RANGE`].
    pub segment_bytes_max: u64,
    /// Bytes of the newest records that stay in memory; 0 reads everything from the files.
    pub tail_bytes_max: usize,
    /// Files of segments that are open for reading at most; three more are open for writing, and the catalog and the lock.
    pub open_files_max: usize,
}

impl StoreOptions {
    /// Synced appends, segments of 64 MiB and 16 MiB of tail, in this directory.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            durability: Durability::Sync,
            segment_bytes_max: limits::SEGMENT_BYTES_DEFAULT,
            tail_bytes_max: limits::TAIL_BYTES_DEFAULT,
            open_files_max: limits::OPEN_FILES_DEFAULT,
        }
    }
}
