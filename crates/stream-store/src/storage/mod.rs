//! The bottom edge of the store: every byte that it reads, writes and syncs goes through these two traits.
//!
//! Two implementations: [`Files`] is the operating system's, [`FaultyDisk`] keeps files in memory and fails or loses power
//! where a test wants it to. What must stay true: an error names the path, and nothing above this file calls `fs_err`.

mod faulty;
mod files;
mod memory;

use std::fmt::Debug;
use std::io;
use std::path::Path;

pub use faulty::{Fault, FaultyDisk};
pub use files::Files;
pub(crate) use memory::MemoryFile;

/// A place for files.
pub trait Storage: Debug + Send + Sync + 'static {
    /// Makes a directory and those above it; fine when it is there.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;
    /// The names of the files in a directory, in order.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Makes a file that is not there yet. It is sure to be there after a crash once its directory is synced.
    fn create(&self, path: &Path) -> io::Result<Box<dyn StorageFile>>;
    /// Opens a file that is there.
    fn open(&self, path: &Path) -> io::Result<Box<dyn StorageFile>>;
    /// Opens a file that is there, to read it only.
    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn StorageFile>>;
    /// Removes a file. It is sure to be gone after a crash once its directory is synced.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the directory's entries durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Takes the lock file at `path`; `None` when another holder has it. Dropping the value lets it go.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>>;
}

/// An open file.
pub trait StorageFile: Debug + Send + Sync {
    /// Its length in bytes.
    fn length(&self) -> io::Result<u64>;
    /// Fills `buffer` from `offset` on; an error when the file ends before.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all of `bytes` at `offset`.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts the file, or fills it up with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Makes what was written durable.
    fn sync_data(&self) -> io::Result<()>;
}
