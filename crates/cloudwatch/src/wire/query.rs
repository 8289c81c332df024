//! The query protocol (<https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>): a form whose names are paths such as
//! `MetricData.member.1.Value`, answered with XML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::document::Document;
use crate::limits;

/// The namespace of every answer.
const NAMESPACE: &str = "http://monitoring.amazonaws.com/doc/2010-08-01/";

/// Reads a form; `None` when it is past the limits, or names a value both as a whole and in parts.
pub(super) fn read(form: &[u8]) -> Option<Document> {
    let mut root = Node::default();
    for (count, (path, value)) in form_urlencoded::parse(form).enumerate() {
        if count >= limits::DOCUMENT_VALUES_MAX {
            return None;
        }
        root.insert(&path, value.into_owned())?;
    }
    root.into_document()
}

/// What a form says under one name.
#[derive(Default)]
struct Node {
    value: Option<String>,
    members: BTreeMap<String, Node>,
}

impl Node {
    fn insert(&mut self, path: &str, value: String) -> Option<()> {
        let mut node = self;
        for (depth, name) in path.split('.').enumerate() {
            if depth >= limits::DOCUMENT_DEPTH_MAX {
                return None;
            }
            node = node.members.entry(name.to_owned()).or_default();
        }
        node.value = Some(value);
        Some(())
    }

    /// `X.member.1`, `X.member.2` is a list, an empty `X` may be one too; all else with parts is a structure.
    fn into_document(mut self) -> Option<Document> {
        match self.value {
            Some(text) if self.members.is_empty() => return Some(Document::Text(text)),
            Some(text) if !text.is_empty() => return None,
            Some(_) | None => {}
        }
        if self.members.len() == 1
            && let Some(elements) = self.members.remove("member")
        {
            let mut list = Vec::new();
            for (index, element) in elements.members {
                list.push((index.parse::<u32>().ok()?, element.into_document()?));
            }
            list.sort_by_key(|(index, _)| *index);
            return Some(Document::List(list.into_iter().map(|(_, element)| element).collect()));
        }
        let mut structure = Vec::new();
        for (name, member) in self.members {
            structure.push((name.into(), member.into_document()?));
        }
        Some(Document::Structure(structure))
    }
}

/// A time of a form, in milliseconds since 1970: ISO 8601, or seconds as a number.
pub(crate) fn timestamp_millis(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then(|| (seconds * 1_000.0).round() as i64);
    }
    let zoned = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let time = zoned(text).or_else(|| zoned(&format!("{text}Z")))?;
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// An answer: the result, when the operation has one, and the id of the request.
pub(super) fn write(operation: &str, result: Option<&Document>, request_id: &str) -> Vec<u8> {
    let mut xml = format!("<{operation}Response xmlns=\"{NAMESPACE}\">");
    if let Some(result) = result {
        element(&mut xml, &format!("{operation}Result"), result);
    }
    let _ = writeln!(
        xml,
        "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    );
    xml.into_bytes()
}

/// An error's answer.
pub(super) fn write_error(fault: &str, code: &str, message: &str, request_id: &str) -> Vec<u8> {
    let mut xml = format!("<ErrorResponse xmlns=\"{NAMESPACE}\"><Error>");
    for (name, text) in [("Type", fault), ("Code", code), ("Message", message)] {
        element(&mut xml, name, &Document::text(text));
    }
    let _ = writeln!(xml, "</Error><RequestId>{request_id}</RequestId></ErrorResponse>");
    xml.into_bytes()
}

fn element(xml: &mut String, name: &str, document: &Document) {
    if *document == Document::Null {
        return;
    }
    let _ = write!(xml, "<{name}>");
    match document {
        Document::Null => {}
        Document::Boolean(value) => {
            let _ = write!(xml, "{value}");
        }
        Document::Integer(number) => {
            let _ = write!(xml, "{number}");
        }
        Document::Float(number) => {
            let _ = write!(xml, "{number:?}");
        }
        Document::Text(text) => escape(xml, text),
        Document::Timestamp(millis) => escape(xml, &iso_8601(*millis)),
        Document::List(items) => {
            for item in items {
                element(xml, "member", item);
            }
        }
        Document::Structure(members) => {
            for (name, value) in members {
                element(xml, name, value);
            }
        }
        Document::Map(entries) => {
            for (key, value) in entries {
                xml.push_str("<entry>");
                element(xml, "key", &Document::text(key));
                element(xml, "value", value);
                xml.push_str("</entry>");
            }
        }
    }
    let _ = write!(xml, "</{name}>");
}

fn iso_8601(millis: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// Text with what is markup escaped; characters that XML cannot hold become U+FFFD.
fn escape(xml: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            '\t' | '\n' => xml.push(char),
            '\r' => xml.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            _ => xml.push(char),
        }
    }
}
