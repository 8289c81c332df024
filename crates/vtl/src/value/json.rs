//! JSON in and out of values: objects are maps that print `{foo=bar}`, arrays are lists that print as JSON. What must stay
//! true: the order of keys is the document's, and the depth of what is written is bounded.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    EngineValue, Key, Map, Printer, Value,
    print::{print_key, write_display},
};
use crate::error::Failure;

impl Value {
    /// The value of a JSON document.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The value as compact JSON; nothing when it nests too deep. Host objects become strings of what they print.
    pub fn to_json(&self) -> Option<String> {
        let mut out = String::new();
        let mut printer = Printer { out: &mut out, out_bytes_max: usize::MAX };
        write_json(&mut printer, self, 0).ok()?;
        Some(out)
    }
}

/// Appends `value` as compact JSON.
pub(crate) fn write_json(printer: &mut Printer<'_>, value: &Value, depth: u32) -> Result<(), Failure> {
    Printer::check_depth(depth)?;
    match value {
        Value::Null => printer.out.push_str("null"),
        Value::Bool(_) | Value::Int(_) | Value::Long(_) | Value::BigInt(_) => {
            super::print_value(printer, value)?;
        }
        Value::Double(number) if !number.is_finite() => printer.out.push_str("null"),
        Value::Double(number) => printer.out.push_str(&super::double_text(*number)),
        Value::Str(text) => write_json_string(printer.out, text),
        Value::List(list) => {
            let items = list.to_vec();
            printer.out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    printer.out.push(',');
                }
                write_json(printer, item, depth + 1)?;
            }
            printer.out.push(']');
        }
        Value::Map(map) => write_json_map(printer, map, depth)?,
        Value::Host(object) => match object.as_map() {
            Some(map) => write_json_map(printer, map, depth)?,
            None => write_json_printed(printer, value)?,
        },
        Value::Engine(opaque) => match &opaque.0 {
            EngineValue::Block(_) | EngineValue::Iterator(_) | EngineValue::Foreach(_) => {
                printer.out.push_str("null");
            }
            EngineValue::Entry(_) | EngineValue::Class(_) => write_json_printed(printer, value)?,
        },
    }
    printer.check()
}

fn write_json_map(printer: &mut Printer<'_>, map: &Map, depth: u32) -> Result<(), Failure> {
    let entries = map.entries();
    printer.out.push('{');
    for (index, (key, item)) in entries.iter().enumerate() {
        if index > 0 {
            printer.out.push(',');
        }
        let mut key_text = String::new();
        print_key(&mut Printer { out: &mut key_text, out_bytes_max: usize::MAX }, key);
        write_json_string(printer.out, &key_text);
        printer.out.push(':');
        write_json(printer, item, depth + 1)?;
    }
    printer.out.push('}');
    Ok(())
}

fn write_json_printed(printer: &mut Printer<'_>, value: &Value) -> Result<(), Failure> {
    let mut text = String::new();
    super::print_value(&mut Printer { out: &mut text, out_bytes_max: printer.out_bytes_max }, value)?;
    write_json_string(printer.out, &text);
    Ok(())
}

/// Appends `text` as a JSON string.
fn write_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut copied_to = 0;
    for (index, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[copied_to..index]);
        if escape.is_empty() {
            write_display(out, format_args!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
        copied_to = index + 1;
    }
    out.push_str(&text[copied_to..]);
    out.push('"');
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number)
            .map_or_else(|_| Value::from(num_bigint::BigInt::from(number)), Value::integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::json_array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut entries = IndexMap::new();
        while let Some((key, value)) = access.next_entry::<String, Value>()? {
            entries.insert(Key::Str(key.into()), value);
        }
        Ok(Value::Map(Map::of(entries)))
    }
}
