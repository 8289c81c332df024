//! The JSON that Spark reads, told apart into values without copying.
//!
//! Spark reads records with Jackson, whose JSON is a little wider than RFC 8259 and a little narrower than serde_json's:
//! strings and keys may stand in single quotes, `\'` is an escape, a lone surrogate is a character, `NaN` and `Infinity` are
//! numbers, nesting, keys and numbers have limits, and what follows the first value is not looked at. What must stay true:
//! no recursion, no copy, each byte looked at once, and an error says at which byte of the text it is.

use super::plain::plain_length;
use crate::definition::JsonOptions;
use crate::limits::{JSON_DEPTH_MAX, JSON_KEY_UNITS_MAX, JSON_NUMBER_DIGITS_MAX};

/// What a value is, as far as its first byte and its form tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text without any escape.
    PlainString,
    /// Text with at least one escape.
    EscapedString,
    /// Digits with an optional minus.
    Integer,
    /// A number with a point or an exponent.
    Float,
    /// `NaN`.
    NotANumber,
    /// `Infinity`, `+INF` and the like.
    Infinity,
    /// `-Infinity`, `-INF`.
    NegativeInfinity,
    True,
    False,
    Null,
    Object,
    Array,
}

/// One value: for a string what stands between its quotes, for anything else its whole text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
}

/// Why a text is no JSON, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ScanError {
    /// Byte of the text, from 0.
    pub(super) at: usize,
    pub(super) what: String,
}

/// Reads one text from front to back.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    options: JsonOptions,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, options: JsonOptions) -> Self {
        Self { text, at: 0, options }
    }

    /// Reads text that a scanner has been through, whatever that one's options were.
    pub(super) fn again(text: &'a str) -> Self {
        Self::new(text, JsonOptions::READ_AGAIN)
    }

    /// Begins an object: `false`, with nothing consumed but white space, if something else stands here.
    pub(super) fn begin_object(&mut self) -> bool {
        self.take(b'{')
    }

    /// Begins an array, in the same way.
    pub(super) fn begin_array(&mut self) -> bool {
        self.take(b'[')
    }

    /// The next key of an object, with its colon consumed; `None` and the brace consumed at its end.
    pub(super) fn next_key(&mut self, first: bool) -> Result<Option<Value<'a>>, ScanError> {
        if !self.next_member(first, b'}')? {
            return Ok(None);
        }
        let key = self.key()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// The next item of an array; `None` and the bracket consumed at its end.
    pub(super) fn next_item(&mut self, first: bool) -> Result<Option<Value<'a>>, ScanError> {
        if self.next_member(first, b']')? { self.value(1).map(Some) } else { Ok(None) }
    }

    /// A whole value. `depth` containers are open around it.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value<'a>, ScanError> {
        self.skip_blanks();
        match self.peek() {
            Some(b'{' | b'[') => self.container(depth),
            _ => self.scalar(),
        }
    }

    /// What the next bytes are, for a message.
    pub(super) fn found(&self) -> String {
        match self.text[self.at..].chars().next() {
            None => "the end of the data".to_owned(),
            Some(c) => format!("{c:?}"),
        }
    }

    /// Where the next byte is.
    pub(super) fn position(&mut self) -> usize {
        self.skip_blanks();
        self.at
    }

    /// How many bytes have been read.
    pub(super) fn consumed(&self) -> usize {
        self.at
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, byte: u8) -> Result<(), ScanError> {
        if self.take(byte) { Ok(()) } else { self.expected(&format!("'{}'", char::from(byte))) }
    }

    fn expected<T>(&self, what: &str) -> Result<T, ScanError> {
        Err(ScanError { at: self.at, what: format!("expected {what}, found {}", self.found()) })
    }

    fn error<T>(at: usize, what: impl Into<String>) -> Result<T, ScanError> {
        Err(ScanError { at, what: what.into() })
    }

    /// Goes past a comma to a member (`true`), or past `close`, which ends the container (`false`).
    fn next_member(&mut self, first: bool, close: u8) -> Result<bool, ScanError> {
        if self.take(close) {
            return Ok(false);
        }
        if first || self.take(b',') {
            return Ok(true);
        }
        self.expected(&format!("',' or '{}'", char::from(close)))
    }

    /// An object or array with all that is in it, which `depth` containers are around.
    fn container(&mut self, depth: usize) -> Result<Value<'a>, ScanError> {
        let begin = self.at;
        let kind = if self.peek() == Some(b'{') { Kind::Object } else { Kind::Array };
        let mut closes = Vec::new();
        let mut first = self.open(depth, &mut closes)?;
        while let Some(&close) = closes.last() {
            if !self.next_member(first, close)? {
                closes.pop();
                first = false;
                continue;
            }
            if close == b'}' {
                self.key()?;
                self.expect(b':')?;
            }
            self.skip_blanks();
            first = match self.peek() {
                Some(b'{' | b'[') => self.open(depth, &mut closes)?,
                _ => self.scalar().map(|_| false)?,
            };
        }
        Ok(Value { kind, text: &self.text[begin..self.at] })
    }

    /// Consumes an opening bracket and notes the one that closes it; `true`, for the member that follows is the first.
    fn open(&mut self, depth: usize, closes: &mut Vec<u8>) -> Result<bool, ScanError> {
        if depth + closes.len() >= JSON_DEPTH_MAX {
            return Self::error(self.at, format!("nested deeper than {JSON_DEPTH_MAX} levels"));
        }
        closes.push(if self.peek() == Some(b'{') { b'}' } else { b']' });
        self.at += 1;
        Ok(true)
    }

    /// A value that is no container.
    pub(super) fn scalar(&mut self) -> Result<Value<'a>, ScanError> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'\'') if self.options.allow_single_quotes => self.string(),
            Some(b'0'..=b'9' | b'-' | b'+') => self.number(),
            Some(b't') => self.word("true", Kind::True),
            Some(b'f') => self.word("false", Kind::False),
            Some(b'n') => self.word("null", Kind::Null),
            Some(b'N') if self.options.allow_non_numeric_numbers => self.word("NaN", Kind::NotANumber),
            Some(b'I') if self.options.allow_non_numeric_numbers => self.word("Infinity", Kind::Infinity),
            _ => self.expected("a value"),
        }
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Value<'a>, ScanError> {
        if !self.text[self.at..].starts_with(word) {
            return self.expected("a value");
        }
        let text = &self.text[self.at..self.at + word.len()];
        self.at += word.len();
        Ok(Value { kind, text })
    }

    fn key(&mut self) -> Result<Value<'a>, ScanError> {
        self.skip_blanks();
        let quoted = match self.peek() {
            Some(b'"') => true,
            Some(b'\'') => self.options.allow_single_quotes,
            _ => false,
        };
        if !quoted {
            return self.expected("a key in quotes");
        }
        let begin = self.at;
        let key = self.string()?;
        if key.text.len() > JSON_KEY_UNITS_MAX
            && super::text::unescape(key.text).encode_utf16().count() > JSON_KEY_UNITS_MAX
        {
            return Self::error(begin, format!("a key of more than {JSON_KEY_UNITS_MAX} characters"));
        }
        Ok(key)
    }

    /// A string, whose opening quote stands here.
    fn string(&mut self) -> Result<Value<'a>, ScanError> {
        let bytes = self.text.as_bytes();
        let quote = bytes[self.at];
        let begin = self.at + 1;
        let mut end = begin;
        let mut kind = Kind::PlainString;
        loop {
            match bytes.get(end) {
                None => return Self::error(begin - 1, "the string that begins here is never closed"),
                Some(&byte) if byte == quote => break,
                Some(b'\\') => {
                    kind = Kind::EscapedString;
                    end += self.escape_bytes(end)?;
                }
                Some(control @ 0..0x20) if !self.options.allow_unquoted_control_chars => {
                    return Self::error(
                        end,
                        format!("the control character U+{control:04X} stands raw in a string"),
                    );
                }
                Some(_) => end += plain_length(&bytes[end..], quote).max(1),
            }
        }
        self.at = end + 1;
        Ok(Value { kind, text: &self.text[begin..end] })
    }

    /// How long the escape is that begins at `at`.
    fn escape_bytes(&self, at: usize) -> Result<usize, ScanError> {
        let bytes = self.text.as_bytes();
        match bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'\'') => Ok(2),
            Some(b'u')
                if bytes.len() >= at + 6 && bytes[at + 2..at + 6].iter().all(u8::is_ascii_hexdigit) =>
            {
                Ok(6)
            }
            Some(b'u') => Self::error(at, "\\u without four hexadecimal digits"),
            Some(_) if self.options.allow_backslash_escaping_any_character => {
                Ok(1 + self.text[at + 1..].chars().next().map_or(0, char::len_utf8))
            }
            Some(_) => Self::error(at, "a backslash before a character that takes none"),
            None => Self::error(at, "the data ends in an escape"),
        }
    }

    fn number(&mut self) -> Result<Value<'a>, ScanError> {
        let begin = self.at;
        let sign = self.peek();
        if matches!(sign, Some(b'-' | b'+')) {
            self.at += 1;
            for word in ["Infinity", "INF"] {
                if self.options.allow_non_numeric_numbers && self.text[self.at..].starts_with(word) {
                    let kind = if sign == Some(b'-') { Kind::NegativeInfinity } else { Kind::Infinity };
                    return self.word(word, kind);
                }
            }
            if sign == Some(b'+') {
                return Self::error(begin, "a number does not begin with '+'");
            }
        }
        let whole = self.digits()?;
        if whole > 1 && self.text.as_bytes()[self.at - whole] == b'0' {
            return Self::error(begin, "a number does not begin with a zero before other digits");
        }
        let mut digits = whole;
        let mut kind = Kind::Integer;
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits += self.digits()?;
            kind = Kind::Float;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            digits += self.digits()?;
            kind = Kind::Float;
        }
        if digits > JSON_NUMBER_DIGITS_MAX {
            return Self::error(begin, format!("a number of more than {JSON_NUMBER_DIGITS_MAX} digits"));
        }
        Ok(Value { kind, text: &self.text[begin..self.at] })
    }

    fn digits(&mut self) -> Result<usize, ScanError> {
        let begin = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == begin { self.expected("a digit") } else { Ok(self.at - begin) }
    }
}

/// How many bytes the scanners of this thread have gone through: what tests bound in place of time.
#[cfg(test)]
pub(super) mod steps {
    use std::cell::Cell;

    thread_local!(static STEPS: Cell<usize> = const { Cell::new(0) });

    /// The count since the last call.
    pub(in crate::decode) fn take() -> usize {
        STEPS.take()
    }

    impl Drop for super::Scanner<'_> {
        fn drop(&mut self) {
            STEPS.set(STEPS.get() + self.at);
        }
    }
}
