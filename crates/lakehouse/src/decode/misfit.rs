//! Which values of a record are not of their field's type, in words: the second look at a record that is not whole.
//!
//! What must stay true: it finds something exactly where the builders put a null in place of a value; recursion goes no deeper
//! than the schema; and what a record holds is shown shortened, with nothing that a terminal would act on.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::rescue::by_name;
use super::scan::{Kind, Scanner, Value};
use super::text::{as_string, offset_in_data};
use super::value::{self, Reading};
use crate::limits::{MISFIT_CHARS_MAX, MISFITS_SHOWN_MAX};
use crate::schema::{DataType, Field, Schema};

/// What is not of its type in the object that `text`, decoded from `data`, begins with, in one line.
pub(super) fn describe(schema: &Schema, reading: &Reading, text: &str, data: &[u8]) -> String {
    let mut misfits = Misfits { text, data, reading, shown: Vec::new(), more: 0 };
    let fields = by_name(&schema.fields);
    let mut scanner = Scanner::again(text);
    let mut first = true;
    if scanner.begin_object() {
        while let Ok(Some(key)) = scanner.next_key(first) {
            first = false;
            let Ok(value) = scanner.value(1) else { break };
            misfits.member(&fields, &as_string(key), value, "");
        }
    }
    let mut line = misfits.shown.join("; ");
    if misfits.more > 0 {
        // Writing into a String cannot fail.
        let _ = write!(line, "; and {} more", misfits.more);
    }
    line
}

struct Misfits<'a> {
    text: &'a str,
    data: &'a [u8],
    reading: &'a Reading,
    shown: Vec<String>,
    more: usize,
}

impl<'a> Misfits<'a> {
    /// Looks at a member of an object, `path` being where the object is.
    fn member(&mut self, fields: &HashMap<&str, &Field>, key: &str, value: Value<'a>, path: &str) {
        if let Some(field) = fields.get(key) {
            let dot = if path.is_empty() { "" } else { "." };
            self.value(&field.data_type, value, &format!("{path}{dot}{}", shown(key)));
        }
    }

    fn value(&mut self, data_type: &DataType, value: Value<'a>, path: &str) {
        match (data_type, value.kind) {
            (DataType::Struct(fields), Kind::Object) => {
                let fields = by_name(fields);
                for (key, value) in value::members(value) {
                    self.member(&fields, &key, value, path);
                }
            }
            (DataType::Array(item), Kind::Array) => {
                for (value, at) in value::items(value).into_iter().zip(0..) {
                    self.value(item, value, &format!("{path}[{at}]"));
                }
            }
            (DataType::Map(of), Kind::Object) => {
                for (key, value) in value::members(value) {
                    self.value(of, value, &format!("{path}.{}", shown(&key)));
                }
            }
            _ if value::fits(data_type, value, self.reading) => {}
            _ if self.shown.len() == MISFITS_SHOWN_MAX => self.more += 1,
            _ => {
                let quote =
                    if matches!(value.kind, Kind::PlainString | Kind::EscapedString) { "\"" } else { "" };
                // A string's text begins after its quote.
                let at = value.text.as_ptr().addr() - self.text.as_ptr().addr() - quote.len();
                self.shown.push(format!(
                    "field {path}: expected {}, found {quote}{}{quote} at byte {}",
                    shown(&data_type.to_string()),
                    shown(value.text),
                    offset_in_data(self.data, at)
                ));
            }
        }
    }
}

/// Text of a record as it can be shown anywhere: shortened, without line breaks, controls and invisible characters.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    for c in characters.by_ref().take(MISFIT_CHARS_MAX) {
        if matches!(c, '"' | '\'' | '\\') {
            out.push(c);
        } else {
            out.extend(c.escape_debug());
        }
    }
    if characters.next().is_some() {
        out.push('…');
    }
    out
}
