//! Reading a file from front to back in large pieces. What must stay true: memory stays below one piece or one frame.

use std::io;

use crate::storage::StorageFile;

const PIECE_BYTES: usize = 4 * 1024 * 1024;

/// A moving window on a segment's file.
pub(crate) struct Window<'a> {
    file: &'a dyn StorageFile,
    length: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    /// A window on the first `length` bytes.
    pub(crate) fn new(file: &'a dyn StorageFile, length: u64) -> Self {
        Self { file, length, start: 0, bytes: Vec::new() }
    }

    /// The bytes from `offset` on: `wanted` of them, or as many as there are.
    pub(crate) fn at(&mut self, offset: u64, wanted: usize) -> io::Result<&[u8]> {
        let left = self.length.saturating_sub(offset);
        let wanted = wanted.min(usize::try_from(left).unwrap_or(usize::MAX));
        let inside = offset >= self.start && offset + wanted as u64 <= self.start + self.bytes.len() as u64;
        if !inside {
            let piece = PIECE_BYTES.max(wanted).min(usize::try_from(left).unwrap_or(usize::MAX));
            self.bytes.resize(piece, 0);
            self.start = offset;
            self.file.read_exact_at(&mut self.bytes, offset)?;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.bytes[from..from + wanted])
    }

    /// Where the zeros begin that the bytes from `offset` on end with; their end when the last one is none.
    pub(crate) fn zeros_begin(&mut self, offset: u64) -> io::Result<u64> {
        let (mut at, mut begin) = (offset, offset);
        while at < self.length {
            let bytes = self.at(at, PIECE_BYTES)?;
            if let Some(last) = bytes.iter().rposition(|byte| *byte != 0) {
                begin = at + last as u64 + 1;
            }
            at += bytes.len() as u64;
        }
        Ok(begin)
    }
}
