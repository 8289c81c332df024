//! Functions of strings and bytes.

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast;

use super::super::error::{Result, SqlError};
use super::super::expression::{Typed, string};
use super::Call;
use crate::spark::cast::{Mode, is_number};
use crate::spark::digest::{self, Charset};
use crate::spark::rows::{binaries, ints, longs, made_texts, texts, try_ints};
use crate::spark::text::{self, Ends};
use crate::spark::{format_number, function, search};

pub(super) const NAMES: &[&str] = &[
    "ascii",
    "base64",
    "bin",
    "bit_length",
    "btrim",
    "char",
    "char_length",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "contains",
    "crc32",
    "elt",
    "encode",
    "endswith",
    "find_in_set",
    "format_number",
    "hex",
    "initcap",
    "instr",
    "lcase",
    "left",
    "len",
    "length",
    "levenshtein",
    "locate",
    "lower",
    "lpad",
    "ltrim",
    "mask",
    "md5",
    "octet_length",
    "overlay",
    "position",
    "repeat",
    "replace",
    "right",
    "rpad",
    "rtrim",
    "sha",
    "sha1",
    "sha2",
    "soundex",
    "space",
    "split_part",
    "startswith",
    "string",
    "substr",
    "substring",
    "substring_index",
    "translate",
    "trim",
    "ucase",
    "unbase64",
    "unhex",
    "upper",
    "url_decode",
    "url_encode",
];

const TEXT: DataType = DataType::Utf8;
const INT: DataType = DataType::Int32;
const BYTES: DataType = DataType::Binary;

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "concat" => concat(call),
        "concat_ws" => concat_ws(call),
        "lower" | "lcase" => call.texts(1..=1, text::map(|text, out| out.push_str(&text.to_lowercase()))),
        "upper" | "ucase" => call.texts(1..=1, text::map(|text, out| out.push_str(&text.to_uppercase()))),
        "initcap" => call.texts(1..=1, text::map(text::initcap)),
        "trim" => call.texts(1..=1, text::trim(Ends::Both)),
        "btrim" => call.texts(1..=2, text::trim(Ends::Both)),
        // With two arguments what is taken away comes first.
        "ltrim" | "rtrim" => {
            call.count(1..=2)?;
            let columns = (0..call.arguments.len()).rev().map(|at| call.as_type(at, &TEXT));
            let ends = if call.name == "ltrim" { Ends::Leading } else { Ends::Trailing };
            Ok(call.call("", TEXT, columns.collect::<Result<Vec<_>>>()?, text::trim(ends)))
        }
        "translate" => call.texts(3..=3, text::translate),
        "replace" => replace(call),
        "length" | "char_length" | "character_length" | "len" => call.of_types(&[TEXT], 1, INT, text::length),
        "instr" => call.of_types(&[TEXT, TEXT], 2, INT, text::instr),
        "substring" | "substr" => call.of_types(&[TEXT, INT, INT], 2, TEXT, text::substring),
        "left" => call.of_types(&[TEXT, INT], 2, TEXT, text::left),
        "right" => call.of_types(&[TEXT, INT], 2, TEXT, text::right),
        "startswith" => call.test(|text, other| text.starts_with(other)),
        "endswith" => call.test(|text, other| text.ends_with(other)),
        "contains" => call.test(|text, other| text.contains(other)),
        "string" => {
            call.count(1..=1)?;
            Ok(Typed { expr: string(call.scope, call.arguments[0])?, of: TEXT })
        }
        _ => places(call),
    }
}

/// Padding, cutting, looking for places.
fn places(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "lpad" | "rpad" => {
            let at_begin = call.name == "lpad";
            let kernel = made_texts(move |row| {
                let with = if row.is_given(2) { row.text(2)? } else { " " };
                let (text, length) = (row.text(0)?, row.int(1)?);
                let bytes_max = with.chars().map(char::len_utf8).max().unwrap_or(0);
                Some((
                    bytes_max * usize::try_from(length).unwrap_or(0),
                    Box::new(move || search::pad(text, length, with, at_begin)),
                ))
            });
            call.of_types(&[TEXT, INT, TEXT], 2, TEXT, kernel)
        }
        "repeat" => {
            let kernel = made_texts(|row| {
                let (text, count) = (row.text(0)?, usize::try_from(row.int(1)?).unwrap_or(0));
                Some((text.len().saturating_mul(count), Box::new(move || text.repeat(count))))
            });
            call.of_types(&[TEXT, INT], 2, TEXT, kernel)
        }
        "space" => {
            let kernel = made_texts(|row| {
                let count = usize::try_from(row.int(0)?).unwrap_or(0);
                Some((count, Box::new(move || " ".repeat(count))))
            });
            call.of_types(&[INT], 1, TEXT, kernel)
        }
        "substring_index" => call.of_types(
            &[TEXT, TEXT, INT],
            3,
            TEXT,
            texts(|row| Some(search::substring_index(row.text(0)?, row.text(1)?, row.int(2)?))),
        ),
        "locate" | "position" => call.of_types(
            &[TEXT, TEXT, INT],
            2,
            INT,
            ints(|row| {
                let from = if row.is_given(2) { row.int(2).unwrap_or(0) } else { 1 };
                Some(search::locate(row.text(0)?, row.text(1)?, from))
            }),
        ),
        "overlay" => call.of_types(
            &[TEXT, TEXT, INT, INT],
            3,
            TEXT,
            texts(|row| {
                let length = if row.is_given(3) { row.int(3)? } else { -1 };
                Some(search::overlay(row.text(0)?, row.text(1)?, row.int(2)?, length))
            }),
        ),
        "split_part" => call.of_types(
            &[TEXT, TEXT, INT],
            3,
            TEXT,
            texts(|row| search::split_part(row.text(0)?, row.text(1)?, row.int(2)?).map(str::to_owned)),
        ),
        _ => words(call),
    }
}

/// Comparing, choosing and masking.
fn words(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "find_in_set" => call.of_types(
            &[TEXT, TEXT],
            2,
            INT,
            ints(|row| Some(search::find_in_set(row.text(0)?, row.text(1)?))),
        ),
        "soundex" => call.of_types(&[TEXT], 1, TEXT, texts(|row| Some(search::soundex(row.text(0)?)))),
        "levenshtein" => {
            let kernel = try_ints(|row| {
                let (Some(left), Some(right)) = (row.text(0), row.text(1)) else { return Ok(None) };
                let most = if row.is_given(2) { row.int(2) } else { Some(i32::MAX) };
                most.map(|most| search::levenshtein(left, right, most)).transpose()
            });
            call.of_types(&[TEXT, TEXT, INT], 2, INT, kernel)
        }
        "elt" => {
            call.count(2..=usize::MAX)?;
            let mut columns = vec![call.as_type(0, &INT)?];
            for at in 1..call.arguments.len() {
                columns.push(call.as_type(at, &TEXT)?);
            }
            Ok(call.call(
                "",
                TEXT,
                columns,
                texts(|row| {
                    let at = usize::try_from(row.int(0)?).ok().filter(|&at| at > 0)?;
                    row.text(at).map(str::to_owned)
                }),
            ))
        }
        "mask" => call.of_types(
            &[TEXT, TEXT, TEXT, TEXT],
            1,
            TEXT,
            texts(|row| {
                let by = |at: usize, usual| if row.is_given(at) { row.text(at) } else { Some(usual) };
                Some(search::mask(row.text(0)?, by(1, "X"), by(2, "x"), by(3, "n")))
            }),
        ),
        "format_number" => format(call),
        _ => bytes(call),
    }
}

/// Bytes, digests and numbers of characters.
fn bytes(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "ascii" => call.of_types(
            &[TEXT],
            1,
            INT,
            ints(|row| Some(row.text(0)?.chars().next().map_or(0, |c| u32::from(c).cast_signed()))),
        ),
        "chr" | "char" => {
            call.of_types(&[DataType::Int64], 1, TEXT, texts(|row| Some(search::chr(row.long(0)?))))
        }
        "bin" => call.of_types(&[DataType::Int64], 1, TEXT, texts(|row| Some(format!("{:b}", row.long(0)?)))),
        "hex" => {
            call.count(1..=1)?;
            match call.typed(0)?.of {
                of if is_number(&of) => call.of_types(
                    &[DataType::Int64],
                    1,
                    TEXT,
                    texts(|row| Some(format!("{:X}", row.long(0)?))),
                ),
                _ => call.of_types(&[BYTES], 1, TEXT, texts(|row| Some(digest::hex(row.bytes(0)?)))),
            }
        }
        "unhex" => call.of_types(&[TEXT], 1, BYTES, binaries(|row| digest::unhex(row.text(0)?))),
        "base64" => call.of_types(&[BYTES], 1, TEXT, texts(|row| Some(digest::base64(row.bytes(0)?)))),
        "unbase64" => call.of_types(&[TEXT], 1, BYTES, binaries(|row| digest::unbase64(row.text(0)?))),
        "md5" => call.of_types(&[BYTES], 1, TEXT, texts(|row| Some(digest::md5(row.bytes(0)?)))),
        "sha" | "sha1" => call.of_types(&[BYTES], 1, TEXT, texts(|row| Some(digest::sha1(row.bytes(0)?)))),
        "sha2" => {
            call.of_types(&[BYTES, INT], 2, TEXT, texts(|row| digest::sha2(row.bytes(0)?, row.int(1)?)))
        }
        "crc32" => {
            call.of_types(&[BYTES], 1, DataType::Int64, longs(|row| Some(digest::crc32(row.bytes(0)?))))
        }
        "octet_length" => {
            call.of_types(&[BYTES], 1, INT, ints(|row| i32::try_from(row.bytes(0)?.len()).ok()))
        }
        "bit_length" => call.of_types(
            &[BYTES],
            1,
            INT,
            ints(|row| i32::try_from(row.bytes(0)?.len()).ok()?.checked_mul(8)),
        ),
        "url_encode" => call.of_types(&[TEXT], 1, TEXT, texts(|row| Some(digest::url_encode(row.text(0)?)))),
        "url_decode" => call.of_types(&[TEXT], 1, TEXT, texts(|row| digest::url_decode(row.text(0)?))),
        _ => charset(call),
    }
}

/// `encode(text, charset)` and `decode(bytes, charset)`.
pub(super) fn charset(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let name = call.constant_text(1, "a character set")?;
    let Some(charset) = Charset::of_name(&name) else {
        let message = format!(
            "there is no character set {name}; there are UTF-8, US-ASCII, ISO-8859-1, UTF-16BE and UTF-16LE"
        );
        return SqlError::on(call.arguments[1], message);
    };
    if call.name == "encode" {
        let columns = vec![call.as_type(0, &TEXT)?];
        return Ok(call.call(&name, BYTES, columns, binaries(move |row| charset.encode(row.text(0)?))));
    }
    let columns = vec![call.as_type(0, &BYTES)?];
    Ok(call.call(&name, TEXT, columns, texts(move |row| charset.decode(row.bytes(0)?))))
}

fn format(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let value = call.typed(0)?;
    let (column, scale) = match value.of {
        DataType::Decimal128(_, scale) => (value.expr, scale),
        DataType::Float32 | DataType::Float64 | DataType::Utf8 => {
            let columns = vec![call.as_type(0, &DataType::Float64)?, call.as_type(1, &INT)?];
            return Ok(call.call(
                "of doubles",
                TEXT,
                columns,
                texts(|row| format_number::of_double(row.double(0)?, row.int(1)?)),
            ));
        }
        _ => (value.cast(&DataType::Decimal128(20, 0), Mode::Cast, call.arguments[0])?.expr, 0),
    };
    let columns = vec![column, call.as_type(1, &INT)?];
    Ok(call.call(
        &scale.to_string(),
        TEXT,
        columns,
        texts(move |row| format_number::of_decimal(row.unscaled(0)?, scale, row.int(1)?)),
    ))
}

/// Strings, or lists of one type.
fn concat(call: &Call<'_>) -> Result<Typed> {
    if !call.arguments.is_empty() && matches!(call.typed(0)?.of, DataType::List(_)) {
        return super::list::concat(call);
    }
    call.texts(0..=usize::MAX, text::concat)
}

fn concat_ws(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=usize::MAX)?;
    let mut columns = vec![call.as_type(0, &TEXT)?];
    for at in 1..call.arguments.len() {
        let typed = call.typed(at)?;
        let list_of_texts = matches!(&typed.of, DataType::List(item) if *item.data_type() == TEXT);
        let column = if list_of_texts { typed } else { typed.cast(&TEXT, Mode::Cast, call.arguments[at])? };
        columns.push(column.expr);
    }
    Ok(call.call("", TEXT, columns, text::concat_ws))
}

fn replace(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=3)?;
    let mut columns = vec![call.as_type(0, &TEXT)?, call.as_type(1, &TEXT)?];
    columns.push(if call.arguments.len() > 2 {
        call.as_type(2, &TEXT)?
    } else {
        Typed::text(String::new()).expr
    });
    Ok(call.call("", TEXT, columns, text::replace))
}

/// `trim(BOTH 'x' FROM text)` and its kind.
pub(in crate::plan) fn trim(
    scope: &super::super::column::Scope,
    ends: Option<ast::TrimWhereField>,
    what: Option<&ast::Expr>,
    text: &ast::Expr,
) -> Result<Typed> {
    let ends = match ends {
        None | Some(ast::TrimWhereField::Both) => Ends::Both,
        Some(ast::TrimWhereField::Leading) => Ends::Leading,
        Some(ast::TrimWhereField::Trailing) => Ends::Trailing,
    };
    let mut columns = vec![string(scope, text)?];
    columns.extend(what.map(|what| string(scope, what)).transpose()?);
    Ok(Typed { expr: function::call(format!("trim {ends:?}"), TEXT, columns, text::trim(ends)), of: TEXT })
}
