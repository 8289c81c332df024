//! Frames: the records of one append to one shard, or of several that came together, as bytes in a segment.
//! `docs/format/streams.md` has the table.
//!
//! What must stay true: the header's checksum covers the segment's salt and the frame's place besides its bytes, so a
//! header is valid in one place of one file only, whatever bytes users put in their records.

use bytes::Bytes;
use crc_fast::crc32_iscsi;

use crate::limits;
use crate::record::NewRecord;

/// Bytes before the records.
pub(crate) const FRAME_HEADER_BYTES: usize = 60;
/// Bytes of the header that its checksum covers.
const COVERED_BYTES: usize = 56;
/// Bytes before a record's partition key.
const RECORD_HEADER_BYTES: usize = 6;
/// How a frame begins.
pub(crate) const FRAME_MAGIC: [u8; 4] = *b"aLv\x01";
const KIND_RECORDS: u8 = 1;
/// The largest frame: an append of the most bytes, in the most records.
pub(crate) const FRAME_BYTES_MAX: usize =
    FRAME_HEADER_BYTES + limits::APPEND_BYTES_MAX + limits::APPEND_RECORDS_MAX * RECORD_HEADER_BYTES;

/// What stands before the records of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// The stream of the records.
    pub(crate) stream_id: u64,
    /// The shard of the records.
    pub(crate) shard: u32,
    /// How many records follow; at least 1.
    pub(crate) record_count: u32,
    /// The counter of the first record; the others count on.
    pub(crate) first_counter: u64,
    /// When the records arrived, in milliseconds since 1970.
    pub(crate) arrival_millis: i64,
    /// How many bytes of the segment were known to be synced when the frame was written.
    pub(crate) synced_to: u64,
    /// The length of header and records together.
    pub(crate) frame_bytes: usize,
}

impl FrameHeader {
    /// The counter of the last record.
    pub(crate) fn last_counter(&self) -> u64 {
        self.first_counter + u64::from(self.record_count) - 1
    }
}

/// What records take in a frame, behind its header.
pub(crate) fn record_bytes(records: &[NewRecord]) -> usize {
    records.iter().map(|record| RECORD_HEADER_BYTES + record.partition_key.len() + record.data.len()).sum()
}

/// Appends a frame to `buffer`; `offset` is where in the segment it will stand, and `frame_bytes` of the header its length.
pub(crate) fn encode<'a>(
    buffer: &mut Vec<u8>,
    salt: u64,
    offset: u64,
    header: &FrameHeader,
    records: impl Iterator<Item = &'a NewRecord>,
) {
    let start = buffer.len();
    let frame_bytes = header.frame_bytes;
    debug_assert!(frame_bytes <= FRAME_BYTES_MAX, "the limits of an append bound a frame");
    buffer.reserve(frame_bytes);
    buffer.extend_from_slice(&FRAME_MAGIC);
    buffer.extend_from_slice(&[0; 4]);
    buffer.extend_from_slice(&(frame_bytes as u32).to_le_bytes());
    buffer.extend_from_slice(&[KIND_RECORDS, 0, 0, 0]);
    buffer.extend_from_slice(&header.stream_id.to_le_bytes());
    buffer.extend_from_slice(&header.shard.to_le_bytes());
    buffer.extend_from_slice(&header.record_count.to_le_bytes());
    buffer.extend_from_slice(&header.first_counter.to_le_bytes());
    buffer.extend_from_slice(&header.arrival_millis.to_le_bytes());
    buffer.extend_from_slice(&header.synced_to.to_le_bytes());
    buffer.extend_from_slice(&[0; 4]);
    for record in records {
        buffer.extend_from_slice(&(record.data.len() as u32).to_le_bytes());
        buffer.extend_from_slice(&(record.partition_key.len() as u16).to_le_bytes());
        buffer.extend_from_slice(record.partition_key.as_bytes());
        buffer.extend_from_slice(&record.data);
    }
    debug_assert_eq!(buffer.len() - start, frame_bytes, "the header says how long the records are");
    let body_checksum = crc32_iscsi(&buffer[start + FRAME_HEADER_BYTES..]);
    buffer[start + 4..start + 8].copy_from_slice(&body_checksum.to_le_bytes());
    let header_checksum = header_checksum(salt, offset, &buffer[start..start + COVERED_BYTES]);
    buffer[start + COVERED_BYTES..start + FRAME_HEADER_BYTES].copy_from_slice(&header_checksum.to_le_bytes());
}

/// Reads the header at the beginning of `bytes` and proves its checksum; `offset` is where in the segment it stands. An
/// error says what is wrong.
pub(crate) fn parse_header(bytes: &[u8], salt: u64, offset: u64) -> Result<FrameHeader, &'static str> {
    let Some(header) = bytes.first_chunk::<FRAME_HEADER_BYTES>() else {
        return Err("the frame's header is cut short");
    };
    if header[..4] != FRAME_MAGIC {
        return Err("no frame begins here");
    }
    if header_checksum(salt, offset, &header[..COVERED_BYTES]) != u32_at(header, COVERED_BYTES) {
        return Err("the checksum of the frame's header does not match");
    }
    let parsed = FrameHeader {
        frame_bytes: u32_at(header, 8) as usize,
        stream_id: u64_at(header, 16),
        shard: u32_at(header, 24),
        record_count: u32_at(header, 28),
        first_counter: u64_at(header, 32),
        arrival_millis: u64_at(header, 40).cast_signed(),
        synced_to: u64_at(header, 48),
    };
    if header[12] != KIND_RECORDS {
        return Err("the frame is of an unknown kind");
    }
    if !(FRAME_HEADER_BYTES..=FRAME_BYTES_MAX).contains(&parsed.frame_bytes) {
        return Err("the frame's length is out of range");
    }
    if parsed.record_count == 0 || parsed.first_counter.checked_add(u64::from(parsed.record_count)).is_none()
    {
        return Err("the frame's count of records is out of range");
    }
    Ok(parsed)
}

/// Reads the frame at the beginning of `bytes` and proves both checksums; `offset` is where in the segment it stands.
pub(crate) fn parse_checked(bytes: &[u8], salt: u64, offset: u64) -> Result<FrameHeader, &'static str> {
    let header = parse_header(bytes, salt, offset)?;
    let Some(frame) = bytes.get(..header.frame_bytes) else {
        return Err("the frame is cut short");
    };
    if crc32_iscsi(&frame[FRAME_HEADER_BYTES..]) != u32_at(frame, 4) {
        return Err("the checksum of the frame's records does not match");
    }
    Ok(header)
}

/// The records of a whole frame, in order, as partition key and data that share the frame's bytes.
pub(crate) fn records(frame: &Bytes) -> Records<'_> {
    Records { frame, at: FRAME_HEADER_BYTES }
}

/// See [`records`].
pub(crate) struct Records<'a> {
    frame: &'a Bytes,
    at: usize,
}

impl Iterator for Records<'_> {
    type Item = Result<(String, Bytes), &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.frame.len() {
            return None;
        }
        let record = self.take();
        if record.is_err() {
            self.at = self.frame.len();
        }
        Some(record)
    }
}

impl Records<'_> {
    fn take(&mut self) -> Result<(String, Bytes), &'static str> {
        let rest = &self.frame[self.at..];
        if rest.len() < RECORD_HEADER_BYTES {
            return Err("a record is cut short");
        }
        let key_start = self.at + RECORD_HEADER_BYTES;
        let data_start = key_start + usize::from(u16::from_le_bytes([rest[4], rest[5]]));
        let end = data_start + u32_at(rest, 0) as usize;
        if end > self.frame.len() {
            return Err("a record is cut short");
        }
        let Ok(partition_key) = std::str::from_utf8(&self.frame[key_start..data_start]) else {
            return Err("a partition key is not UTF-8");
        };
        self.at = end;
        Ok((partition_key.to_owned(), self.frame.slice(data_start..end)))
    }
}

fn header_checksum(salt: u64, offset: u64, covered: &[u8]) -> u32 {
    let mut place_and_header = [0; 16 + COVERED_BYTES];
    place_and_header[..8].copy_from_slice(&salt.to_le_bytes());
    place_and_header[8..16].copy_from_slice(&offset.to_le_bytes());
    place_and_header[16..].copy_from_slice(covered);
    crc32_iscsi(&place_and_header)
}

/// Four bytes at `at`, which the caller has proven to be there.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Eight bytes at `at`, which the caller has proven to be there.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(record_count: usize) -> FrameHeader {
        FrameHeader {
            stream_id: 7,
            shard: 3,
            record_count: record_count as u32,
            first_counter: 41,
            arrival_millis: -5,
            synced_to: 99,
            frame_bytes: 0,
        }
    }

    fn encoded_bytes(records: &[NewRecord]) -> usize {
        FRAME_HEADER_BYTES + record_bytes(records)
    }

    fn frame_of(records: &[NewRecord], salt: u64, offset: u64) -> Vec<u8> {
        let mut buffer = Vec::new();
        let header = FrameHeader { frame_bytes: encoded_bytes(records), ..header(records.len()) };
        encode(&mut buffer, salt, offset, &header, records.iter());
        buffer
    }

    fn any_records() -> impl Strategy<Value = Vec<NewRecord>> {
        let record = (".{0,20}", proptest::collection::vec(any::<u8>(), 0..100));
        let record = record.prop_map(|(partition_key, data)| NewRecord { partition_key, data: data.into() });
        proptest::collection::vec(record, 1..8)
    }

    proptest! {
        #[test]
        fn a_frame_reads_back(written in any_records(), salt: u64, offset: u64) {
            let frame = frame_of(&written, salt, offset);
            prop_assert_eq!(frame.len(), encoded_bytes(&written));
            let read = parse_checked(&frame, salt, offset).expect("valid");
            prop_assert_eq!(read, FrameHeader { frame_bytes: frame.len(), ..header(written.len()) });
            let read: Vec<NewRecord> = records(&Bytes::from(frame))
                .map(|record| record.map(|(partition_key, data)| NewRecord { partition_key, data }).expect("whole"))
                .collect();
            prop_assert_eq!(read, written);
        }

        #[test]
        fn a_changed_or_cut_or_moved_frame_is_refused(written in any_records(), place: prop::sample::Index, bit in 0..8_u32) {
            let frame = frame_of(&written, 1, 2);
            let at = place.index(frame.len());
            prop_assert!(parse_checked(&frame[..at], 1, 2).is_err());
            prop_assert!(parse_checked(&frame, 1, 3).is_err());
            prop_assert!(parse_checked(&frame, 2, 2).is_err());
            let mut flipped = frame;
            flipped[at] ^= 1 << bit;
            prop_assert!(parse_checked(&flipped, 1, 2).is_err());
        }

        #[test]
        fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse_checked(&bytes, 0, 0);
            let mut framed = frame_of(&[NewRecord { partition_key: "k".into(), data: Bytes::new() }], 0, 0);
            framed.truncate(FRAME_HEADER_BYTES);
            framed.extend_from_slice(&bytes);
            for record in records(&Bytes::from(framed)) {
                let _ = record;
            }
        }
    }
}
