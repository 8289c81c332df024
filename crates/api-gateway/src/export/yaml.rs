//! YAML in block style, as Amazon API Gateway prints definitions: keys plain where they can be, texts in double quotes.
//!
//! What must stay true: what is printed reads back as the same value by any YAML 1.1 or 1.2 reader.

use std::fmt::Write as _;

use crate::json::Json;

/// Words that some reader takes for something else than a text.
const NOT_PLAIN: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// Prints a document.
pub(super) fn yaml(value: &Json) -> String {
    let mut out = String::from("---\n");
    match value {
        Json::Object(members) if !members.is_empty() => write_members(&mut out, members, 0, true),
        Json::Array(items) if !items.is_empty() => write_items(&mut out, items, 0, true),
        other => {
            write_flow(&mut out, other);
            out.push('\n');
        }
    }
    out
}

fn write_members(
    out: &mut String,
    members: &indexmap::IndexMap<String, Json>,
    depth: usize,
    begins_line: bool,
) {
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 || begins_line {
            indent(out, depth);
        }
        write_key(out, key);
        out.push(':');
        match value {
            Json::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                write_members(out, inner, depth + 1, true);
            }
            Json::Array(items) if !items.is_empty() => {
                out.push('\n');
                write_items(out, items, depth, true);
            }
            other => {
                out.push(' ');
                write_flow(out, other);
                out.push('\n');
            }
        }
    }
}

fn write_items(out: &mut String, items: &[Json], depth: usize, begins_line: bool) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || begins_line {
            indent(out, depth);
        }
        out.push_str("- ");
        match item {
            Json::Object(members) if !members.is_empty() => write_members(out, members, depth + 1, false),
            Json::Array(inner) if !inner.is_empty() => write_items(out, inner, depth + 1, false),
            other => {
                write_flow(out, other);
                out.push('\n');
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn write_key(out: &mut String, key: &str) {
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '$' | '_'))
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '$' | '_' | '-' | '.' | '{' | '}' | '+'))
        && !NOT_PLAIN.contains(&key.to_ascii_lowercase().as_str());
    if is_plain {
        out.push_str(key);
    } else {
        write_text(out, key);
    }
}

fn write_flow(out: &mut String, value: &Json) {
    match value {
        Json::String(text) => write_text(out, text),
        // Objects and lists that come here are empty; numbers and words are JSON's. Writing into a `String` cannot fail.
        other => drop(write!(out, "{other}")),
    }
}

/// A text in double quotes. JSON's escapes are YAML's too; what a reader could take for a line's end or refuse is escaped.
fn write_text(out: &mut String, text: &str) {
    let quoted = Json::String(text.to_owned()).to_string();
    for character in quoted.chars() {
        match character {
            '\u{feff}' | '\u{fffe}' | '\u{ffff}' => drop(write!(out, "\\u{:04X}", u32::from(character))),
            other => out.push(other),
        }
    }
}
