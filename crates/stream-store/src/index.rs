//! The index of a shard's records in one segment: an entry covers the frames of the shard that stand close to each other, so
//! that it costs per 64 KiB of the shard's log and not per record, and reading it reads little of other shards.

use crate::error::ReadError;
use crate::frame::{FrameHeader, u32_at, u64_at};
use crate::limits;
use crate::segment::{FooterIndex, Segment};
use crate::storage::StorageFile;
use crc_fast::crc32_iscsi;
use std::sync::Arc;

/// Bytes of an entry in a footer.
pub(crate) const ENTRY_BYTES: usize = 24;

/// A stretch of a segment in which frames of the shard are, among those of other shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexEntry {
    /// The counter of the first record of the shard in the stretch.
    pub(crate) first_counter: u64,
    /// When it arrived.
    pub(crate) first_arrival_millis: i64,
    /// Where the stretch begins, with a frame of the shard.
    pub(crate) offset: u32,
    /// How long it is; it ends with a frame of the shard.
    pub(crate) span_bytes: u32,
}

impl IndexEntry {
    /// Where the stretch ends, exclusive.
    pub(crate) fn end(&self) -> u32 {
        self.offset + self.span_bytes
    }

    /// Appends the entry's bytes.
    pub(crate) fn encode(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(&self.first_counter.to_le_bytes());
        buffer.extend_from_slice(&self.first_arrival_millis.to_le_bytes());
        buffer.extend_from_slice(&self.offset.to_le_bytes());
        buffer.extend_from_slice(&self.span_bytes.to_le_bytes());
    }

    fn decode(bytes: &[u8]) -> Self {
        Self {
            first_counter: u64_at(bytes, 0),
            first_arrival_millis: u64_at(bytes, 8).cast_signed(),
            offset: u32_at(bytes, 16),
            span_bytes: u32_at(bytes, 20),
        }
    }
}

/// Takes a frame at `offset` into the index.
pub(crate) fn push(entries: &mut Vec<IndexEntry>, header: &FrameHeader, offset: u64) {
    let offset = u32::try_from(offset).expect("limits keep segments below 4 GiB");
    let end = offset + header.frame_bytes as u32;
    if let Some(last) = entries.last_mut()
        && offset - last.offset < limits::INDEX_SPAN_BYTES
        && offset - last.end() <= limits::INDEX_GAP_BYTES
    {
        last.span_bytes = end - last.offset;
        return;
    }
    entries.push(IndexEntry {
        first_counter: header.first_counter,
        first_arrival_millis: header.arrival_millis,
        offset,
        span_bytes: header.frame_bytes as u32,
    });
}

/// The first entry to read for records from `counter` on that arrived at `arrival_millis_min` or later.
pub(crate) fn find(entries: &[IndexEntry], counter: u64, arrival_millis_min: i64) -> usize {
    let by_counter = entries.partition_point(|entry| entry.first_counter <= counter);
    let by_arrival = entries.partition_point(|entry| entry.first_arrival_millis < arrival_millis_min);
    by_counter.max(by_arrival).saturating_sub(1)
}

/// Reads an index from the footer of a sealed segment.
pub(crate) fn load(
    segment: &Segment,
    file: &dyn StorageFile,
    place: FooterIndex,
) -> Result<Vec<IndexEntry>, ReadError> {
    let length = file.length().map_err(|error| ReadError::Io(Arc::new(error)))?;
    let index_bytes = u64::from(place.entry_count) * ENTRY_BYTES as u64;
    if place.offset.checked_add(index_bytes).is_none_or(|end| end > length) {
        return Err(segment.corruption(place.offset, "the index reaches beyond the file").into());
    }
    let mut bytes = vec![0; index_bytes as usize];
    file.read_exact_at(&mut bytes, place.offset).map_err(|error| ReadError::Io(Arc::new(error)))?;
    if crc32_iscsi(&bytes) != place.checksum {
        return Err(segment.corruption(place.offset, "the index's checksum does not match").into());
    }
    Ok(bytes.chunks_exact(ENTRY_BYTES).map(IndexEntry::decode).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(first_counter: u64, arrival_millis: i64, frame_bytes: usize) -> FrameHeader {
        FrameHeader {
            stream_id: 1,
            shard: 0,
            record_count: 1,
            first_counter,
            arrival_millis,
            synced_to: 0,
            frame_bytes,
        }
    }

    #[test]
    fn close_frames_share_an_entry_and_distant_ones_do_not() {
        let span = u64::from(limits::INDEX_SPAN_BYTES);
        let mut entries = Vec::new();
        push(&mut entries, &header(1, 10, 100), 32);
        push(&mut entries, &header(2, 20, 100), 500);
        let gap = limits::INDEX_GAP_BYTES;
        push(&mut entries, &header(3, 30, 100), 600 + u64::from(gap));
        push(&mut entries, &header(4, 40, 100), 701 + 2 * u64::from(gap));
        push(&mut entries, &header(5, 50, span as usize), 801 + 2 * u64::from(gap));
        push(&mut entries, &header(6, 60, 100), 801 + 2 * u64::from(gap) + span);
        let places: Vec<_> =
            entries.iter().map(|entry| (entry.first_counter, entry.offset, entry.span_bytes)).collect();
        let long = 100 + limits::INDEX_SPAN_BYTES;
        let expected = [(1, 32, 668 + gap), (4, 701 + 2 * gap, long), (6, 701 + 2 * gap + long, 100)];
        assert_eq!(places, expected);
        assert_eq!(find(&entries, 3, i64::MIN), 0);
        assert_eq!(find(&entries, 4, i64::MIN), 1);
        assert_eq!(find(&entries, 1, 20), 0);
        assert_eq!(find(&entries, 1, 41), 1);
    }
}
