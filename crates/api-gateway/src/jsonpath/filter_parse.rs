//! The parser of filters: `||`, `&&`, `!`, parentheses, relations and their operands.
//!
//! What must stay true: it stops before the parenthesis that closes the filter, and its recursion goes through `Cursor::deeper`.

use regex::{Regex, RegexBuilder};

use super::JsonPathError;
use super::filter::{Operand, Predicate, Relation, Root};
use super::parse::{Cursor, embedded_path};
use crate::json::{self, Json};
use crate::limits::PATTERN_BYTES_MAX;

/// Longer names before their prefixes, so that `<=` is not read as `<`.
const RELATIONS: [(&str, Relation); 17] = [
    ("===", Relation::Same),
    ("!==", Relation::NotSame),
    ("==", Relation::Equal),
    ("!=", Relation::NotEqual),
    ("<=", Relation::LessOrEqual),
    (">=", Relation::GreaterOrEqual),
    ("<", Relation::Less),
    (">", Relation::Greater),
    ("in", Relation::In),
    ("nin", Relation::NotIn),
    ("all", Relation::All),
    ("subsetof", Relation::SubsetOf),
    ("anyof", Relation::AnyOf),
    ("noneof", Relation::NoneOf),
    ("contains", Relation::Contains),
    ("size", Relation::Size),
    ("empty", Relation::Empty),
];

pub(super) fn parse_filter(cursor: &mut Cursor<'_>) -> Result<Predicate, JsonPathError> {
    let mut alternatives = vec![conjunction(cursor)?];
    while cursor.take_text("||") {
        alternatives.push(conjunction(cursor)?);
    }
    Ok(only_or(alternatives, Predicate::Any))
}

fn conjunction(cursor: &mut Cursor<'_>) -> Result<Predicate, JsonPathError> {
    let mut parts = vec![term(cursor)?];
    while cursor.take_text("&&") {
        parts.push(term(cursor)?);
    }
    Ok(only_or(parts, Predicate::All))
}

fn only_or(mut parts: Vec<Predicate>, join: fn(Vec<Predicate>) -> Predicate) -> Predicate {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

fn term(cursor: &mut Cursor<'_>) -> Result<Predicate, JsonPathError> {
    cursor.skip_blanks();
    cursor.deeper()?;
    let parsed = if cursor.take('!') {
        Predicate::Not(Box::new(term(cursor)?))
    } else if cursor.take('(') {
        let inner = parse_filter(cursor)?;
        if !cursor.take(')') {
            return Err(cursor.error("expected ')'"));
        }
        inner
    } else {
        comparison(cursor)?
    };
    cursor.depth -= 1;
    cursor.skip_blanks();
    Ok(parsed)
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Predicate, JsonPathError> {
    let left = operand(cursor)?;
    cursor.skip_blanks();
    if cursor.take_text("=~") {
        cursor.skip_blanks();
        return Ok(Predicate::Matches(left, pattern(cursor)?));
    }
    if let Some(relation) = relation(cursor) {
        cursor.skip_blanks();
        return Ok(Predicate::Compare(left, relation, operand(cursor)?));
    }
    match left {
        Operand::Path(path, root) => Ok(Predicate::Exists(path, root)),
        Operand::Literal(_) => Err(cursor.error("expected a comparison after the value")),
    }
}

fn relation(cursor: &mut Cursor<'_>) -> Option<Relation> {
    let rest = &cursor.text[cursor.at..];
    let word = rest.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (name, relation) = RELATIONS.into_iter().find(|(name, _)| {
        if word == 0 { rest.starts_with(name) } else { rest[..word].eq_ignore_ascii_case(name) }
    })?;
    cursor.at += name.len();
    Some(relation)
}

fn operand(cursor: &mut Cursor<'_>) -> Result<Operand, JsonPathError> {
    match cursor.peek() {
        Some('@') => Ok(Operand::Path(embedded_path(cursor)?, Root::Current)),
        Some('$') => Ok(Operand::Path(embedded_path(cursor)?, Root::Document)),
        _ => literal(cursor).map(Operand::Literal),
    }
}

/// A JSON value with either kind of quotes.
pub(super) fn literal(cursor: &mut Cursor<'_>) -> Result<Json, JsonPathError> {
    match cursor.peek() {
        Some('\'' | '"') => Ok(Json::String(cursor.quoted()?)),
        Some('[' | '{') => composite(cursor),
        Some(_) => word(cursor),
        None => Err(cursor.error("expected a value")),
    }
}

/// A list or object: everything up to its closing bracket, as JSON with either kind of quotes.
fn composite(cursor: &mut Cursor<'_>) -> Result<Json, JsonPathError> {
    let start = cursor.at;
    let mut open = 0_usize;
    while let Some(character) = cursor.peek() {
        match character {
            '\'' | '"' => {
                cursor.quoted()?;
                continue;
            }
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        cursor.at += character.len_utf8();
        if open == 0 {
            return json::parse_lenient(&cursor.text[start..cursor.at])
                .map_err(|error| cursor.error(&error.to_string()));
        }
    }
    cursor.at = start;
    Err(cursor.error("a list is not closed"))
}

fn word(cursor: &mut Cursor<'_>) -> Result<Json, JsonPathError> {
    let rest = &cursor.text[cursor.at..];
    let length = rest
        .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '-' | '+' | '.')))
        .unwrap_or(rest.len());
    match json::parse(&rest[..length]) {
        Ok(literal) => {
            cursor.at += length;
            Ok(literal)
        }
        Err(_) => Err(cursor.error("expected a path, a number, a quoted text, true, false or null")),
    }
}

/// `/pattern/flags`; it must match the whole text, as Java's `matches` does.
fn pattern(cursor: &mut Cursor<'_>) -> Result<Regex, JsonPathError> {
    if !cursor.take('/') {
        return Err(cursor.error("expected a pattern between slashes"));
    }
    let start = cursor.at;
    let mut escaped = false;
    while let Some(character) = cursor.peek() {
        if character == '/' && !escaped {
            break;
        }
        escaped = character == '\\' && !escaped;
        cursor.at += character.len_utf8();
    }
    let source = cursor.text[start..cursor.at].replace("\\/", "/");
    if !cursor.take('/') {
        return Err(cursor.error("a pattern is not closed with '/'"));
    }
    let mut builder = RegexBuilder::new(&format!("^(?:{source})$"));
    builder.size_limit(PATTERN_BYTES_MAX);
    while let Some(flag) = cursor.peek().filter(char::is_ascii_alphabetic) {
        match flag {
            'i' => builder.case_insensitive(true),
            's' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'x' => builder.ignore_whitespace(true),
            _ => return Err(cursor.error(&format!("no pattern flag '{flag}'"))),
        };
        cursor.at += 1;
    }
    builder.build().map_err(|error| cursor.error(&format!("the pattern is wrong: {error}")))
}
