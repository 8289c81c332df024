//! JSON bodies that have nothing out of the ordinary, read member by member without a tree in between: for the hot paths.
//!
//! What must stay true: whatever is read here is read the same by [`crate::document`]; an escape, a null, a member twice or
//! one that is not known is not read here at all, and the body is left to the tree.

use std::ops::Range;

use base64_simd::STANDARD;
use bytes::Bytes;
use memchr::memchr2;

/// Reads values one after the other. Everything answers `None` for what it does not read, after which nothing more can be read.
pub(crate) struct JsonReader<'a> {
    rest: &'a [u8],
    /// All blobs so far, one behind the other, so that a body of many costs one allocation.
    blobs: Vec<u8>,
}

impl<'a> JsonReader<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self { rest: body, blobs: Vec::new() }
    }

    /// The blobs, once everything was read; `None` when something is left.
    pub(crate) fn finish(mut self) -> Option<Bytes> {
        self.skip_spaces();
        self.rest.is_empty().then(|| self.blobs.into())
    }

    /// Reads a structure, each value by `read`, which is told its name.
    pub(crate) fn members(&mut self, mut read: impl FnMut(&mut Self, &'a [u8]) -> Option<()>) -> Option<()> {
        self.listed([b'{', b'}'], |reader| {
            let name = reader.quoted()?;
            reader.token(b':')?;
            read(reader, name)
        })
    }

    /// Reads a list, each element by `read`.
    pub(crate) fn elements(&mut self, read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.listed([b'[', b']'], read)
    }

    /// Reads a string into `place`, which has to be empty.
    pub(crate) fn text(&mut self, place: &mut Option<String>) -> Option<()> {
        let text = self.quoted()?;
        let is_plain = place.is_none() && text.iter().all(|byte| *byte >= b' ');
        *place = Some(std::str::from_utf8(text).ok().filter(|_| is_plain)?.to_owned());
        Some(())
    }

    /// Reads a boolean into `place`, which has to be empty.
    pub(crate) fn boolean(&mut self, place: &mut Option<bool>) -> Option<()> {
        self.skip_spaces();
        let (rest, value) = match self.rest.strip_prefix(b"true") {
            Some(rest) => (rest, true),
            None => (self.rest.strip_prefix(b"false")?, false),
        };
        self.rest = rest;
        place.replace(value).is_none().then_some(())
    }

    /// Reads base64 into `place`, which has to be empty: where the bytes are among the blobs that [`JsonReader::finish`] gives.
    pub(crate) fn blob(&mut self, place: &mut Option<Range<usize>>) -> Option<()> {
        let text = self.quoted()?;
        let start = self.blobs.len();
        if start == 0 {
            // What is left of the body is the most that can still come, and nearly all of it is blobs.
            self.blobs.reserve_exact(STANDARD.estimated_decoded_length(text.len() + self.rest.len()));
        }
        STANDARD.decode_append(text, &mut self.blobs).ok()?;
        place.replace(start..self.blobs.len()).is_none().then_some(())
    }

    /// Reads what stands between two brackets, with commas between.
    fn listed(
        &mut self,
        [open, close]: [u8; 2],
        mut read: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.token(open)?;
        if self.token(close).is_some() {
            return Some(());
        }
        loop {
            read(self)?;
            if self.token(b',').is_none() {
                return self.token(close);
            }
        }
    }

    /// Reads this byte, if it comes next; otherwise only the spaces before it are gone.
    fn token(&mut self, byte: u8) -> Option<()> {
        self.skip_spaces();
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    /// Reads what stands between quotes and has no escape in it.
    fn quoted(&mut self) -> Option<&'a [u8]> {
        self.token(b'"')?;
        let end = memchr2(b'"', b'\\', self.rest)?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest.strip_prefix(b"\"")?;
        Some(text)
    }

    fn skip_spaces(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }
}
