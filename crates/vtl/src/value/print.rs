//! Java's `toString` of every value. What must stay true: it never recurses deeper than the limit and never writes more than
//! the bound that it is given.

use std::fmt::Write as _;

use super::{EngineValue, Key, ListKind, Value, double_text, write_json};
use crate::{
    error::Failure,
    limits::{Limits, VALUE_DEPTH_MAX},
};

/// Where printed text goes, and how long it may become.
pub(crate) struct Printer<'a> {
    pub(crate) out: &'a mut String,
    pub(crate) out_bytes_max: usize,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(out: &'a mut String, limits: &Limits) -> Self {
        Self { out, out_bytes_max: limits.output_bytes_max }
    }

    /// Fails once the text is longer than it may be.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.out.len() > self.out_bytes_max {
            return Err(Failure::Limit { limit: self.out_bytes_max as u64, unit: "bytes of text" });
        }
        Ok(())
    }

    /// Fails when a value nests deeper than it may.
    pub(crate) fn check_depth(depth: u32) -> Result<(), Failure> {
        if depth > VALUE_DEPTH_MAX {
            return Err(Failure::Limit {
                limit: u64::from(VALUE_DEPTH_MAX),
                unit: "levels of nested lists and maps",
            });
        }
        Ok(())
    }
}

/// Appends what `value` prints; `null` inside a list or map prints `null`.
pub(crate) fn print_value(printer: &mut Printer<'_>, value: &Value) -> Result<(), Failure> {
    print_at(printer, value, 0)
}

fn print_at(printer: &mut Printer<'_>, value: &Value, depth: u32) -> Result<(), Failure> {
    Printer::check_depth(depth)?;
    match value {
        Value::Null => printer.out.push_str("null"),
        Value::Bool(truth) => printer.out.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => write_display(printer.out, number),
        Value::Long(number) => write_display(printer.out, number),
        Value::BigInt(number) => write_display(printer.out, number),
        Value::Double(number) => printer.out.push_str(&double_text(*number)),
        Value::Str(text) => printer.out.push_str(text),
        Value::List(list) if list.kind() == ListKind::Json => return write_json(printer, value, depth),
        Value::List(list) => {
            let items = list.to_vec();
            printer.out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    printer.out.push_str(", ");
                }
                print_at(printer, item, depth + 1)?;
            }
            printer.out.push(']');
        }
        Value::Map(map) => {
            let entries = map.entries();
            printer.out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    printer.out.push_str(", ");
                }
                print_key(printer, key);
                printer.out.push('=');
                print_at(printer, item, depth + 1)?;
            }
            printer.out.push('}');
        }
        Value::Host(object) => object.print(printer.out),
        Value::Engine(opaque) => print_engine(printer, &opaque.0, depth)?,
    }
    printer.check()
}

fn print_engine(printer: &mut Printer<'_>, value: &EngineValue, depth: u32) -> Result<(), Failure> {
    match value {
        EngineValue::Entry(entry) => {
            print_key(printer, &entry.key);
            printer.out.push('=');
            print_at(printer, &entry.value, depth + 1)
        }
        EngineValue::Foreach(_) => {
            printer.out.push_str("{}");
            Ok(())
        }
        EngineValue::Class(name) => {
            printer.out.push_str("class ");
            printer.out.push_str(name);
            Ok(())
        }
        EngineValue::Block(_) | EngineValue::Iterator(_) => Ok(()),
    }
}

/// Appends what a key prints.
pub(crate) fn print_key(printer: &mut Printer<'_>, key: &Key) {
    match key {
        Key::Null => printer.out.push_str("null"),
        Key::Bool(truth) => write_display(printer.out, truth),
        Key::Int(number) => write_display(printer.out, number),
        Key::Long(number) => write_display(printer.out, number),
        Key::BigInt(number) => write_display(printer.out, number),
        Key::Double(bits) => printer.out.push_str(&double_text(f64::from_bits(*bits))),
        Key::Str(text) => printer.out.push_str(text),
    }
}

/// Appends what `Display` writes; a `String` takes everything, so there is no error to hand on.
pub(crate) fn write_display(out: &mut String, value: impl std::fmt::Display) {
    let _ = write!(out, "{value}");
}
