//! CBOR as Smithy's RPC protocol has it (<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>): times are
//! seconds under tag 1, strings and containers may come in pieces of unknown length.

use minicbor::data::{Tag, Type};
use minicbor::decode::{Decoder, Error};
use minicbor::encode::Encoder;

use crate::limits;
use alluvium_aws_query::Document;

/// The tag of a point in time.
const EPOCH: u64 = 1;

/// Reads one value and nothing after it; `None` when it is not CBOR of this protocol, or is past the limits.
pub(super) fn read(body: &[u8]) -> Option<Document> {
    let mut reader = Reader { decoder: Decoder::new(body), values_left: limits::DOCUMENT_VALUES_MAX };
    let document = reader.value(limits::DOCUMENT_DEPTH_MAX).ok()?;
    (reader.decoder.position() == body.len()).then_some(document)
}

struct Reader<'a> {
    decoder: Decoder<'a>,
    values_left: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth_left: usize) -> Result<Document, Error> {
        let Some(values_left) = self.values_left.checked_sub(1) else {
            return Err(Error::message("too many values"));
        };
        self.values_left = values_left;
        let Some(depth_left) = depth_left.checked_sub(1) else {
            return Err(Error::message("nested too deeply"));
        };
        let decoder = &mut self.decoder;
        Ok(match decoder.datatype()? {
            Type::Null | Type::Undefined => {
                decoder.skip()?;
                Document::Null
            }
            Type::Bool => Document::Boolean(decoder.bool()?),
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => {
                let number = decoder.u64()?;
                i64::try_from(number).map_or(Document::Float(number as f64), Document::Integer)
            }
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => Document::Integer(decoder.i64()?),
            Type::F16 => Document::Float(decoder.f16()?.into()),
            Type::F32 => Document::Float(decoder.f32()?.into()),
            Type::F64 => Document::Float(decoder.f64()?),
            Type::String => Document::Text(decoder.str()?.to_owned()),
            Type::StringIndef => Document::Text(decoder.str_iter()?.collect::<Result<Vec<_>, _>>()?.concat()),
            Type::Array | Type::ArrayIndef => Document::List(self.list(depth_left)?),
            Type::Map | Type::MapIndef => self.structure(depth_left)?,
            Type::Tag => self.timestamp(depth_left)?,
            _ => return Err(Error::message("a type that no member has")),
        })
    }

    fn list(&mut self, depth_left: usize) -> Result<Vec<Document>, Error> {
        let mut items = Vec::new();
        // The announced length is not trusted with memory.
        match self.decoder.array()? {
            Some(length) => {
                for _ in 0..length {
                    items.push(self.value(depth_left)?);
                }
            }
            None => {
                while !self.at_break()? {
                    items.push(self.value(depth_left)?);
                }
            }
        }
        Ok(items)
    }

    fn structure(&mut self, depth_left: usize) -> Result<Document, Error> {
        let mut members = Vec::new();
        let length = self.decoder.map()?;
        let mut read = 0;
        loop {
            match length {
                Some(length) if read == length => break,
                None if self.at_break()? => break,
                Some(_) | None => {}
            }
            let Document::Text(name) = self.value(1)? else {
                return Err(Error::message("a name that is no text"));
            };
            members.push((name.into(), self.value(depth_left)?));
            read += 1;
        }
        Ok(Document::Structure(members))
    }

    fn at_break(&mut self) -> Result<bool, Error> {
        let at_break = self.decoder.datatype()? == Type::Break;
        if at_break {
            self.decoder.skip()?;
        }
        Ok(at_break)
    }

    fn timestamp(&mut self, depth_left: usize) -> Result<Document, Error> {
        if self.decoder.tag()?.as_u64() != EPOCH {
            return Err(Error::message("an unknown tag"));
        }
        match self.value(depth_left)? {
            Document::Integer(seconds) => Ok(Document::Timestamp(seconds.saturating_mul(1_000))),
            Document::Float(seconds) if seconds.is_finite() => {
                Ok(Document::Timestamp((seconds * 1_000.0).round() as i64))
            }
            _ => Err(Error::message("a time that is no number")),
        }
    }
}

/// Writes a value.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    put(&mut encoder, document).expect("a Vec takes every byte");
    encoder.into_writer()
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn put(encoder: &mut Encoder<Vec<u8>>, document: &Document) -> Written {
    match document {
        Document::Null => encoder.null()?,
        Document::Boolean(value) => encoder.bool(*value)?,
        Document::Integer(number) => encoder.i64(*number)?,
        Document::Float(number) => encoder.f64(*number)?,
        Document::Text(text) => encoder.str(text)?,
        Document::Timestamp(millis) => encoder.tag(Tag::new(EPOCH))?.f64(*millis as f64 / 1_000.0)?,
        Document::List(items) => {
            encoder.array(items.len() as u64)?;
            return items.iter().try_for_each(|item| put(encoder, item));
        }
        Document::Structure(members) => {
            let present = || members.iter().filter(|(_, value)| *value != Document::Null);
            encoder.map(present().count() as u64)?;
            return present().try_for_each(|(name, value)| put(encoder.str(name)?, value));
        }
        Document::Map(entries) => {
            encoder.map(entries.len() as u64)?;
            return entries.iter().try_for_each(|(key, value)| put(encoder.str(key)?, value));
        }
    };
    Ok(())
}
