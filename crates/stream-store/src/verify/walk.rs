//! One segment's frames from the first to the last, past those that are broken.
//!
//! What must stay true: memory stays below one window or one frame; where a broken frame ends is only said by the next header
//! that proves itself, never guessed.

use std::io;

use bytes::Bytes;

use crate::frame::{self, FRAME_HEADER_BYTES, FRAME_MAGIC, FrameHeader};
use crate::segment::SEGMENT_HEADER_BYTES;
use crate::storage::StorageFile;
use crate::window::Window;

/// What comes next in a segment.
pub(super) enum Step {
    /// A frame at this offset; its records are as written if that was asked for.
    Frame(u64, FrameHeader),
    /// From this offset on are bytes that make no whole frame.
    Broken(u64, &'static str),
}

/// A walk over the frames of a segment.
pub(super) struct Walk<'a> {
    window: Window<'a>,
    salt: u64,
    offset: u64,
    end: u64,
    check_records: bool,
}

impl<'a> Walk<'a> {
    /// A walk over the frames before `end`.
    pub(super) fn new(file: &'a dyn StorageFile, salt: u64, end: u64, check_records: bool) -> Self {
        let offset = SEGMENT_HEADER_BYTES as u64;
        Self { window: Window::new(file, end), salt, offset, end, check_records }
    }

    /// The next frame, or the next bytes that make none.
    pub(super) fn next(&mut self) -> io::Result<Option<Step>> {
        if self.offset >= self.end {
            return Ok(None);
        }
        let offset = self.offset;
        let parsed = frame::parse_header(self.window.at(offset, FRAME_HEADER_BYTES)?, self.salt, offset);
        let checked = match parsed {
            Ok(header) if offset + header.frame_bytes as u64 > self.end => Err("the frame is cut short"),
            Ok(header) if self.check_records => self.check(&header)?.map(|()| header),
            other => other,
        };
        match checked {
            Ok(header) => {
                self.offset += header.frame_bytes as u64;
                Ok(Some(Step::Frame(offset, header)))
            }
            Err(what) => {
                self.offset = self.next_header(offset + 1)?.map_or(self.end, |(place, _)| place);
                Ok(Some(Step::Broken(offset, what)))
            }
        }
    }

    /// Whether a frame behind `broken_at` was written when the bytes there had been synced.
    pub(super) fn once_synced(&mut self, broken_at: u64) -> io::Result<bool> {
        let mut from = broken_at + 1;
        while let Some((place, header)) = self.next_header(from)? {
            if header.synced_to > broken_at {
                return Ok(true);
            }
            from = place + 1;
        }
        Ok(false)
    }

    fn check(&mut self, header: &FrameHeader) -> io::Result<Result<(), &'static str>> {
        let bytes = self.window.at(self.offset, header.frame_bytes)?;
        if let Err(what) = frame::parse_checked(bytes, self.salt, self.offset) {
            return Ok(Err(what));
        }
        let frame = Bytes::copy_from_slice(bytes);
        let mut count = 0;
        for record in frame::records(&frame) {
            if let Err(what) = record {
                return Ok(Err(what));
            }
            count += 1;
        }
        let as_said = count == header.record_count;
        Ok(as_said.then_some(()).ok_or("the frame has not as many records as its header says"))
    }

    /// The next header from an offset on that proves itself.
    fn next_header(&mut self, from: u64) -> io::Result<Option<(u64, FrameHeader)>> {
        let mut offset = from;
        while offset < self.end {
            let bytes = self.window.at(offset, 1 << 20)?;
            let magic = bytes.windows(FRAME_MAGIC.len()).position(|candidate| candidate == FRAME_MAGIC);
            let Some(place) = magic else {
                offset += (bytes.len().saturating_sub(FRAME_MAGIC.len() - 1)).max(1) as u64;
                continue;
            };
            offset += place as u64;
            let candidate = self.window.at(offset, FRAME_HEADER_BYTES)?;
            if let Ok(header) = frame::parse_header(candidate, self.salt, offset) {
                return Ok(Some((offset, header)));
            }
            offset += 1;
        }
        Ok(None)
    }
}
