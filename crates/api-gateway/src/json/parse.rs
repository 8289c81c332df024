//! The JSON parser: RFC 8259, one pass, with line and column in its errors.
//!
//! What must stay true: it never panics on any bytes, and its recursion ends at `limits::JSON_DEPTH_MAX`. The lenient form also takes
//! bare object keys and single quotes, as the MOCK integration does with its request template.

use indexmap::IndexMap;

use super::Json;
use crate::limits::JSON_DEPTH_MAX;

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line}, column {column}")]
pub(crate) struct JsonError {
    pub(crate) message: String,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
}

/// Parses `text` as one JSON value.
pub(crate) fn parse(text: &str) -> Result<Json, JsonError> {
    Parser { text, at: 0, lenient: false }.document()
}

/// Parses `text` as one JSON value whose keys need no quotes and whose strings may be in single quotes.
pub(crate) fn parse_lenient(text: &str) -> Result<Json, JsonError> {
    Parser { text, at: 0, lenient: true }.document()
}

/// Members that most objects do not pass.
const MEMBERS_USUAL: usize = 14;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    lenient: bool,
}

impl<'a> Parser<'a> {
    fn document(mut self) -> Result<Json, JsonError> {
        let value = self.value(0)?;
        self.skip_blanks();
        if self.at < self.text.len() {
            return Err(self.expected("the end of the document"));
        }
        Ok(value)
    }

    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        if depth > JSON_DEPTH_MAX {
            return Err(self.error(format!("nesting is deeper than {JSON_DEPTH_MAX}")));
        }
        self.skip_blanks();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(quote @ (b'"' | b'\'')) if quote == b'"' || self.lenient => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(self.expected("a JSON value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.at += 1;
        self.skip_blanks();
        if self.take(b'}') {
            return Ok(Json::Object(IndexMap::new()));
        }
        // Room for the usual object at once: growing hashes every key again.
        let mut members = IndexMap::with_capacity(MEMBERS_USUAL);
        loop {
            self.skip_blanks();
            let key = self.key()?;
            self.skip_blanks();
            if !self.take(b':') {
                return Err(self.expected("a colon after the field name"));
            }
            let value = self.value(depth + 1)?;
            members.insert(key, value);
            self.skip_blanks();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.expected("a comma or a closing brace"));
            }
        }
    }

    fn key(&mut self) -> Result<String, JsonError> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'\'') if self.lenient => self.string(),
            Some(byte) if self.lenient && is_bare(byte) => {
                let start = self.at;
                while self.peek().is_some_and(is_bare) {
                    self.at += 1;
                }
                Ok(self.text[start..self.at].to_owned())
            }
            _ => Err(self.expected("a field name in double quotes")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.take(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
            if self.take(b']') {
                return Ok(Json::Array(items));
            }
            if !self.take(b',') {
                return Err(self.expected("a comma or a closing bracket"));
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        let quote = self.text.as_bytes()[self.at];
        let opened_at = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let run = self.at;
            let rest = &self.text.as_bytes()[run..];
            let ends = |byte: &u8| *byte == quote || *byte == b'\\' || *byte < 0x20;
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            out.push_str(&self.text[run..self.at]);
            match self.peek() {
                Some(b'\\') => self.escape(&mut out)?,
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(byte) => {
                    let message =
                        format!("control character {byte:#04x} inside a string must be written as an escape");
                    return Err(self.error(message));
                }
                None => {
                    self.at = opened_at;
                    return Err(self.error("a string is not closed".to_owned()));
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), JsonError> {
        let letter = self.text.as_bytes().get(self.at + 1).copied();
        let plain = match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'\'') if self.lenient => '\'',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(out),
            _ => return Err(self.error("unknown escape in a string".to_owned())),
        };
        self.at += 2;
        out.push(plain);
        Ok(())
    }

    /// `\uXXXX`, a pair of them for characters beyond the basic plane. A lone surrogate becomes U+FFFD.
    fn unicode_escape(&mut self, out: &mut String) -> Result<(), JsonError> {
        let high = self.hex4(self.at + 2)?;
        self.at += 6;
        if (0xD800..0xDC00).contains(&high) && self.text[self.at..].starts_with("\\u") {
            let low = self.hex4(self.at + 2)?;
            if (0xDC00..0xE000).contains(&low) {
                self.at += 6;
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return Ok(());
            }
        }
        out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(())
    }

    fn hex4(&self, from: usize) -> Result<u32, JsonError> {
        let digits = self.text.as_bytes().get(from..from + 4).unwrap_or_default();
        let text = std::str::from_utf8(digits).unwrap_or_default();
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return u32::from_str_radix(text, 16).map_err(|error| self.error(error.to_string()));
        }
        Err(self.error("\\u must be followed by four hexadecimal digits".to_owned()))
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        self.take(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let whole_digits = self.digits();
        if whole_digits == 0 || (leading_zero && whole_digits > 1) {
            return Err(self.expected("a number without leading zeros"));
        }
        let mut is_fraction = false;
        if self.take(b'.') {
            is_fraction = true;
            if self.digits() == 0 {
                return Err(self.expected("a digit after the decimal point"));
            }
        }
        if self.take(b'e') || self.take(b'E') {
            is_fraction = true;
            let _signed = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(self.expected("a digit in the exponent"));
            }
        }
        Ok(number_of(&self.text[start..self.at], is_fraction))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        let rest = &self.text[self.at..];
        let ends = !rest.as_bytes().get(word.len()).is_some_and(u8::is_ascii_alphanumeric);
        if rest.starts_with(word) && ends {
            self.at += word.len();
            return Ok(value);
        }
        Err(self.expected("a JSON value"))
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn expected(&self, what: &str) -> JsonError {
        let found = match self.rest().chars().next() {
            Some(character) => format!("'{}'", character.escape_debug()),
            None => "the end of the text".to_owned(),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    fn error(&self, message: String) -> JsonError {
        let before = &self.text[..self.text.floor_char_boundary(self.at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        JsonError {
            message,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.text.floor_char_boundary(self.at)..]
    }
}

/// The number as json-smart keeps it: long, then big integer; a double up to 18 characters, then a decimal.
fn number_of(text: &str, is_fraction: bool) -> Json {
    if is_fraction {
        return match text.parse::<f64>() {
            Ok(value) if text.len() <= 18 && value.is_finite() => Json::Double(value),
            _ => Json::Decimal(text.into()),
        };
    }
    text.parse::<i64>().map_or_else(|_| Json::BigInt(text.into()), Json::Int)
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, printed: &str) {
        let got = match parse(text) {
            Ok(value) => value.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(got, printed, "of {text}");
    }

    #[test]
    fn values_print_compact_and_in_order() {
        check(
            r#" { "b" : [ 1 , -2.50 , true , null ] , "a" : "x" } "#,
            r#"{"b":[1,-2.5,true,null],"a":"x"}"#,
        );
        check(r#""\ud83d\ude00\u00e9\/\n""#, "\"😀é/\\n\"");
        check("[]", "[]");
    }

    #[test]
    fn numbers_keep_javas_kinds() {
        check(
            "[12345678901234567890, 0.12345678901234567890, 1e5, 1E10, -0]",
            "[12345678901234567890,0.12345678901234567890,100000.0,1.0E10,0]",
        );
    }

    #[test]
    fn a_later_member_of_the_same_name_wins() {
        check(r#"{"a":1,"a":2}"#, r#"{"a":2}"#);
    }

    #[test]
    fn errors_name_line_and_column() {
        check("{\n  \"a\": }", "error: expected a JSON value, found '}' at line 2, column 8");
        check(
            "{'a':1}",
            "error: expected a field name in double quotes, found ''' at line 1, column 2"
                .replace("'''", "'\\''")
                .as_str(),
        );
        check("", "error: expected a JSON value, found the end of the text at line 1, column 1");
        check("\"abc", "error: a string is not closed at line 1, column 1");
        check("[1] x", "error: expected the end of the document, found 'x' at line 1, column 5");
        check(
            "01",
            "error: expected a number without leading zeros, found the end of the text at line 1, column 3",
        );
        check("\"é\\u12\"", "error: \\u must be followed by four hexadecimal digits at line 1, column 3");
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        check(
            &"[".repeat(100_000),
            &format!("error: nesting is deeper than 256 at line 1, column {}", JSON_DEPTH_MAX + 2),
        );
    }

    #[test]
    fn the_lenient_form_takes_bare_keys_and_single_quotes() {
        let value = parse_lenient("{statusCode: 200, 'a': 'it'}").expect("lenient JSON");
        assert_eq!(value.to_string(), r#"{"statusCode":200,"a":"it"}"#);
    }

    proptest::proptest! {
        #[test]
        fn any_text_parses_or_fails_without_a_panic(text in ".{0,64}") {
            let _strict = parse(&text);
            let _lenient = parse_lenient(&text);
        }
    }
}
