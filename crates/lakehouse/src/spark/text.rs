//! Functions of strings.
//!
//! What must stay true: positions and lengths count characters, from 1; null in gives null out, but for `concat_ws`, which
//! passes over nulls.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all functions over columns share one signature, and some can fail"
)]

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListBuilder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::arrow::error::ArrowError;

type Columns<'a> = &'a [ArrayRef];
type Column = Result<ArrayRef, ArrowError>;

fn text(columns: Columns<'_>, at: usize) -> &StringArray {
    columns[at].as_string()
}

fn number(columns: Columns<'_>, at: usize, row: usize) -> Option<i32> {
    let numbers = columns[at].as_primitive::<Int32Type>();
    numbers.is_valid(row).then(|| numbers.value(row))
}

fn value(columns: Columns<'_>, at: usize, row: usize) -> Option<&str> {
    let texts = text(columns, at);
    texts.is_valid(row).then(|| texts.value(row))
}

fn strings(rows: usize, f: impl Fn(usize, &mut String) -> Option<()>) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(rows, rows * 16);
    let mut out = String::new();
    for row in 0..rows {
        out.clear();
        builder.append_option(f(row, &mut out).map(|()| out.as_str()));
    }
    Arc::new(builder.finish())
}

fn character_count(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// A function of one string.
pub(crate) fn map(
    f: impl Fn(&str, &mut String) + Send + Sync,
) -> impl Fn(Columns<'_>, usize) -> Column + Send + Sync {
    move |columns, rows| Ok(strings(rows, |row, out| value(columns, 0, row).map(|text| f(text, out))))
}

/// `concat`: null as soon as one argument is.
pub(crate) fn concat(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        for at in 0..columns.len() {
            out.push_str(value(columns, at, row)?);
        }
        Some(())
    }))
}

/// `concat_ws`: the separator, then strings or lists of strings; nulls are passed over, a null separator gives null.
pub(crate) fn concat_ws(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        let separator = value(columns, 0, row)?;
        let mut first = true;
        let mut push = |piece: &str| {
            if !std::mem::take(&mut first) {
                out.push_str(separator);
            }
            out.push_str(piece);
        };
        for column in &columns[1..] {
            if column.is_null(row) {
                continue;
            }
            match column.data_type() {
                DataType::List(_) => {
                    column
                        .as_list::<i32>()
                        .value(row)
                        .as_string::<i32>()
                        .iter()
                        .flatten()
                        .for_each(&mut push);
                }
                _ => push(column.as_string::<i32>().value(row)),
            }
        }
        Some(())
    }))
}

/// `replace(text, search, replacement)`; an empty search changes nothing.
pub(crate) fn replace(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        let (text, search, by) = (value(columns, 0, row)?, value(columns, 1, row)?, value(columns, 2, row)?);
        out.push_str(&if search.is_empty() { text.to_owned() } else { text.replace(search, by) });
        Some(())
    }))
}

/// `translate(text, from, to)`: characters of `from` become those of `to` at their place, or nothing.
pub(crate) fn translate(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        let (text, from, to) = (value(columns, 0, row)?, value(columns, 1, row)?, value(columns, 2, row)?);
        out.extend(text.chars().filter_map(|c| match from.chars().position(|other| other == c) {
            Some(at) => to.chars().nth(at),
            None => Some(c),
        }));
        Some(())
    }))
}

/// `substring(text, position, length)`: position from 1, or from the end when negative; 0 counts as 1.
pub(crate) fn substring(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        let text = value(columns, 0, row)?;
        let position = i64::from(number(columns, 1, row)?);
        let length =
            if columns.len() > 2 { i64::from(number(columns, 2, row)?) } else { i64::from(i32::MAX) };
        let characters = if position < 0 { character_count(text) } else { 0 };
        let begin = if position > 0 { position - 1 } else { position + characters };
        let end = begin.saturating_add(length);
        let skipped = usize::try_from(begin.max(0)).ok()?;
        let taken = usize::try_from((end - begin.max(0)).max(0)).ok()?;
        out.extend(text.chars().skip(skipped).take(taken));
        Some(())
    }))
}

/// `left(text, length)`.
pub(crate) fn left(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        let length = usize::try_from(number(columns, 1, row)?).unwrap_or(0);
        out.extend(value(columns, 0, row)?.chars().take(length));
        Some(())
    }))
}

/// `right(text, length)`.
pub(crate) fn right(columns: Columns<'_>, rows: usize) -> Column {
    Ok(strings(rows, |row, out| {
        let text = value(columns, 0, row)?;
        let length = usize::try_from(number(columns, 1, row)?).unwrap_or(0);
        out.extend(text.chars().skip(text.chars().count().saturating_sub(length)));
        Some(())
    }))
}

/// `length(text)` in characters.
pub(crate) fn length(columns: Columns<'_>, _rows: usize) -> Column {
    let lengths = text(columns, 0).iter().map(|text| i32::try_from(text?.chars().count()).ok());
    Ok(Arc::new(lengths.collect::<Int32Array>()))
}

/// `instr(text, search)`: the first place of `search`, from 1, or 0.
pub(crate) fn instr(columns: Columns<'_>, rows: usize) -> Column {
    let place = |row| {
        let (text, search) = (value(columns, 0, row)?, value(columns, 1, row)?);
        i32::try_from(text.find(search).map_or(0, |at| character_count(&text[..at]) + 1)).ok()
    };
    Ok(Arc::new((0..rows).map(place).collect::<Int32Array>()))
}

/// A test of a string against another.
pub(crate) fn test(
    f: impl Fn(&str, &str) -> bool + Send + Sync,
) -> impl Fn(Columns<'_>, usize) -> Column + Send + Sync {
    move |columns, rows| {
        let test = |row| Some(f(value(columns, 0, row)?, value(columns, 1, row)?));
        Ok(Arc::new((0..rows).map(test).collect::<BooleanArray>()))
    }
}

/// Where `trim` takes characters away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    Both,
    Leading,
    Trailing,
}

/// `trim(text)` takes blanks (U+0020 only) away, `trim(text, characters)` any of the characters.
pub(crate) fn trim(ends: Ends) -> impl Fn(Columns<'_>, usize) -> Column + Send + Sync {
    move |columns, rows| {
        Ok(strings(rows, |row, out| {
            let text = value(columns, 0, row)?;
            let away = if columns.len() > 1 { value(columns, 1, row)? } else { " " };
            let is_away = |c: char| away.contains(c);
            out.push_str(match ends {
                Ends::Both => text.trim_matches(is_away),
                Ends::Leading => text.trim_start_matches(is_away),
                Ends::Trailing => text.trim_end_matches(is_away),
            });
            Some(())
        }))
    }
}

/// `initcap(text)`: the first letter of each word large, the others small; words are parted by blanks.
pub(crate) fn initcap(text: &str, out: &mut String) {
    let mut begins = true;
    for c in text.chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        begins = c == ' ';
    }
}

/// `array(..)` of columns of one type.
pub(crate) fn array(columns: Columns<'_>, rows: usize) -> Column {
    let values: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
    let order: Vec<(usize, usize)> =
        (0..rows).flat_map(|row| (0..columns.len()).map(move |column| (column, row))).collect();
    let items = datafusion::arrow::compute::interleave(&values, &order)?;
    let offsets = datafusion::arrow::buffer::OffsetBuffer::from_repeated_length(columns.len(), rows);
    let field = Arc::new(Field::new("element", items.data_type().clone(), true));
    Ok(Arc::new(datafusion::arrow::array::ListArray::try_new(field, offsets, items, None)?))
}

/// The list of strings that `pieces` makes of each text.
pub(crate) fn try_lists(
    column: &ArrayRef,
    pieces: impl Fn(&str, &mut Vec<String>) -> Result<(), ArrowError>,
) -> Column {
    let field = Arc::new(Field::new("element", DataType::Utf8, true));
    let mut builder = ListBuilder::new(StringBuilder::new()).with_field(field);
    let mut found = Vec::new();
    for text in column.as_string::<i32>() {
        found.clear();
        if let Some(text) = text {
            pieces(text, &mut found)?;
        }
        for piece in &found {
            builder.values().append_value(piece);
        }
        builder.append(text.is_some());
    }
    Ok(Arc::new(builder.finish()))
}

/// A member of each struct, null where the struct is.
pub(crate) fn member(column: &ArrayRef, at: usize) -> Column {
    let structs = column.as_struct();
    let Some(nulls) = structs.nulls() else { return Ok(Arc::clone(structs.column(at))) };
    let is_null = BooleanArray::new(!nulls.inner(), None);
    datafusion::arrow::compute::nullif(structs.column(at), &is_null)
}
