//! The members of a structure in a request, taken out by name and type.
//!
//! What must stay true: a member of the wrong type is told in the words of Coral, the framework behind the real service,
//! as they were recorded there; null is the same as absent; members that nobody asks for are ignored, but for operations that
//! AWS does not have and that say so.

use std::collections::HashMap;
use std::fmt::Display;

use base64_simd::STANDARD;
use bytes::Bytes;

use crate::cbor;
use crate::document::{self, Document, Format};
use crate::exception::{Exception, ExceptionKind};
use crate::limits;

const LIST: &str = "Start of list found where not expected";
const STRUCTURE: &str = "Start of structure or map found where not expected.";
const BOOLEAN_CLASS: &str = "class java.lang.Boolean";
const STRING_CLASS: &str = "class java.lang.String";
const BLOB_CLASS: &str = "class java.nio.HeapByteBuffer";
const NUMBER_CLASS: &str = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber";

/// The members of one structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    format: Format,
    values: Vec<(String, Document)>,
}

impl Members {
    /// Reads a JSON body. A body that is not JSON, or not a structure, is a SerializationException.
    pub fn parse_json(body: &[u8]) -> Result<Self, Exception> {
        Self::of(Format::Json, document::parse_json(body))
    }

    /// Reads a CBOR body, by the same rules.
    pub fn parse_cbor(body: &Bytes) -> Result<Self, Exception> {
        Self::of(Format::Cbor, cbor::parse_cbor(body))
    }

    fn of(format: Format, document: Option<Document>) -> Result<Self, Exception> {
        match document {
            Some(Document::Map(values)) => Ok(Self { format, values }),
            Some(Document::List(_)) => Err(Exception::wrong_type(LIST)),
            _ => Err(Exception::bare(ExceptionKind::Serialization)),
        }
    }

    /// What is wrong with a body that `parse_json` has no words for, and where.
    pub fn why_not_json(body: &[u8]) -> String {
        match document::read_json(body) {
            Ok(_) => "The body has to be a JSON object and is another JSON value.".to_owned(),
            Err(error) => format!("The body has to be a JSON object and cannot be read: {error}."),
        }
    }

    /// Refuses what is left when all known members were taken: names that are not known, and known ones that are there twice.
    /// `path` names the structure, `known` its members.
    pub(crate) fn refuse_others(&self, path: impl Display, known: &[&str]) -> Result<(), Exception> {
        let Some((name, _)) = self.values.first() else { return Ok(()) };
        let message = if known.contains(&name.as_str()) {
            format!("The member '{name}' is there twice in {path}.")
        } else {
            let shown: String = name.chars().take(limits::UNKNOWN_MEMBER_CHARS_SHOWN).collect();
            format!("Unknown member '{shown}' in {path}; the members there are {}.", known.join(", "))
        };
        Err(Exception::new(ExceptionKind::Validation, message))
    }

    /// A member that is a string, left where it is; `None` for anything else.
    pub fn peek_text(&self, name: &str) -> Option<&str> {
        match self.values.iter().rfind(|(present, _)| present == name) {
            Some((_, Document::Text(text))) => Some(text),
            _ => None,
        }
    }

    /// Takes a member out; of members that are there twice, the last. `None` for absent or null.
    fn take(&mut self, name: &str) -> Option<Document> {
        let index = self.values.iter().rposition(|(present, _)| present == name)?;
        match self.values.remove(index).1 {
            Document::Null => None,
            value => Some(value),
        }
    }

    /// Takes a string.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Exception> {
        self.take(name).map(text).transpose()
    }

    /// Takes a 32-bit integer; fractions are cut off and numbers that do not fit are cut to the nearest that does.
    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i32>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value {
            Document::Integer(number) => Ok(Some(number.clamp(i32::MIN.into(), i32::MAX.into()) as i32)),
            Document::Float(number) => Ok(Some(number.floor() as i32)),
            other => Err(not_convertible(&other, "an Integer")),
        }
    }

    /// Takes a boolean. Coral also reads the words for it.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value {
            Document::Boolean(value) => Ok(Some(value)),
            Document::Text(word) => match word.to_uppercase().as_str() {
                "TRUE" | "1" | "YES" => Ok(Some(true)),
                "FALSE" | "0" | "NO" => Ok(Some(false)),
                other => Err(Exception::wrong_type(format!("'{other}' can not be converted to an Boolean"))),
            },
            other => Err(not_convertible(&other, "an Boolean")),
        }
    }

    /// Takes a point in time as milliseconds since 1970; JSON has it in seconds, and so has CBOR when it is no integer.
    pub(crate) fn timestamp_millis(&mut self, name: &str) -> Result<Option<i64>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value {
            Document::Integer(millis) if self.format == Format::Cbor => Ok(Some(millis)),
            Document::Integer(seconds) => Ok(Some(seconds.saturating_mul(1_000))),
            Document::Float(seconds) => Ok(Some((seconds * 1_000.0).round() as i64)),
            other => Err(not_convertible(&other, "milliseconds since epoch")),
        }
    }

    /// Takes bytes; JSON has them in base64.
    pub(crate) fn blob(&mut self, name: &str) -> Result<Option<Bytes>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value {
            Document::Blob(bytes) => Ok(Some(bytes)),
            Document::Text(base64) if self.format == Format::Json => decode_base64(&base64).map(Some),
            other => Err(not_convertible(&other, "a Blob")),
        }
    }

    /// Takes a structure.
    pub(crate) fn structure(&mut self, name: &str) -> Result<Option<Members>, Exception> {
        let format = self.format;
        self.take(name).map(|value| structure(format, value)).transpose()
    }

    /// Takes a list of structures; an element that is null counts as a structure without members.
    pub(crate) fn structures(&mut self, name: &str) -> Result<Option<Vec<Members>>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let format = self.format;
        match value {
            Document::List(elements) => {
                elements.into_iter().map(|value| structure(format, value)).collect::<Result<_, _>>().map(Some)
            }
            Document::Map(_) => Err(Exception::wrong_type(STRUCTURE)),
            _ => Err(Exception::wrong_type("Expected list or null")),
        }
    }

    /// Takes a list of strings; an element that is null counts as an empty one.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let element = |value| if value == Document::Null { Ok(String::new()) } else { text(value) };
        match value {
            Document::List(elements) => elements.into_iter().map(element).collect::<Result<_, _>>().map(Some),
            Document::Map(_) => Err(Exception::wrong_type(STRUCTURE)),
            _ => Err(Exception::wrong_type("Expected list or null")),
        }
    }

    /// Takes a map from strings to strings, in the order of the body; of keys that are there twice, the last value.
    pub(crate) fn text_map(&mut self, name: &str) -> Result<Option<Vec<(String, String)>>, Exception> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value {
            Document::Map(entries) => {
                let mut places: HashMap<String, usize> = HashMap::new();
                let mut map: Vec<(String, String)> = Vec::with_capacity(entries.len());
                for (key, value) in entries.into_iter().filter(|(_, value)| *value != Document::Null) {
                    let value = text(value)?;
                    if let Some(place) = places.get(&key) {
                        map[*place].1 = value;
                    } else {
                        places.insert(key.clone(), map.len());
                        map.push((key, value));
                    }
                }
                Ok(Some(map))
            }
            Document::List(_) => Err(Exception::wrong_type(LIST)),
            _ => Err(Exception::wrong_type("Expected map or null")),
        }
    }
}

fn text(value: Document) -> Result<String, Exception> {
    match value {
        Document::Text(text) => Ok(text),
        other => Err(not_convertible(&other, "an String")),
    }
}

fn structure(format: Format, value: Document) -> Result<Members, Exception> {
    match value {
        Document::Map(members) => Ok(Members { format, values: members }),
        Document::Null => Ok(Members { format, values: Vec::new() }),
        Document::List(_) => Err(Exception::wrong_type(LIST)),
        _ => Err(Exception::wrong_type("Expected null")),
    }
}

fn not_convertible(value: &Document, wanted: &str) -> Exception {
    let class = match value {
        Document::List(_) => return Exception::wrong_type(LIST),
        Document::Map(_) => return Exception::wrong_type(STRUCTURE),
        Document::Null => "null",
        Document::Boolean(_) => BOOLEAN_CLASS,
        Document::Integer(_) | Document::Float(_) => NUMBER_CLASS,
        Document::Text(_) => STRING_CLASS,
        Document::Blob(_) => BLOB_CLASS,
    };
    Exception::wrong_type(format!("{class} can not be converted to {wanted}"))
}

/// Decodes standard base64 with padding and nothing else.
fn decode_base64(text: &str) -> Result<Bytes, Exception> {
    if let Ok(bytes) = STANDARD.decode_to_vec(text) {
        return Ok(bytes.into());
    }
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let reason = if !text.len().is_multiple_of(4) {
        let chars = text.encode_utf16().count();
        format!("Base64 encoded length is expected a multiple of 4 bytes but found: {chars}")
    } else if let Some(bad) = text.chars().find(|char| !u8::try_from(*char).is_ok_and(alphabet)) {
        format!("Invalid Base64 character: '{bad}'")
    } else if text.trim_end_matches('=').contains('=') || text.ends_with("===") {
        "Invalid Base64 character: '='".to_owned()
    } else {
        "Invalid last non-pad Base64 character dectected".to_owned()
    };
    Err(Exception::wrong_type(format!("'{text}' can not be converted to a Blob: {reason}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        take: impl Fn(&mut Members) -> Result<(), Exception>,
        cases: &[(&str, &str)], // a value, and the text that Coral answers
    ) {
        for (value, expected) in cases {
            let body = format!(r#"{{"Member":{value}}}"#);
            let mut members = Members::parse_json(body.as_bytes()).expect("a structure");
            let exception = take(&mut members).expect_err(value);
            assert_eq!(exception, Exception::wrong_type(*expected), "{value}");
        }
    }

    const NUMBERS: [&str; 4] = ["23", "-2147483648", "2147483648", "34.56"];

    #[test]
    fn a_member_that_is_no_string_is_told_as_coral_does() {
        let take = |members: &mut Members| members.text("Member").map(drop);
        check(
            take,
            &[
                ("true", "class java.lang.Boolean can not be converted to an String"),
                ("[]", LIST),
                ("{}", STRUCTURE),
            ],
        );
        for number in NUMBERS {
            let text = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String";
            check(take, &[(number, text)]);
        }
    }

    #[test]
    fn a_member_that_is_no_integer_is_told_as_coral_does() {
        check(
            |members| members.integer("Member").map(drop),
            &[
                (r#""23""#, "class java.lang.String can not be converted to an Integer"),
                ("true", "class java.lang.Boolean can not be converted to an Integer"),
                ("[]", LIST),
                ("{}", STRUCTURE),
            ],
        );
    }

    #[test]
    fn a_member_that_is_no_boolean_is_told_as_coral_does() {
        check(
            |members| members.boolean("Member").map(drop),
            &[
                (r#""maybe""#, "'MAYBE' can not be converted to an Boolean"),
                (
                    "23",
                    "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Boolean",
                ),
                ("[]", LIST),
                ("{}", STRUCTURE),
            ],
        );
    }

    #[test]
    fn a_member_that_is_no_time_is_told_as_coral_does() {
        check(
            |members| members.timestamp_millis("Member").map(drop),
            &[
                (r#""23""#, "class java.lang.String can not be converted to milliseconds since epoch"),
                ("true", "class java.lang.Boolean can not be converted to milliseconds since epoch"),
                ("[]", LIST),
                ("{}", STRUCTURE),
            ],
        );
    }

    #[test]
    fn a_member_that_is_no_blob_is_told_as_coral_does() {
        let take = |members: &mut Members| members.blob("Member").map(drop);
        check(
            take,
            &[
                ("true", "class java.lang.Boolean can not be converted to a Blob"),
                ("[]", LIST),
                ("{}", STRUCTURE),
                (
                    r#""23456""#,
                    "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes \
                     but found: 5",
                ),
                (r#""=+/=""#, "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"),
                (r#""a-b=""#, "'a-b=' can not be converted to a Blob: Invalid Base64 character: '-'"),
                (
                    r#""+/+=""#,
                    "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
                ),
            ],
        );
        for number in NUMBERS {
            let text = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to a Blob";
            check(take, &[(number, text)]);
        }
    }

    #[test]
    fn lists_maps_and_structures_are_told_as_coral_does() {
        for scalar in ["\"23\"", "true", "23", "34.56"] {
            check(|members| members.structures("Member").map(drop), &[(scalar, "Expected list or null")]);
            check(|members| members.text_map("Member").map(drop), &[(scalar, "Expected map or null")]);
            check(|members| members.structure("Member").map(drop), &[(scalar, "Expected null")]);
        }
        check(|members| members.structures("Member").map(drop), &[("{}", STRUCTURE)]);
        check(|members| members.text_map("Member").map(drop), &[("[]", LIST)]);
        check(|members| members.structure("Member").map(drop), &[("[]", LIST)]);
    }

    #[test]
    fn numbers_are_cut_to_what_an_integer_holds() {
        for (value, expected) in
            [("100000000000", i32::MAX), ("-1e300", i32::MIN), ("3.9", 3), ("-3.1", -4), ("7", 7)]
        {
            let body = format!(r#"{{"N":{value}}}"#);
            let mut members = Members::parse_json(body.as_bytes()).expect("a structure");
            assert_eq!(members.integer("N"), Ok(Some(expected)), "{value}");
        }
    }

    #[test]
    fn seconds_become_milliseconds_without_losing_one() {
        for (value, expected) in [("1459799926.480", 1_459_799_926_480), ("0.001", 1), ("1", 1_000)] {
            let body = format!(r#"{{"T":{value}}}"#);
            let mut members = Members::parse_json(body.as_bytes()).expect("a structure");
            assert_eq!(members.timestamp_millis("T"), Ok(Some(expected)), "{value}");
        }
    }

    #[test]
    fn null_is_absent_and_the_last_of_two_counts() {
        let mut members = Members::parse_json(br#"{"A":null,"B":"1","B":"2"}"#).expect("a structure");
        assert_eq!(members.text("A"), Ok(None));
        assert_eq!(members.text("B"), Ok(Some("2".to_owned())));
    }

    #[test]
    fn a_body_that_is_no_structure_is_a_serialization_exception() {
        for body in ["", "hello", "true", "null", "7"] {
            let expected = Err(Exception::bare(ExceptionKind::Serialization));
            assert_eq!(Members::parse_json(body.as_bytes()), expected, "{body:?}");
        }
        assert_eq!(Members::parse_json(b"[]"), Err(Exception::wrong_type(LIST)));
    }

    #[test]
    fn cbor_has_its_own_blobs_and_times() {
        let member = |value: &[u8]| {
            let body = [b"\xa1\x66Member", value].concat();
            Members::parse_cbor(&body.into()).expect("a structure")
        };
        assert_eq!(member(b"\x42\x00\xff").blob("Member"), Ok(Some(Bytes::from_static(b"\x00\xff"))));
        assert_eq!(
            member(b"\x64e30=").blob("Member"),
            Err(Exception::wrong_type("class java.lang.String can not be converted to a Blob"))
        );
        assert_eq!(
            member(b"\x41a").text("Member"),
            Err(Exception::wrong_type("class java.nio.HeapByteBuffer can not be converted to an String"))
        );
        let millis = Ok(Some(1_700_000_000_042));
        let tagged = b"\xc1\x1b\x00\x00\x01\x8b\xcf\xe5\x68\x2a";
        assert_eq!(member(tagged).timestamp_millis("Member"), millis);
        assert_eq!(member(&tagged[1..]).timestamp_millis("Member"), millis);
        let seconds = [b"\xc1\xfb".to_vec(), 1_700_000_000.042_f64.to_be_bytes().to_vec()].concat();
        assert_eq!(member(&seconds).timestamp_millis("Member"), millis);
        let list = Members::parse_cbor(&Bytes::from_static(b"\x80"));
        assert_eq!(list, Err(Exception::wrong_type(LIST)));
        let garbage = Members::parse_cbor(&Bytes::from_static(b"\xff"));
        assert_eq!(garbage, Err(Exception::bare(ExceptionKind::Serialization)));
    }
}
