//! As much CBOR as requests need (<https://www.rfc-editor.org/rfc/rfc8949#section-3>).

const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

/// A body that grows piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Cbor(pub(crate) Vec<u8>);

impl Cbor {
    fn head(&mut self, major: u8, value: usize) {
        let first = |additional: u8| major * 32 + additional;
        match value {
            0..=23 => self.0.push(first(value as u8)),
            24..=0xff => self.0.extend([first(24), value as u8]),
            0x100..=0xffff => {
                self.0.push(first(25));
                self.0.extend((value as u16).to_be_bytes());
            }
            _ => {
                self.0.push(first(26));
                self.0.extend((value as u32).to_be_bytes());
            }
        }
    }

    /// A map of this many members follows.
    pub(crate) fn map(&mut self, members: usize) {
        self.head(MAP, members);
    }

    /// A list of this many elements follows.
    pub(crate) fn array(&mut self, elements: usize) {
        self.head(ARRAY, elements);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.head(TEXT, text.len());
        self.0.extend(text.as_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.head(BYTES, bytes.len());
        self.0.extend(bytes);
    }

    pub(crate) fn unsigned(&mut self, number: usize) {
        self.head(UNSIGNED, number);
    }
}
