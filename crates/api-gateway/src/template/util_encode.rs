//! The encodings behind `$util`, as Java's `URLEncoder`, `Base64` and commons-lang's `escapeJavaScript` write them.
//!
//! What must stay true: each encoder's text is decoded to the same text by its decoder.

use std::fmt::Write as _;

use base64_simd::STANDARD;
use percent_encoding::percent_decode;

pub(super) fn base64_encode(text: &str) -> String {
    STANDARD.encode_to_string(text.as_bytes())
}

pub(super) fn base64_decode(text: &str) -> Result<String, String> {
    let bytes = base64_simd::forgiving_decode_to_vec(text.as_bytes())
        .map_err(|_| "$util.base64Decode was given text that is not Base64".to_owned())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `application/x-www-form-urlencoded`: a space is `+`.
pub(super) fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                let _infallible = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

pub(super) fn url_decode(text: &str) -> Result<String, String> {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| byte == b'%') {
        let digits = rest.get(at + 1..at + 3).unwrap_or_default();
        if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err("$util.urlDecode was given a '%' without two hexadecimal digits".to_owned());
        }
        rest = &rest[at + 3..];
    }
    let spaced = text.replace('+', " ");
    Ok(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
}

/// Escapes quotes, slashes, control characters and everything beyond ASCII.
pub(super) fn escape_javascript(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'\'') => out.push_str("\\'"),
            Ok(b'"') => out.push_str("\\\""),
            Ok(b'\\') => out.push_str("\\\\"),
            Ok(b'/') => out.push_str("\\/"),
            Ok(8) => out.push_str("\\b"),
            Ok(b'\n') => out.push_str("\\n"),
            Ok(b'\t') => out.push_str("\\t"),
            Ok(12) => out.push_str("\\f"),
            Ok(b'\r') => out.push_str("\\r"),
            Ok(byte @ 0x20..=0x7f) => out.push(char::from(byte)),
            _ => {
                let _infallible = write!(out, "\\u{unit:04X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn javascript_escapes_are_those_of_commons_lang() {
        assert_eq!(
            escape_javascript("it's \"a/b\" \\ é😀\n\u{1}"),
            r#"it\'s \"a\/b\" \\ \u00E9\uD83D\uDE00\n\u0001"#
        );
    }

    #[test]
    fn javascript_escapes_every_character_as_commons_lang_does() {
        for code in 0..0x120_u32 {
            let character = char::from_u32(code).expect("no surrogate");
            let expected = match character {
                '\u{8}' => "\\b".to_owned(),
                '\t' => "\\t".to_owned(),
                '\n' => "\\n".to_owned(),
                '\u{c}' => "\\f".to_owned(),
                '\r' => "\\r".to_owned(),
                '"' | '\'' | '/' | '\\' => format!("\\{character}"),
                ' '..='\u{7f}' => character.to_string(),
                _ => format!("\\u{code:04X}"),
            };
            assert_eq!(escape_javascript(&character.to_string()), expected);
        }
        assert_eq!(escape_javascript("\u{2028}\u{fffd}"), "\\u2028\\uFFFD");
    }

    #[test]
    fn url_text_is_form_encoded() {
        assert_eq!(url_encode("{\"some\": \"välue*\"}"), "%7B%22some%22%3A+%22v%C3%A4lue*%22%7D");
        assert_eq!(url_encode("~*-_.!'(\0\n+%/😀"), "%7E*-_.%21%27%28%00%0A%2B%25%2F%F0%9F%98%80");
    }

    #[test]
    fn url_text_is_decoded_as_java_does_and_refused_where_java_throws() {
        for (text, decoded) in [
            ("a+b%2Fc%C3%A4", "a b/cä"),
            ("ä+é%c3%a4é", "ä éäé"),
            ("%25", "%"),
            ("%00", "\0"),
            ("%e4", "\u{fffd}"),
            ("%C3x", "\u{fffd}x"),
            ("%c3%28", "\u{fffd}("),
            ("%F0%9F", "\u{fffd}"),
            ("%F0%9F%98%80", "😀"),
        ] {
            assert_eq!(url_decode(text).as_deref(), Ok(decoded), "{text}");
        }
        for text in ["%", "a%", "%4", "%zz", "%-1", "%41%", "%4g", "% 1", "%%", "100%"] {
            assert!(url_decode(text).is_err(), "{text}");
        }
    }

    /// As `java.util.Base64` does, beside white space, which its MIME decoder takes and its other does not.
    #[test]
    fn base64_needs_no_padding_and_no_clean_last_digit() {
        for (text, decoded) in [
            ("aGk", "hi"),
            ("aG", "h"),
            ("aG==", "h"),
            ("aH==", "h"),
            ("", ""),
            ("aGkh", "hi!"),
            ("gA==", "\u{fffd}"),
            ("aG\r\nk=\n", "hi"),
        ] {
            assert_eq!(base64_decode(text).as_deref(), Ok(decoded), "{text}");
        }
        for text in ["a", "aG=", "aGk==", "=", "====", "aGk=x", "aGk=aGk=", "-_-_", "aGk*"] {
            assert!(base64_decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn base64_goes_both_ways_and_refuses_what_it_is_not() {
        assert_eq!(base64_encode("{\"a\": 1}"), "eyJhIjogMX0=");
        assert_eq!(base64_decode("eyJhIjogMX0=").as_deref(), Ok("{\"a\": 1}"));
        assert!(base64_decode("*").is_err());
    }

    proptest::proptest! {
        #[test]
        fn decoders_undo_their_encoders(text in ".{0,40}") {
            proptest::prop_assert_eq!(url_decode(&url_encode(&text)), Ok(text.clone()));
            proptest::prop_assert_eq!(base64_decode(&base64_encode(&text)), Ok(text));
        }
    }
}
