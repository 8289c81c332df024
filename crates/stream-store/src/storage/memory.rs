//! A copy of a file in memory, to look at it without touching it.

use std::io;
use std::sync::Mutex;

use super::StorageFile;
use crate::locks;

/// Bytes in memory that behave like a file.
#[derive(Debug)]
pub(crate) struct MemoryFile {
    bytes: Mutex<Vec<u8>>,
}

impl MemoryFile {
    /// A file of these bytes.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes: Mutex::new(bytes) }
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

impl StorageFile for MemoryFile {
    fn length(&self) -> io::Result<u64> {
        Ok(locks::lock(&self.bytes).len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let bytes = locks::lock(&self.bytes);
        let start = place(offset);
        let there = bytes.get(start..start.saturating_add(buffer.len()));
        buffer.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_all_at(&self, written: &[u8], offset: u64) -> io::Result<()> {
        let mut bytes = locks::lock(&self.bytes);
        let start = place(offset);
        let end = start.checked_add(written.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[start..end].copy_from_slice(written);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        locks::lock(&self.bytes).resize(place(length), 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
}
