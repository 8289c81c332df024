//! A request body as a tree of values, before anything is known about its members. Wire formats meet here: what a JSON or
//! another reader leaves is the same tree, so operations are written once.
//!
//! What must stay true: a tree is bounded, whatever the bytes were. Depth ends at [`limits::DOCUMENT_DEPTH_MAX`], width
//! at [`limits::DOCUMENT_VALUES_MAX`].

use std::cell::Cell;
use std::fmt;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use crate::limits;

/// One value of a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Document {
    /// No value; the same as a member that is absent.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A whole number; one that does not fit is cut to the nearest that does.
    Integer(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A string; in JSON also a blob, in base64.
    Text(String),
    /// Bytes, which JSON does not have.
    Blob(Bytes),
    /// A list.
    List(Vec<Document>),
    /// A structure or map, in the order of the body.
    Map(Vec<(String, Document)>),
}

/// The wire format that a tree was read from. It decides how blobs and points in time are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Blobs in base64, times in seconds.
    Json,
    /// Blobs as they are, times in milliseconds, or in seconds with a fraction.
    Cbor,
}

/// Reads a JSON text; `None` when it is not one, or is past the limits.
pub(crate) fn parse_json(body: &[u8]) -> Option<Document> {
    read_json(body).ok()
}

/// The same; the error says what is wrong, and in which line and column.
pub(crate) fn read_json(body: &[u8]) -> Result<Document, serde_json::Error> {
    let values_left = Cell::new(limits::DOCUMENT_VALUES_MAX);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let document = ValueSeed { values_left: &values_left }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(document)
}

#[derive(Clone, Copy)]
struct ValueSeed<'a> {
    values_left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Document;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        match self.values_left.get().checked_sub(1) {
            Some(left) => self.values_left.set(left),
            None => return Err(D::Error::custom("too many values")),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Document;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Document, E> {
        Ok(Document::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Document, E> {
        Ok(Document::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Document, E> {
        Ok(Document::Integer(i64::try_from(value).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Document, E> {
        Ok(Document::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Document, E> {
        Ok(Document::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Document, E> {
        Ok(Document::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Document, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Document::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut map = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            map.push((name, members.next_value_seed(self)?));
        }
        Ok(Document::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_keeps_order_and_cuts_numbers_to_what_fits() {
        assert_eq!(
            parse_json(br#" {"b":[null,true,18446744073709551615],"a":1.5} "#),
            Some(Document::Map(vec![
                (
                    "b".to_owned(),
                    Document::List(vec![
                        Document::Null,
                        Document::Boolean(true),
                        Document::Integer(i64::MAX)
                    ])
                ),
                ("a".to_owned(), Document::Float(1.5)),
            ]))
        );
    }

    #[test]
    fn what_is_no_json_or_past_the_limits_is_no_tree() {
        let deep = "[".repeat(100_000);
        let wide = format!("[{}0]", "0,".repeat(limits::DOCUMENT_VALUES_MAX));
        for bad in ["", "hello", "{\"a\":", "{} {}", "\"\u{1}\"", &deep, &wide] {
            assert_eq!(parse_json(bad.as_bytes()), None, "{bad:.40}");
        }
        assert_eq!(parse_json(b"\"\xff\""), None);
    }
}
