//! Printing JSON compactly, with json-smart's escapes and Java's number texts.
//!
//! What must stay true: what is printed parses back to the same value.

use std::fmt::{self, Display, Formatter, Write as _};

use super::Json;

impl Display for Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Double(value) => f.write_str(&java_double(*value)),
            Self::BigInt(text) | Self::Decimal(text) => f.write_str(text),
            Self::String(text) => write_string(f, text),
            Self::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write_string(f, key)?;
                    f.write_char(':')?;
                    value.fmt(f)?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_string(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    // Byte by byte as long as a byte stands for itself, which most do: a text is read once and copied in long runs.
    while let Some(found) = bytes[at..].iter().position(|&byte| IS_LOOKED_AT[usize::from(byte)]) {
        at += found;
        let Some(character) = text[at..].chars().next() else { break };
        let next = at + character.len_utf8();
        if let Some(escape) = escape_of(character) {
            f.write_str(&text[copied..at])?;
            match escape {
                Escape::Short(short) => f.write_str(short)?,
                Escape::Unicode => write!(f, "\\u{:04X}", u32::from(character))?,
            }
            copied = next;
        }
        at = next;
    }
    f.write_str(&text[copied..])?;
    f.write_char('"')
}

/// The first bytes of characters that may need an escape.
static IS_LOOKED_AT: [bool; 256] = {
    let mut looked_at = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        // U+0080 to U+009F begin with C2, U+2000 to U+20FF with E2.
        looked_at[byte] = byte < 0x20 || matches!(byte, 0x22 | 0x5C | 0x7F | 0xC2 | 0xE2);
        byte += 1;
    }
    looked_at
};

enum Escape {
    Short(&'static str),
    Unicode,
}

fn escape_of(character: char) -> Option<Escape> {
    Some(match character {
        '"' => Escape::Short("\\\""),
        '\\' => Escape::Short("\\\\"),
        '\u{8}' => Escape::Short("\\b"),
        '\u{c}' => Escape::Short("\\f"),
        '\n' => Escape::Short("\\n"),
        '\r' => Escape::Short("\\r"),
        '\t' => Escape::Short("\\t"),
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2000}'..='\u{20ff}' => Escape::Unicode,
        _ => return None,
    })
}

/// A double as Java's `Double.toString` writes it: plain from 0.001 up to 10,000,000, else with an exponent, always with a
/// fraction digit.
fn java_double(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        let plain = value.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let fraction = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{fraction}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_java_prints_them() {
        for (value, text) in [
            (1.1, "1.1"),
            (100.0, "100.0"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (1.5e-4, "1.5E-4"),
            (0.001, "0.001"),
            (-74.00597, "-74.00597"),
            (1.25e21, "1.25E21"),
            (0.0, "0.0"),
        ] {
            assert_eq!(java_double(value), text);
        }
    }

    #[test]
    fn strings_escape_what_json_smart_escapes() {
        let text = Json::String("’é😀<>/\u{7f}\t\"\\".to_owned());
        assert_eq!(text.to_string(), r#""\u2019é😀<>/\u007F\t\"\\""#);
    }

    #[test]
    fn every_character_is_escaped_or_not_as_json_smart_does() {
        for code in 0..=0xFFFF_u32 {
            let Some(character) = char::from_u32(code) else { continue };
            let expected = match character {
                '"' | '\\' => format!("\\{character}"),
                '\u{8}' => "\\b".to_owned(),
                '\u{c}' => "\\f".to_owned(),
                '\n' => "\\n".to_owned(),
                '\r' => "\\r".to_owned(),
                '\t' => "\\t".to_owned(),
                _ if code < 0x20 || (0x7F..=0x9F).contains(&code) || (0x2000..=0x20FF).contains(&code) => {
                    format!("\\u{code:04X}")
                }
                _ => character.to_string(),
            };
            let text = Json::String(format!("a{character}é{character}z"));
            assert_eq!(text.to_string(), format!("\"a{expected}é{expected}z\""), "U+{code:04X}");
        }
    }
}
