//! JSON with a line for each member, as Amazon API Gateway prints definitions and models.
//!
//! What must stay true: what is printed parses back to the same value.

use std::fmt::Write as _;

use crate::json::Json;

/// Prints `value` with two blanks for each level; a list stays in one line but for the objects in it.
pub(crate) fn pretty_json(value: &Json) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0);
    out
}

fn write_value(out: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Object(members) if members.is_empty() => out.push_str("{ }"),
        Json::Array(items) if items.is_empty() => out.push_str("[ ]"),
        Json::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index > 0 { ",\n" } else { "\n" });
                indent(out, depth + 1);
                write_plain(out, &Json::String(key.clone()));
                out.push_str(" : ");
                write_value(out, value, depth + 1);
            }
            out.push('\n');
            indent(out, depth);
            out.push('}');
        }
        Json::Array(items) => {
            out.push_str("[ ");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(out, item, depth);
            }
            out.push_str(" ]");
        }
        plain => write_plain(out, plain),
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn write_plain(out: &mut String, value: &Json) {
    // Writing into a `String` cannot fail.
    let _ = write!(out, "{value}");
}
