//! Functions that look for one string in another, pad, cut and compare strings.
//!
//! What must stay true: positions and lengths count characters, from 1.

#![expect(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a text has less than 2^31 bytes, and a sign is looked at before it is lost"
)]

use datafusion::arrow::error::ArrowError;

use crate::limits::LEVENSHTEIN_WORK_MAX;

/// `lpad` and `rpad`: to `length` characters, cut where there are more.
pub(crate) fn pad(text: &str, length: i32, with: &str, at_begin: bool) -> String {
    let length = usize::try_from(length).unwrap_or(0);
    let count = text.chars().count();
    if count >= length {
        return text.chars().take(length).collect();
    }
    let filling: String =
        with.chars().cycle().take(if with.is_empty() { 0 } else { length - count }).collect();
    if at_begin { filling + text } else { text.to_owned() + &filling }
}

/// `substring_index`: what stands before the `count`th `delimiter`, or after it, counted from the end, when negative.
pub(crate) fn substring_index(text: &str, delimiter: &str, count: i32) -> String {
    if delimiter.is_empty() || count == 0 {
        return String::new();
    }
    let nth = count.unsigned_abs() as usize - 1;
    if count > 0 {
        let end = overlapping(text, delimiter).nth(nth);
        return text[..end.unwrap_or(text.len())].to_owned();
    }
    let places: Vec<usize> = overlapping(text, delimiter).collect();
    match places.len().checked_sub(nth + 1) {
        Some(at) => text[places[at] + delimiter.len()..].to_owned(),
        None => text.to_owned(),
    }
}

/// Every place of `search`, also where two of them share characters.
fn overlapping<'a>(text: &'a str, search: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.char_indices().map(|(at, _)| at).filter(move |&at| text[at..].starts_with(search))
}

/// `locate(search, text, from)`: the first place at or after the character `from`, or 0.
pub(crate) fn locate(search: &str, text: &str, from: i32) -> i32 {
    let Some(skipped) = from.checked_sub(1).and_then(|from| usize::try_from(from).ok()) else { return 0 };
    let mut begins = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let Some(begin) = begins.nth(skipped) else { return 0 };
    text[begin..].find(search).map_or(0, |at| text[..begin + at].chars().count() as i32 + 1)
}

/// `overlay(text, by, from, length)`: `length` characters replaced; below 0 as many as `by` has.
pub(crate) fn overlay(text: &str, by: &str, from: i32, length: i32) -> String {
    let count = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let length = if length < 0 { count(by) } else { i64::from(length) };
    let kept = usize::try_from(i64::from(from) - 1).unwrap_or(0);
    // What follows begins where `substring` would begin: below 0 that is counted from the end.
    let rest = match i64::from(from) + length {
        place @ 1.. => place - 1,
        place => (if place < 0 { place + count(text) } else { 0 }).max(0),
    };
    let rest = usize::try_from(rest).unwrap_or(usize::MAX);
    text.chars().take(kept).chain(by.chars()).chain(text.chars().skip(rest)).collect()
}

/// `split_part(text, delimiter, part)`: from 1, or from the end when negative; `None` for part 0.
pub(crate) fn split_part<'t>(text: &'t str, delimiter: &str, part: i32) -> Option<&'t str> {
    if part == 0 {
        return None;
    }
    let parts: Vec<&str> = if delimiter.is_empty() { vec![text] } else { text.split(delimiter).collect() };
    let distance = part.unsigned_abs() as usize;
    let at = if part > 0 { Some(distance - 1) } else { parts.len().checked_sub(distance) };
    Some(at.and_then(|at| parts.get(at).copied()).unwrap_or_default())
}

/// `find_in_set(text, list)`: the place in a list with commas, from 1, or 0.
pub(crate) fn find_in_set(text: &str, list: &str) -> i32 {
    if text.contains(',') {
        return 0;
    }
    list.split(',').position(|item| item == text).map_or(0, |at| at as i32 + 1)
}

/// `soundex`: the letter and three digits by which names that sound alike are found; other texts stay as they are.
pub(crate) fn soundex(text: &str) -> String {
    let code = |c: u8| match c.to_ascii_uppercase() {
        b'B' | b'F' | b'P' | b'V' => b'1',
        b'C' | b'G' | b'J' | b'K' | b'Q' | b'S' | b'X' | b'Z' => b'2',
        b'D' | b'T' => b'3',
        b'L' => b'4',
        b'M' | b'N' => b'5',
        b'R' => b'6',
        b'H' | b'W' => b'7',
        _ => b'0',
    };
    let bytes = text.as_bytes();
    let Some(first) = bytes.first().filter(|c| c.is_ascii_alphabetic()) else { return text.to_owned() };
    let mut out = vec![first.to_ascii_uppercase()];
    let mut last = code(*first);
    for &c in bytes[1..].iter().filter(|c| c.is_ascii_alphabetic()) {
        let digit = code(c);
        // H and W neither count nor part equal digits; vowels part them.
        if digit == b'7' {
            continue;
        }
        if digit != b'0' && digit != last {
            out.push(digit);
            if out.len() == 4 {
                break;
            }
        }
        last = digit;
    }
    out.resize(4, b'0');
    String::from_utf8(out).unwrap_or_default()
}

/// `levenshtein`: how many characters have to be changed; beyond `most` it is -1. The work is the product of the lengths.
pub(crate) fn levenshtein(left: &str, right: &str, most: i32) -> Result<i32, ArrowError> {
    if left.len().saturating_mul(right.len()) > LEVENSHTEIN_WORK_MAX {
        return Err(ArrowError::ComputeError("the texts are too long for levenshtein".to_owned()));
    }
    let distance = strsim::levenshtein(left, right) as i32;
    Ok(if distance > most { -1 } else { distance })
}

/// `mask`: capitals, small letters and digits each replaced by one character.
pub(crate) fn mask(text: &str, upper: Option<&str>, lower: Option<&str>, digit: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let by = match c {
            _ if c.is_uppercase() => upper,
            _ if c.is_lowercase() => lower,
            _ if c.is_numeric() => digit,
            _ => None,
        };
        match by {
            Some(by) => out.push_str(by),
            None => out.push(c),
        }
    }
    out
}

/// The character of a number, by its lowest byte: `chr`.
pub(crate) fn chr(number: i64) -> String {
    if number < 0 { String::new() } else { char::from(number as u8).to_string() }
}
