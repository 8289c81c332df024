//! The parser of JSONPath: characters to steps.
//!
//! What must stay true: recursion (filters within filters) ends at `limits::JSONPATH_DEPTH_MAX`, and every error names its character.

use super::filter_parse::{literal, parse_filter};
use super::function::{Argument, Function, Name};
use super::{JsonPath, JsonPathError, Step};
use crate::limits::{JSONPATH_BYTES_MAX, JSONPATH_DEPTH_MAX};

pub(super) fn parse(text: &str) -> Result<JsonPath, JsonPathError> {
    let trimmed = text.trim();
    let mut cursor = Cursor { text: trimmed, at: 0, depth: 0 };
    if trimmed.len() > JSONPATH_BYTES_MAX {
        return Err(cursor.error(&format!("it has {} bytes, at most {JSONPATH_BYTES_MAX}", trimmed.len())));
    }
    if trimmed.is_empty() {
        return Err(cursor.error("it is empty"));
    }
    let mut steps = Vec::new();
    if !cursor.take('$') && !cursor.take('@') {
        steps.push(property_or_function(&mut cursor)?);
    }
    while cursor.peek().is_some() {
        step(&mut cursor, &mut steps)?;
    }
    if matches!(steps.last(), Some(Step::Scan)) {
        return Err(cursor.error("a path cannot end with '..'"));
    }
    Ok(JsonPath { text: trimmed.to_owned(), steps })
}

/// A path inside a filter: starts at `$` or `@`, ends where no step follows.
pub(super) fn embedded_path(cursor: &mut Cursor<'_>) -> Result<JsonPath, JsonPathError> {
    let start = cursor.at;
    cursor.at += 1;
    let mut steps = Vec::new();
    while matches!(cursor.peek(), Some('.' | '[')) {
        step(cursor, &mut steps)?;
    }
    Ok(JsonPath { text: cursor.text[start..cursor.at].to_owned(), steps })
}

fn step(cursor: &mut Cursor<'_>, steps: &mut Vec<Step>) -> Result<(), JsonPathError> {
    if cursor.peek() == Some('[') {
        steps.push(bracket(cursor)?);
        return Ok(());
    }
    if !cursor.take('.') {
        return Err(cursor.error("expected '.' or '['"));
    }
    if cursor.take('.') {
        steps.push(Step::Scan);
        if cursor.peek() == Some('[') {
            return Ok(());
        }
    } else if cursor.peek() == Some('[') {
        steps.push(bracket(cursor)?);
        return Ok(());
    }
    if cursor.take('*') {
        steps.push(Step::Wildcard);
    } else {
        steps.push(property_or_function(cursor)?);
    }
    Ok(())
}

fn property_or_function(cursor: &mut Cursor<'_>) -> Result<Step, JsonPathError> {
    let start = cursor.at;
    while let Some(character) = cursor.peek() {
        if ends_name(character, cursor.depth > 0) {
            break;
        }
        if character.is_whitespace() {
            return Err(cursor.error("a name with blanks must be written as ['the name']"));
        }
        cursor.at += character.len_utf8();
    }
    let name = &cursor.text[start..cursor.at];
    if name.is_empty() {
        return Err(cursor.error("expected a property name"));
    }
    if !cursor.take('(') {
        return Ok(Step::Properties(vec![name.to_owned()]));
    }
    cursor.skip_blanks();
    let function = Name::named(name).ok_or_else(|| cursor.error(&format!("no function '{name}'")))?;
    Ok(Step::Function(Function { name: function, arguments: arguments(cursor)? }))
}

/// What stands between a function's parentheses: JSON and paths, with commas between them.
fn arguments(cursor: &mut Cursor<'_>) -> Result<Vec<Argument>, JsonPathError> {
    let mut arguments = Vec::new();
    if cursor.take(')') {
        return Ok(arguments);
    }
    cursor.deeper()?;
    loop {
        cursor.skip_blanks();
        arguments.push(match cursor.peek() {
            Some('$' | '@') => Argument::Path(embedded_path(cursor)?),
            _ => Argument::Literal(literal(cursor)?),
        });
        cursor.skip_blanks();
        if cursor.take(')') {
            cursor.depth -= 1;
            return Ok(arguments);
        }
        if !cursor.take(',') {
            return Err(cursor.error("expected ',' or ')'"));
        }
    }
}

/// Inside a filter a name also ends where an operator can begin.
fn ends_name(character: char, inside_filter: bool) -> bool {
    matches!(character, '.' | '[' | '(')
        || (inside_filter
            && (character.is_whitespace()
                || matches!(character, ')' | '=' | '<' | '>' | '!' | '&' | '|' | ',' | ']')))
}

fn bracket(cursor: &mut Cursor<'_>) -> Result<Step, JsonPathError> {
    cursor.at += 1;
    cursor.skip_blanks();
    let step = match cursor.peek() {
        Some('*') => {
            cursor.at += 1;
            Step::Wildcard
        }
        Some('\'' | '"') => names(cursor)?,
        Some('?') => filter(cursor)?,
        Some('-' | ':' | '0'..='9') => indexes(cursor)?,
        _ => return Err(cursor.error("expected an index, a quoted name, '*' or '?(' after '['")),
    };
    cursor.skip_blanks();
    if cursor.take(']') { Ok(step) } else { Err(cursor.error("expected ']'")) }
}

fn names(cursor: &mut Cursor<'_>) -> Result<Step, JsonPathError> {
    let mut names = vec![cursor.quoted()?];
    cursor.skip_blanks();
    while cursor.take(',') {
        cursor.skip_blanks();
        names.push(cursor.quoted()?);
        cursor.skip_blanks();
    }
    Ok(Step::Properties(names))
}

fn filter(cursor: &mut Cursor<'_>) -> Result<Step, JsonPathError> {
    cursor.at += 1;
    cursor.skip_blanks();
    if !cursor.take('(') {
        return Err(cursor.error("expected '(' after '?'"));
    }
    cursor.deeper()?;
    let predicate = parse_filter(cursor)?;
    cursor.depth -= 1;
    if cursor.take(')') { Ok(Step::Filter(predicate)) } else { Err(cursor.error("expected ')'")) }
}

/// `1`, `0,2`, `1:`, `:2`, `-2:`, `0:2`. As in Jayway a third part of a slice is read and has no effect.
fn indexes(cursor: &mut Cursor<'_>) -> Result<Step, JsonPathError> {
    let first = cursor.integer()?;
    cursor.skip_blanks();
    if cursor.take(':') {
        cursor.skip_blanks();
        let to = cursor.integer()?;
        cursor.skip_blanks();
        if cursor.take(':') {
            cursor.skip_blanks();
            cursor.integer()?;
        }
        if first.is_none() && to.is_none() {
            return Err(cursor.error("a slice needs a number on one side of ':'"));
        }
        return Ok(Step::Slice(first, to));
    }
    let mut indexes = vec![first.ok_or_else(|| cursor.error("expected an index"))?];
    while cursor.take(',') {
        cursor.skip_blanks();
        indexes.push(cursor.integer()?.ok_or_else(|| cursor.error("expected an index"))?);
        cursor.skip_blanks();
    }
    Ok(Step::Indexes(indexes))
}

/// Where the parser stands.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl Cursor<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn take(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        if found {
            self.at += character.len_utf8();
        }
        found
    }

    pub(super) fn take_text(&mut self, text: &str) -> bool {
        let found = self.text[self.at..].starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    pub(super) fn deeper(&mut self) -> Result<(), JsonPathError> {
        self.depth += 1;
        if self.depth > JSONPATH_DEPTH_MAX {
            return Err(self.error(&format!("it is nested deeper than {JSONPATH_DEPTH_MAX}")));
        }
        Ok(())
    }

    /// A quoted text; a backslash takes the next character as it is.
    pub(super) fn quoted(&mut self) -> Result<String, JsonPathError> {
        let Some(quote @ ('\'' | '"')) = self.peek() else {
            return Err(self.error("expected a quoted text"));
        };
        let opened_at = self.at;
        let mut out = String::new();
        let mut characters = self.text[self.at + 1..].char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped)) => out.push(escaped),
                    None => break,
                },
                _ if character == quote => {
                    self.at += 1 + offset + 1;
                    return Ok(out);
                }
                _ => out.push(character),
            }
        }
        self.at = opened_at;
        Err(self.error("a quoted text is not closed"))
    }

    pub(super) fn integer(&mut self) -> Result<Option<i64>, JsonPathError> {
        let rest = &self.text[self.at..];
        let length = rest
            .char_indices()
            .find(|&(at, character)| !(character.is_ascii_digit() || (at == 0 && character == '-')))
            .map_or(rest.len(), |(at, _)| at);
        if length == 0 {
            return Ok(None);
        }
        let value = rest[..length].parse().map_err(|_| self.error("expected an index that fits 64 bits"))?;
        self.at += length;
        Ok(Some(value))
    }

    pub(super) fn error(&self, message: &str) -> JsonPathError {
        JsonPathError::Syntax {
            path: self.text.to_owned(),
            column: self.text[..self.at].chars().count() + 1,
            message: message.to_owned(),
        }
    }
}
