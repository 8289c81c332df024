//! JSON as `application/x-amz-json-1.0` (<https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use crate::limits;
use alluvium_aws_query::Document;

/// Reads a JSON text; `None` when it is not one, or is past the limits. serde_json itself ends at a depth of 128.
pub(super) fn read(body: &[u8]) -> Option<Document> {
    let values_left = Cell::new(limits::DOCUMENT_VALUES_MAX);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let document = ValueSeed { values_left: &values_left }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(document)
}

/// Writes a JSON text.
pub(super) fn write(document: &Document) -> Vec<u8> {
    serde_json::to_vec(document).expect("a tree whose keys are text is JSON")
}

#[derive(Clone, Copy)]
struct ValueSeed<'a> {
    values_left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Document;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        let left =
            self.values_left.get().checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        self.values_left.set(left);
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

    fn visit_i64<E>(self, number: i64) -> Result<Document, E> {
        Ok(Document::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Document, E> {
        Ok(i64::try_from(number).map_or(Document::Float(number as f64), Document::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Document, E> {
        Ok(Document::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Document, E> {
        Ok(Document::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Document, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Document::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut structure = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            structure.push((name.into(), members.next_value_seed(self)?));
        }
        Ok(Document::Structure(structure))
    }
}
