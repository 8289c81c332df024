//! The functions that take a pattern of Java's.
//!
//! What must stay true: patterns and replacements are compiled before the first record; a record on which a search takes too
//! long is an error of that record, never a wait. Positions count UTF-16 units, as Java's do.

use std::sync::Arc;

use alluvium_java_regex::{Limits, MatchError, Pattern, Replacement};
use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Int32Array, StringBuilder};
use datafusion::arrow::error::ArrowError;

use super::text::try_lists;
use crate::limits::COLUMN_BYTES_MAX;

/// Compiles a pattern; the error says what is wrong with it.
pub(crate) fn compile(pattern: &str) -> Result<Pattern, String> {
    Pattern::compile(pattern, &Limits::default())
        .map_err(|error| format!("the pattern '{pattern}' cannot be used: {error}"))
}

/// Reads a replacement for a pattern; the error says what is wrong with it.
pub(crate) fn replacement(text: &str, pattern: &Pattern) -> Result<Replacement, String> {
    Replacement::parse(text, pattern).map_err(|error| format!("the replacement '{text}' {error}"))
}

fn give_up(error: MatchError) -> ArrowError {
    ArrowError::ComputeError(error.to_string())
}

/// `regexp_replace`: every match replaced, from a position on, before which the pattern sees nothing.
pub(crate) fn replace(
    pattern: Pattern,
    replacement: Replacement,
    position: usize,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let texts = columns[0].as_string::<i32>();
        let mut builder = StringBuilder::with_capacity(rows, texts.value_data().len());
        let mut out = String::new();
        for text in texts {
            let Some(text) = text else {
                builder.append_null();
                continue;
            };
            out.clear();
            match byte_of_unit(text, position - 1) {
                None => out.push_str(text),
                Some(begin) => {
                    out.push_str(&text[..begin]);
                    pattern.replace_all(&text[begin..], &replacement, &mut out).map_err(give_up)?;
                }
            }
            if builder.values_slice().len() + out.len() > COLUMN_BYTES_MAX {
                return Err(ArrowError::ComputeError(format!(
                    "a column of more than {COLUMN_BYTES_MAX} bytes"
                )));
            }
            builder.append_value(&out);
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// The byte at which a UTF-16 unit begins; none beyond the text, but for the very first.
fn byte_of_unit(text: &str, unit: usize) -> Option<usize> {
    if unit == 0 {
        return Some(0);
    }
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units >= unit {
            return Some(byte);
        }
        units += c.len_utf16();
    }
    None
}

/// `regexp_extract`: a group of the first match, empty when there is none.
pub(crate) fn extract(
    pattern: Pattern,
    group: usize,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let mut builder = StringBuilder::with_capacity(rows, rows * 16);
        for text in columns[0].as_string::<i32>() {
            let found = text.map(|text| pattern.matches(text).next_groups()).transpose().map_err(give_up)?;
            builder.append_option(
                found.map(|found| found.and_then(|found| found.group(group)).unwrap_or_default()),
            );
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// `regexp_extract_all`: a group of every match, empty where the match did not go through it.
pub(crate) fn extract_all(
    pattern: Pattern,
    group: usize,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        try_lists(&columns[0], |text, pieces| {
            let mut matches = pattern.matches(text);
            while let Some(found) = matches.next_groups().map_err(give_up)? {
                pieces.push(found.group(group).unwrap_or_default().to_owned());
            }
            Ok(())
        })
    }
}

/// `regexp_substr`: the first match, null when there is none.
pub(crate) fn first(
    pattern: Pattern,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let mut builder = StringBuilder::with_capacity(rows, rows * 16);
        for text in columns[0].as_string::<i32>() {
            let found = match text {
                Some(text) => pattern.matches(text).next_range().map_err(give_up)?.map(|range| &text[range]),
                None => None,
            };
            builder.append_option(found);
        }
        Ok(Arc::new(builder.finish()))
    }
}

/// `rlike`: whether the pattern is found anywhere in the text.
pub(crate) fn is_match(
    pattern: Pattern,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let texts = columns[0].as_string::<i32>().iter();
        let found = texts.map(|text| text.map(|text| pattern.is_found(text)).transpose().map_err(give_up));
        Ok(Arc::new(found.collect::<Result<BooleanArray, _>>()?))
    }
}

/// `regexp_count`: how many matches there are.
pub(crate) fn count(
    pattern: Pattern,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    numbers(move |text| {
        let mut matches = pattern.matches(text);
        let mut count = 0;
        while matches.next_range()?.is_some() {
            count += 1;
        }
        Ok(count)
    })
}

/// `regexp_instr`: where the first match begins, from 1, or 0.
pub(crate) fn instr(
    pattern: Pattern,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    numbers(move |text| {
        let found = pattern.matches(text).next_range()?;
        Ok(found.map_or(0, |found| {
            1_i32.saturating_add_unsigned(text[..found.start].encode_utf16().count() as u32)
        }))
    })
}

fn numbers(
    of: impl Fn(&str) -> Result<i32, MatchError> + Send + Sync,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let texts = columns[0].as_string::<i32>().iter();
        let numbers = texts.map(|text| text.map(&of).transpose().map_err(give_up));
        Ok(Arc::new(numbers.collect::<Result<Int32Array, _>>()?))
    }
}

/// `split(text, pattern[, limit])`: pieces between matches; with a limit above 0 at most so many.
pub(crate) fn split(
    pattern: Pattern,
    is_empty: bool,
    limit: i32,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| {
        let limit = usize::try_from(limit).ok().filter(|&limit| limit > 0).unwrap_or(usize::MAX);
        try_lists(&columns[0], |text, pieces| {
            if is_empty && !text.is_empty() {
                // An empty pattern is no pattern to Spark: the characters, and no more of them than the limit says.
                pieces.extend(text.chars().take(limit).map(String::from));
                return Ok(());
            }
            let push = |piece: &str| {
                pieces.push(piece.to_owned());
                Ok::<(), MatchError>(())
            };
            pattern.split(text, limit, push).map_err(give_up)
        })
    }
}
