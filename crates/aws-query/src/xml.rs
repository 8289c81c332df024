//! Answers: XML in the namespace of the service.

use std::fmt::Write as _;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::document::Document;

/// An answer of an operation: the result, when the operation has one, and the id of the request.
pub fn write(namespace: &str, operation: &str, result: Option<&Document>, request_id: &str) -> Vec<u8> {
    let mut xml = format!("<{operation}Response xmlns=\"{namespace}\">");
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
pub fn write_error(namespace: &str, fault: &str, code: &str, message: &str, request_id: &str) -> Vec<u8> {
    let mut xml = format!("<ErrorResponse xmlns=\"{namespace}\"><Error>");
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
