//! Methods of `java.lang.String`. What must stay true: places count UTF-16 units; a place out of range fails as it does in Java;
//! an argument of another type means that there is no such method.

use std::sync::Arc;

use super::{Call, format, null_argument, utf16};
use crate::{
    error::Failure,
    limits::{BYTES_PER_STEP, MATCHED_BYTES_PER_STEP},
    value::{List, ListKind, Value, java_size},
};

/// `text.name(arguments)`; nothing when there is no such method.
pub(super) fn call(
    call: &mut Call<'_>,
    text: &Arc<str>,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    call.budget.steps(text.len() as u64 / BYTES_PER_STEP)?;
    if let Some(value) = about(text, name, arguments)? {
        return Ok(Some(value));
    }
    if let Some(value) = searched(text, name, arguments)? {
        return Ok(Some(value));
    }
    if let Some(value) = changed(call, text, name, arguments)? {
        return Ok(Some(value));
    }
    if let Some(value) = by_pattern(call, text, name, arguments)? {
        return Ok(Some(value));
    }
    of_class(call, name, arguments)
}

/// Questions about the text itself.
fn about(text: &Arc<str>, name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    Ok(Some(match (name, arguments) {
        ("length", []) => Value::Int(java_size(utf16::length(text))),
        ("isEmpty", []) => Value::Bool(text.is_empty()),
        ("isBlank", []) => Value::Bool(is_blank(text)),
        ("toString" | "intern", []) => Value::Str(Arc::clone(text)),
        ("equals", [other]) => Value::Bool(other.as_str() == Some(text)),
        ("equalsIgnoreCase", [Value::Null]) => Value::Bool(false),
        ("equalsIgnoreCase", [Value::Str(other)]) => Value::Bool(folded(text) == folded(other)),
        ("compareTo", [Value::Str(other)]) => Value::Int(compared(text, other)),
        ("compareToIgnoreCase", [Value::Str(other)]) => Value::Int(compared(&folded(text), &folded(other))),
        ("compareTo" | "compareToIgnoreCase", [Value::Null]) => return Err(null_argument(name)),
        ("charAt", [Value::Int(place)]) => {
            let end = place.checked_add(1).unwrap_or(*place);
            slice(text, *place, end)?
        }
        ("codePointAt", [Value::Int(place)]) => {
            let byte = usize::try_from(*place).ok().filter(|place| *place < utf16::length(text));
            let byte = byte
                .map(|place| utf16::byte_of(text, place))
                .ok_or_else(|| out_of_range(text, *place, *place))?;
            Value::Int(text[byte..].chars().next().map_or(0, |character| character as i32))
        }
        _ => return Ok(None),
    }))
}

/// Looking for one text in another.
fn searched(text: &str, name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    let takes_text =
        matches!(name, "contains" | "startsWith" | "endsWith" | "indexOf" | "lastIndexOf" | "contentEquals");
    if takes_text && matches!(arguments.first(), Some(Value::Null)) {
        return Err(null_argument(name));
    }
    Ok(Some(match (name, arguments) {
        ("contains", [Value::Str(part)]) => Value::Bool(text.contains(&**part)),
        ("contentEquals", [Value::Str(part)]) => Value::Bool(*text == **part),
        ("startsWith", [Value::Str(part)]) => Value::Bool(text.starts_with(&**part)),
        ("startsWith", [Value::Str(part), Value::Int(from)]) => {
            let from = usize::try_from(*from).ok().filter(|from| *from <= utf16::length(text));
            Value::Bool(from.is_some_and(|from| text[utf16::byte_of(text, from)..].starts_with(&**part)))
        }
        ("regionMatches", [Value::Int(from), Value::Str(part), Value::Int(part_from), Value::Int(count)]) => {
            let region = |text: &str, from: i32| {
                let from = usize::try_from(from).ok()?;
                let end = from.checked_add(usize::try_from(*count).unwrap_or(0))?;
                utf16::slice(text, from, end).map(std::borrow::Cow::into_owned)
            };
            Value::Bool(region(text, *from).is_some_and(|found| Some(found) == region(part, *part_from)))
        }
        ("endsWith", [Value::Str(part)]) => Value::Bool(text.ends_with(&**part)),
        ("indexOf", [part]) => match needle(part) {
            Some(part) => index_of(text, &part, 0),
            None => return Ok(None),
        },
        ("indexOf", [part, Value::Int(from)]) => match needle(part) {
            Some(part) => index_of(text, &part, usize::try_from(*from).unwrap_or(0)),
            None => return Ok(None),
        },
        ("lastIndexOf", [part]) => match needle(part) {
            Some(part) => last_index_of(text, &part, i32::MAX),
            None => return Ok(None),
        },
        ("lastIndexOf", [part, Value::Int(from)]) => match needle(part) {
            Some(part) => last_index_of(text, &part, *from),
            None => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

/// A text or the code of a character.
fn needle(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Str(text) => Some(Arc::clone(text)),
        Value::Int(code) => {
            let character = u32::try_from(*code).ok().and_then(char::from_u32).unwrap_or('\u{10FFFF}');
            Some(character.to_string().into())
        }
        _ => None,
    }
}

fn index_of(text: &str, part: &str, from: usize) -> Value {
    let start = utf16::byte_of(text, from);
    Value::Int(text[start..].find(part).map_or(-1, |byte| utf16::place_of(text, start + byte)))
}

fn last_index_of(text: &str, part: &str, from: i32) -> Value {
    let Ok(from) = usize::try_from(from) else { return Value::Int(-1) };
    let end = (utf16::byte_of(text, from) + part.len()).min(text.len());
    let end = (0..=end).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0);
    Value::Int(text[..end].rfind(part).map_or(-1, |byte| utf16::place_of(text, byte)))
}

/// New texts made of the old.
fn changed(
    call: &mut Call<'_>,
    text: &Arc<str>,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    let is_java_space = |character: char| character <= ' ';
    Ok(Some(match (name, arguments) {
        ("substring", [Value::Int(begin)]) => slice(text, *begin, java_size(utf16::length(text)))?,
        ("substring" | "subSequence", [Value::Int(begin), Value::Int(end)]) => slice(text, *begin, *end)?,
        ("trim", []) => Value::from(text.trim_matches(is_java_space)),
        ("strip", []) => Value::from(text.trim()),
        ("stripLeading", []) => Value::from(text.trim_start()),
        ("stripTrailing", []) => Value::from(text.trim_end()),
        ("toUpperCase", []) => Value::from(text.to_uppercase()),
        ("toLowerCase", []) => Value::from(text.to_lowercase()),
        ("concat", [Value::Str(other)]) => {
            call.allow_text(text.len() + other.len())?;
            Value::from(format!("{text}{other}"))
        }
        ("repeat", [Value::Int(count)]) => {
            let count = usize::try_from(*count)
                .map_err(|_| Failure::Method(format!("a text cannot be repeated {count} times")))?;
            call.allow_text(text.len().saturating_mul(count))?;
            Value::from(text.repeat(count))
        }
        ("replace", [Value::Str(from), Value::Str(to)]) => {
            let places = text.matches(&**from).count();
            call.allow_text(text.len().saturating_add(places.saturating_mul(to.len())))?;
            Value::from(text.replace(&**from, to))
        }
        ("concat", [Value::Null]) | ("replace", [Value::Null, _] | [_, Value::Null]) => {
            return Err(null_argument(name));
        }
        ("toCharArray", []) => {
            call.budget.entries(text.len())?;
            let characters = text.chars().map(|character| Value::from(character.to_string())).collect();
            Value::List(List::of_kind(ListKind::Array, characters))
        }
        ("getBytes", [] | [Value::Str(_)]) => {
            call.budget.entries(text.len())?;
            let bytes = text.bytes().map(|byte| Value::Int(i32::from(byte.cast_signed()))).collect();
            Value::List(List::of_kind(ListKind::Array, bytes))
        }
        _ => return Ok(None),
    }))
}

/// What takes a regular expression.
fn by_pattern(
    call: &mut Call<'_>,
    text: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    let takes_pattern = matches!(name, "matches" | "replaceAll" | "replaceFirst" | "split");
    if !takes_pattern {
        return Ok(None);
    }
    if arguments.iter().any(Value::is_null) {
        return Err(null_argument(name));
    }
    call.budget.steps(text.len() as u64 / MATCHED_BYTES_PER_STEP)?;
    let regexes = call.regexes;
    Ok(Some(match (name, arguments) {
        ("matches", [Value::Str(pattern)]) => Value::Bool(regexes.matches(call.budget, text, pattern)?),
        ("replaceAll", [Value::Str(pattern), Value::Str(to)]) => {
            Value::from(regexes.replace(call, text, pattern, to, usize::MAX)?)
        }
        ("replaceFirst", [Value::Str(pattern), Value::Str(to)]) => {
            Value::from(regexes.replace(call, text, pattern, to, 1)?)
        }
        ("split", [Value::Str(pattern)]) => parts(regexes.split(call.budget, text, pattern, 0)?),
        ("split", [Value::Str(pattern), Value::Int(limit)]) => {
            parts(regexes.split(call.budget, text, pattern, *limit)?)
        }
        _ => return Ok(None),
    }))
}

fn parts(parts: Vec<&str>) -> Value {
    Value::List(List::of_kind(ListKind::Array, parts.into_iter().map(Value::from).collect()))
}

/// Static methods.
fn of_class(call: &mut Call<'_>, name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    Ok(Some(match (name, arguments) {
        ("valueOf", [value]) => Value::Str(call.text(value)?),
        ("format", [Value::Str(pattern), rest @ ..]) => {
            let text = format::format(call, pattern, rest)?;
            call.allow_text(text.len())?;
            Value::from(text)
        }
        ("join", [Value::Str(delimiter), Value::List(items)]) => join(call, delimiter, &items.to_vec())?,
        ("join", [Value::Str(delimiter), rest @ ..]) => join(call, delimiter, rest)?,
        _ => return Ok(None),
    }))
}

fn join(call: &mut Call<'_>, delimiter: &str, items: &[Value]) -> Result<Value, Failure> {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(delimiter);
        }
        text.push_str(&call.text(item)?);
        call.allow_text(text.len())?;
    }
    Ok(Value::from(text))
}

fn slice(text: &str, begin: i32, end: i32) -> Result<Value, Failure> {
    let range = usize::try_from(begin).ok().zip(usize::try_from(end).ok());
    let found =
        range.filter(|(begin, end)| begin <= end).and_then(|(begin, end)| utf16::slice(text, begin, end));
    found.map(|part| Value::from(&*part)).ok_or_else(|| out_of_range(text, begin, end))
}

fn out_of_range(text: &str, begin: i32, end: i32) -> Failure {
    Failure::Method(format!(
        "begin {begin}, end {end} is out of range for a text of length {}",
        utf16::length(text)
    ))
}

/// Java's `isBlank`.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn folded(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

/// The difference of the first units that differ, or of the lengths.
fn compared(left: &str, right: &str) -> i32 {
    let different = left.encode_utf16().zip(right.encode_utf16()).find(|(left, right)| left != right);
    match different {
        Some((left, right)) => i32::from(left) - i32::from(right),
        None => java_size(utf16::length(left)) - java_size(utf16::length(right)),
    }
}
