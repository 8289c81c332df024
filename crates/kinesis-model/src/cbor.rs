//! CBOR as `application/x-amz-cbor-1.1` wants it (RFC 8949): blobs are byte strings, a point in time is its milliseconds
//! since 1970 as an integer under tag 1.
//!
//! What must stay true: bytes from the network are bounded here in depth and in values, and never panic. Lengths that a
//! body announces are not believed before the bytes are there. Strings, lists and maps of unknown length, which Jackson
//! sends, are read like those of known length.

use bytes::Bytes;
use minicbor::data::{IanaTag, Int, Type};
use minicbor::encode::Error as EncodeError;
use minicbor::{Decoder, Encoder};

use crate::document::Document;
use crate::limits;
use crate::writer::Writer;

/// Reads a body; `None` when it is not CBOR, or is past the limits.
pub(crate) fn parse_cbor(body: &Bytes) -> Option<Document> {
    let mut reader = CborReader::new(body);
    let document = reader.value(limits::DOCUMENT_DEPTH_MAX)?;
    reader.is_at_end().then_some(document)
}

/// Reads values one after the other. Everything answers `None` for bytes that are not what was asked for, after which
/// nothing more can be read.
pub(crate) struct CborReader<'a> {
    body: &'a Bytes,
    decoder: Decoder<'a>,
    values_left: usize,
}

impl<'a> CborReader<'a> {
    pub(crate) fn new(body: &'a Bytes) -> Self {
        Self { body, decoder: Decoder::new(body), values_left: limits::DOCUMENT_VALUES_MAX }
    }

    /// Whether everything was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.decoder.position() == self.body.len()
    }

    /// Reads a map, each value by `read`, which is told its name. Names in pieces are not read.
    pub(crate) fn members(&mut self, mut read: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        let length = self.decoder.map().ok()?;
        self.repeat(length, |reader| {
            let name = reader.decoder.str().ok()?;
            read(reader, name)
        })
    }

    /// Reads a list, each element by `read`.
    pub(crate) fn elements(&mut self, read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let length = self.decoder.array().ok()?;
        self.repeat(length, read)
    }

    /// Reads a string in one piece.
    pub(crate) fn text(&mut self) -> Option<String> {
        self.decoder.str().ok().map(str::to_owned)
    }

    /// Reads a byte string in one piece, without copying it.
    pub(crate) fn blob(&mut self) -> Option<Bytes> {
        self.decoder.bytes().ok().map(|bytes| self.body.slice_ref(bytes))
    }

    /// Reads a boolean.
    pub(crate) fn boolean(&mut self) -> Option<bool> {
        self.decoder.bool().ok()
    }

    /// Reads `length` things, or as many as come before the break.
    fn repeat(&mut self, length: Option<u64>, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let mut left = length;
        while left != Some(0) {
            if left.is_none() && self.decoder.datatype().ok()? == Type::Break {
                self.decoder.skip().ok()?;
                return Some(());
            }
            left = left.map(|left| left - 1);
            read(self)?;
        }
        Some(())
    }

    fn value(&mut self, depth_left: usize) -> Option<Document> {
        self.values_left = self.values_left.checked_sub(1)?;
        let depth_below = depth_left.checked_sub(1)?;
        match self.decoder.datatype().ok()? {
            Type::Null => self.decoder.null().ok().map(|()| Document::Null),
            Type::Undefined => self.decoder.undefined().ok().map(|()| Document::Null),
            Type::Bool => self.boolean().map(Document::Boolean),
            Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
                self.integer()
            }
            Type::Int => self.integer(),
            Type::F16 | Type::F32 | Type::F64 => self.decoder.f64().ok().map(Document::Float),
            Type::Bytes => self.blob().map(Document::Blob),
            Type::BytesIndef => {
                let pieces: Result<Vec<&[u8]>, _> = self.decoder.bytes_iter().ok()?.collect();
                Some(Document::Blob(pieces.ok()?.concat().into()))
            }
            Type::String | Type::StringIndef => self.text_in_pieces().map(Document::Text),
            Type::Array | Type::ArrayIndef => {
                let mut list = Vec::new();
                self.elements(|reader| {
                    list.push(reader.value(depth_below)?);
                    Some(())
                })?;
                Some(Document::List(list))
            }
            Type::Map | Type::MapIndef => self.map(depth_below),
            // What a tag says of its value is known from the member that wants it.
            Type::Tag => {
                self.decoder.tag().ok()?;
                self.value(depth_below)
            }
            Type::Simple | Type::Break | Type::Unknown(_) => None,
        }
    }

    fn integer(&mut self) -> Option<Document> {
        let number = i128::from(self.decoder.int().ok()?);
        let nearest = number.clamp(i64::MIN.into(), i64::MAX.into());
        i64::try_from(nearest).ok().map(Document::Integer)
    }

    fn map(&mut self, depth_below: usize) -> Option<Document> {
        let mut map = Vec::new();
        let length = self.decoder.map().ok()?;
        self.repeat(length, |reader| {
            let name = reader.text_in_pieces()?;
            map.push((name, reader.value(depth_below)?));
            Some(())
        })?;
        Some(Document::Map(map))
    }

    fn text_in_pieces(&mut self) -> Option<String> {
        let pieces: Result<Vec<&str>, _> = self.decoder.str_iter().ok()?.collect();
        Some(pieces.ok()?.concat())
    }
}

/// Writes an answer. Structures and lists are of unknown length, so that nothing has to be counted before it is written.
#[derive(Debug)]
pub struct CborWriter {
    encoder: Encoder<Vec<u8>>,
}

impl CborWriter {
    /// A writer with room for `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { encoder: Encoder::new(Vec::with_capacity(bytes)) }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.encoder.into_writer()
    }

    fn put<T, E>(&mut self, write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<T, EncodeError<E>>) {
        let written = write(&mut self.encoder).is_ok();
        debug_assert!(written, "a Vec takes every byte");
    }
}

impl Default for CborWriter {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Writer for CborWriter {
    fn take_bytes(&mut self, room: usize) -> Vec<u8> {
        std::mem::replace(self.encoder.writer_mut(), Vec::with_capacity(room))
    }

    fn begin_structure(&mut self) {
        self.put(|encoder| encoder.begin_map().map(drop));
    }

    fn member(&mut self, name: &str) {
        self.text(name);
    }

    fn end_structure(&mut self) {
        self.put(|encoder| encoder.end().map(drop));
    }

    fn begin_list(&mut self) {
        self.put(|encoder| encoder.begin_array().map(drop));
    }

    fn end_list(&mut self) {
        self.put(|encoder| encoder.end().map(drop));
    }

    fn text(&mut self, text: &str) {
        self.put(|encoder| encoder.str(text).map(drop));
    }

    fn integer(&mut self, number: i64) {
        self.put(|encoder| encoder.int(Int::from(number)).map(drop));
    }

    fn boolean(&mut self, value: bool) {
        self.put(|encoder| encoder.bool(value).map(drop));
    }

    fn timestamp_millis(&mut self, millis: i64) {
        self.put(|encoder| encoder.tag(IanaTag::Timestamp)?.i64(millis).map(drop));
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.put(|encoder| encoder.bytes(bytes).map(drop));
    }
}

#[cfg(test)]
mod tests {
    //! The oracle is ciborium: it reads what we write, and writes what we read.

    use ciborium::Value;
    use proptest::prelude::*;

    use super::*;

    /// A tree of ours as the oracle has it.
    fn oracle(document: &Document) -> Value {
        match document {
            Document::Null => Value::Null,
            Document::Boolean(value) => Value::Bool(*value),
            Document::Integer(number) => Value::from(*number),
            Document::Float(number) => Value::Float(*number),
            Document::Text(text) => Value::Text(text.clone()),
            Document::Blob(bytes) => Value::Bytes(bytes.to_vec()),
            Document::List(list) => Value::Array(list.iter().map(oracle).collect()),
            Document::Map(map) => {
                Value::Map(map.iter().map(|(name, value)| (name.as_str().into(), oracle(value))).collect())
            }
        }
    }

    fn documents() -> impl Strategy<Value = Document> {
        let leaf = prop_oneof![
            Just(Document::Null),
            any::<bool>().prop_map(Document::Boolean),
            any::<i64>().prop_map(Document::Integer),
            any::<f64>()
                .prop_filter("NaN is not itself", |number| !number.is_nan())
                .prop_map(Document::Float),
            ".{0,40}".prop_map(Document::Text),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Document::Blob(bytes.into())),
        ];
        leaf.prop_recursive(4, 40, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Document::List),
                prop::collection::vec((".{0,12}", inner), 0..8).prop_map(Document::Map),
            ]
        })
    }

    fn parse(bytes: &[u8]) -> Option<Document> {
        parse_cbor(&Bytes::copy_from_slice(bytes))
    }

    fn text(text: &str) -> Document {
        Document::Text(text.to_owned())
    }

    proptest! {
        #[test]
        fn what_another_library_writes_is_read(document in documents()) {
            let mut bytes = Vec::new();
            ciborium::into_writer(&oracle(&document), &mut bytes).expect("a Vec takes every byte");
            prop_assert_eq!(parse(&bytes), Some(document));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            parse(&bytes);
        }
    }

    #[test]
    fn every_kind_of_value_is_read_by_another_library() {
        let mut writer = CborWriter::with_capacity(64);
        writer.begin_structure();
        writer.text_member("Text", "a\"b\n\u{1f600}");
        writer.integer_member("Integer", i64::MIN);
        writer.list_member("List", &[true, false], |list, item| list.boolean(*item));
        writer.member("Empty");
        writer.begin_structure();
        writer.end_structure();
        writer.member("Time");
        writer.timestamp_millis(1_700_000_000_042);
        writer.member("Blob");
        writer.blob(b"\x00\xff");
        writer.end_structure();
        let read: Value = ciborium::from_reader(writer.into_bytes().as_slice()).expect("CBOR");
        let member = |name: &str, value: Value| (Value::from(name), value);
        let time = Value::Tag(1, Box::new(Value::from(1_700_000_000_042_i64)));
        assert_eq!(
            read,
            Value::Map(vec![
                member("Text", "a\"b\n\u{1f600}".into()),
                member("Integer", i64::MIN.into()),
                member("List", Value::Array(vec![true.into(), false.into()])),
                member("Empty", Value::Map(Vec::new())),
                member("Time", time),
                member("Blob", Value::Bytes(vec![0, 0xff])),
            ])
        );
    }

    #[test]
    fn values_in_pieces_and_of_unknown_length_are_read() {
        // {_ "a" (_ "b", "c"): (_ h'01', h'', h'0203'), "d": [_ 1(1.5), undefined, 18446744073709551615, -2^64] }
        let body = b"\xbf\x7f\x61a\x60\xff\x5f\x41\x01\x40\x42\x02\x03\xff\x61d\x9f\xc1\xf9\x3e\x00\xf7\
                     \x1b\xff\xff\xff\xff\xff\xff\xff\xff\x3b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
        let list = vec![
            Document::Float(1.5),
            Document::Null,
            Document::Integer(i64::MAX),
            Document::Integer(i64::MIN),
        ];
        assert_eq!(
            parse(body),
            Some(Document::Map(vec![
                ("a".to_owned(), Document::Blob(Bytes::from_static(&[1, 2, 3]))),
                ("d".to_owned(), Document::List(list)),
            ]))
        );
        assert_eq!(parse(b"\x7f\x61a\x62bc\xff"), Some(text("abc")));
    }

    #[test]
    fn what_is_no_cbor_or_past_the_limits_is_no_tree() {
        let deep = [b"\x81".repeat(100_000), b"\x00".to_vec()].concat();
        let wide = [b"\x9f".to_vec(), b"\x00".repeat(limits::DOCUMENT_VALUES_MAX), b"\xff".to_vec()].concat();
        for bad in [
            &b""[..],
            b"hello",
            b"\xbf\x61a",                                // cut short
            b"\xa0\xa0",                                 // two values
            b"\xa1\x01\x01",                             // a name that is no string
            b"\x61\xff",                                 // not UTF-8
            b"\x7f\x61a\x41b\xff",                       // bytes as a piece of a string
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00", // a length that nothing follows
            b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff\x00", // the same of a string
            b"\xff",                                     // a break of nothing
            b"\x82\x00\xff",                             // a break in a list of known length
            b"\xe5",                                     // a simple value without meaning
            b"\x1c",                                     // reserved
            &deep,
            &wide,
        ] {
            assert_eq!(parse(bad), None, "{:02x?}", &bad[..bad.len().min(20)]);
        }
    }
}
