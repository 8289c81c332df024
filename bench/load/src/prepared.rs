//! A request that was made before anything is measured.

use bytes::Bytes;

/// A request, and what it stands for.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Head and body as they go to the socket.
    pub bytes: Bytes,
    /// Records that it puts or gets.
    pub records: u64,
    /// Bytes of data in those records.
    pub data_bytes: u64,
}
