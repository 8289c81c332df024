//! The newest bytes of the segments in memory, so that readers at the tip touch no file.
//!
//! What must stay true: a chunk holds whole frames and is never changed; memory stays below the budget.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use bytes::Bytes;

use crate::locks;

/// What a chunk costs beside its bytes.
const CHUNK_OVERHEAD_BYTES: usize = 160;

/// The newest bytes of the segments.
#[derive(Debug)]
pub(crate) struct Tail {
    bytes_max: usize,
    chunks: Mutex<Chunks>,
}

#[derive(Debug, Default)]
struct Chunks {
    by_place: BTreeMap<(u64, u64), Bytes>,
    by_age: VecDeque<(u64, u64)>,
    bytes: usize,
}

impl Tail {
    /// An empty tail with a budget; 0 keeps nothing.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, chunks: Mutex::default() }
    }

    /// Takes in what was written to a segment at an offset, in place of the oldest chunks.
    pub(crate) fn push(&self, segment_number: u64, offset: u64, bytes: Bytes) {
        if self.bytes_max == 0 {
            return;
        }
        let mut chunks = locks::lock(&self.chunks);
        chunks.bytes += bytes.len() + CHUNK_OVERHEAD_BYTES;
        chunks.by_place.insert((segment_number, offset), bytes);
        chunks.by_age.push_back((segment_number, offset));
        while chunks.bytes > self.bytes_max {
            let Some(oldest) = chunks.by_age.pop_front() else { break };
            if let Some(gone) = chunks.by_place.remove(&oldest) {
                chunks.bytes -= gone.len() + CHUNK_OVERHEAD_BYTES;
            }
        }
    }

    /// The bytes of a segment from `offset` to `end`, in pieces with their offsets; `None` when not all are here.
    pub(crate) fn get(&self, segment_number: u64, offset: u64, end: u64) -> Option<Vec<(u64, Bytes)>> {
        let chunks = locks::lock(&self.chunks);
        let (&(_, first), _) =
            chunks.by_place.range((segment_number, 0)..=(segment_number, offset)).next_back()?;
        let mut pieces = Vec::new();
        let mut reached = offset;
        for (&(_, start), bytes) in chunks.by_place.range((segment_number, first)..(segment_number, end)) {
            let piece_end = (start + bytes.len() as u64).min(end);
            if start > reached || piece_end <= reached {
                return None;
            }
            pieces.push((reached, bytes.slice((reached - start) as usize..(piece_end - start) as usize)));
            reached = piece_end;
        }
        (reached == end).then_some(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found_across_chunks_and_old_ones_go() {
        let tail = Tail::new(3 * (10 + CHUNK_OVERHEAD_BYTES));
        for chunk in 0..4_u64 {
            tail.push(1, 32 + 10 * chunk, Bytes::from(vec![chunk as u8; 10]));
        }
        let found = |from, to| {
            tail.get(1, from, to).map(|pieces| {
                pieces.into_iter().map(|(offset, bytes)| (offset, bytes.to_vec())).collect::<Vec<_>>()
            })
        };
        assert_eq!(found(32, 52), None, "the oldest chunk is gone");
        assert_eq!(found(45, 53), Some(vec![(45, vec![1; 7]), (52, vec![2; 1])]));
        assert_eq!(found(62, 72), Some(vec![(62, vec![3; 10])]));
        assert_eq!(found(62, 73), None, "never written");
        assert_eq!(tail.get(2, 42, 43), None);
    }
}
