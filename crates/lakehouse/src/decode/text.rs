//! Text in records: bytes to characters, escapes to characters, and JSON values written again.
//!
//! What must stay true: each is what Java and Jackson do, since Spark's rows are made by them. Input has been through the
//! scanner, so nothing here can fail.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::scan::{Kind, Scanner, Value};
use crate::spark::number::write_double;

/// A record's bytes as text; each malformed sequence becomes U+FFFD, as Java's decoder does it.
pub(super) fn decode_utf8(data: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(data) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(data.len() + 8);
    for_each_piece(data, |piece, _| text.push_str(piece));
    Cow::Owned(text)
}

/// Where in `data` the byte `at` of `decode_utf8(data)` comes from.
pub(super) fn offset_in_data(data: &[u8], at: usize) -> usize {
    let mut decoded = 0;
    let mut offset = None;
    let mut read = 0;
    for_each_piece(data, |piece, raw_bytes| {
        if offset.is_none() && at < decoded + piece.len() {
            offset = Some(read + if raw_bytes == piece.len() { at - decoded } else { 0 });
        }
        decoded += piece.len();
        read += raw_bytes;
    });
    offset.unwrap_or(data.len())
}

/// Calls with each piece of text and how many bytes of `data` it is made of.
fn for_each_piece(data: &[u8], mut piece: impl FnMut(&str, usize)) {
    let mut rest = data;
    while let Some(chunk) = rest.utf8_chunks().next() {
        let mut malformed = chunk.invalid().len();
        let valid = chunk.valid().len();
        // A surrogate written in UTF-8 is one malformed sequence of three bytes to Java and three of one byte to Rust.
        if let [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] = rest[valid..] {
            malformed = 3;
        }
        if valid > 0 {
            piece(chunk.valid(), valid);
        }
        if malformed > 0 {
            piece("\u{FFFD}", malformed);
        }
        rest = &rest[valid + malformed..];
    }
}

/// A character, or half of one that stands alone.
enum Unit {
    Char(char),
    LoneSurrogate(u16),
}

/// What the escape at the beginning of `text` stands for, and how long it is.
fn unescape_one(text: &str) -> (Unit, usize) {
    let bytes = text.as_bytes();
    let plain = match bytes.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unescape_unicode(text),
        _ => text[1..].chars().next().unwrap_or('\\'),
    };
    (Unit::Char(plain), 1 + plain.len_utf8())
}

fn unescape_unicode(text: &str) -> (Unit, usize) {
    let unit_at = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit_at(0).unwrap_or(0xFFFD);
    if let Some(c) = char::from_u32(u32::from(first)) {
        return (Unit::Char(c), 6);
    }
    if let Some(second) = unit_at(6)
        && let Some(Ok(c)) = char::decode_utf16([first, second]).next()
    {
        return (Unit::Char(c), 12);
    }
    (Unit::LoneSurrogate(first), 6)
}

/// The inside of a string with its escapes resolved; a lone surrogate becomes `?`, as Java's encoder does it.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(mut at) = text.find('\\') else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        plain.push_str(&rest[..at]);
        let (unit, bytes) = unescape_one(&rest[at..]);
        match unit {
            Unit::Char(c) => plain.push(c),
            Unit::LoneSurrogate(_) => plain.push('?'),
        }
        rest = &rest[at + bytes..];
        match rest.find('\\') {
            Some(next) => at = next,
            None => break,
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The text that a STRING column takes from any value but null.
pub(super) fn as_string(value: Value<'_>) -> Cow<'_, str> {
    match value.kind {
        Kind::PlainString | Kind::True | Kind::False => Cow::Borrowed(value.text),
        Kind::EscapedString => unescape(value.text),
        Kind::Integer if value.text != "-0" => Cow::Borrowed(value.text),
        Kind::Object | Kind::Array => {
            let mut text = String::with_capacity(value.text.len());
            write_again(value.text, write_number, &mut text);
            Cow::Owned(text)
        }
        _ => {
            let mut text = String::new();
            write_number(value, &mut text);
            Cow::Owned(text)
        }
    }
}

/// A number as Jackson writes it: whole numbers as they are, others as a double; what is no number goes in quotes.
fn write_number(value: Value<'_>, out: &mut String) {
    let number = match value.kind {
        Kind::Integer => return out.push_str(if value.text == "-0" { "0" } else { value.text }),
        Kind::Infinity => f64::INFINITY,
        Kind::NegativeInfinity => f64::NEG_INFINITY,
        Kind::NotANumber => f64::NAN,
        _ => value.text.parse().unwrap_or(f64::NAN),
    };
    if number.is_finite() {
        write_double(number, out);
    } else {
        out.push('"');
        write_double(number, out);
        out.push('"');
    }
}

/// Any value as JSON without blanks with its numbers unchanged; what is no number goes in quotes.
pub(super) fn write_json(value: Value<'_>, out: &mut String) {
    match value.kind {
        Kind::PlainString | Kind::EscapedString => write_string(value.text, out),
        Kind::Object | Kind::Array => write_again(value.text, write_json, out),
        Kind::NotANumber | Kind::Infinity | Kind::NegativeInfinity => write_number(value, out),
        _ => out.push_str(value.text),
    }
}

/// An object or array written again without blanks, strings in Jackson's form and numbers by `number`.
fn write_again(text: &str, number: fn(Value<'_>, &mut String), out: &mut String) {
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'{' | b'}' | b'[' | b']' | b',' | b':' => {
                out.push(char::from(byte));
                at += 1;
            }
            _ => {
                let mut scanner = Scanner::again(&text[at..]);
                let Ok(value) = scanner.scalar() else { break };
                at += scanner.consumed();
                match value.kind {
                    Kind::PlainString | Kind::EscapedString => write_string(value.text, out),
                    Kind::True | Kind::False | Kind::Null => out.push_str(value.text),
                    _ => number(value, out),
                }
            }
        }
    }
}

/// A string in quotes: Jackson escapes controls, quotes and backslashes, and writes surrogates as `\uD83D\uDE00`.
pub(super) fn write_string(inner: &str, out: &mut String) {
    out.push('"');
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let (unit, bytes) = if c == '\\' { unescape_one(rest) } else { (Unit::Char(c), c.len_utf8()) };
        rest = &rest[bytes..];
        match unit {
            Unit::Char('"') => out.push_str("\\\""),
            Unit::Char('\\') => out.push_str("\\\\"),
            Unit::Char('\n') => out.push_str("\\n"),
            Unit::Char('\r') => out.push_str("\\r"),
            Unit::Char('\t') => out.push_str("\\t"),
            Unit::Char('\u{8}') => out.push_str("\\b"),
            Unit::Char('\u{c}') => out.push_str("\\f"),
            Unit::Char(c) if (' '..='\u{FFFF}').contains(&c) => out.push(c),
            Unit::Char(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write_unit(*unit, out);
                }
            }
            Unit::LoneSurrogate(unit) => write_unit(unit, out),
        }
    }
    out.push('"');
}

fn write_unit(unit: u16, out: &mut String) {
    // Writing into a String cannot fail.
    let _ = write!(out, "\\u{unit:04X}");
}
