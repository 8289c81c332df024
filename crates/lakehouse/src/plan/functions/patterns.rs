//! Functions that take a pattern of Java's, which has to stand in the SQL.

use alluvium_java_regex::Pattern;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::Spanned;

use super::super::error::{Result, SqlError};
use super::super::expression::{Typed, pattern_of, rlike};
use super::{Call, Kernel, list_of};
use crate::spark::regex;

pub(super) const NAMES: &[&str] = &[
    "regexp",
    "regexp_count",
    "regexp_extract",
    "regexp_extract_all",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_substr",
    "rlike",
    "split",
];

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "regexp_count" => of_pattern(call, DataType::Int32, regex::count),
        "regexp_instr" => of_pattern(call, DataType::Int32, regex::instr),
        "regexp_substr" => of_pattern(call, DataType::Utf8, regex::first),
        "regexp_extract" | "regexp_extract_all" => extract(call),
        "regexp_replace" => replace(call),
        "split" => split(call),
        _ => {
            call.count(2..=2)?;
            rlike(call.scope, call.arguments[0], call.arguments[1])
        }
    }
}

fn replace(call: &Call<'_>) -> Result<Typed> {
    call.count(3..=4)?;
    if call.is_null_literal(1)? || call.is_null_literal(2)? {
        return Ok(Typed { expr: Expr::Literal(ScalarValue::Utf8(None), None), of: DataType::Utf8 });
    }
    let (pattern, label) = pattern_of(call.scope, call.arguments[1])?;
    let by = call.constant_text(2, "a replacement")?;
    let replacement = regex::replacement(&by, &pattern);
    let replacement = replacement.map_err(|message| SqlError::at(call.arguments[2].span(), message))?;
    let position = if call.arguments.len() > 3 { call.constant_integer(3, "a position")? } else { 1 };
    let Some(position) = usize::try_from(position).ok().filter(|&position| position > 0) else {
        return SqlError::on(call.arguments[3], "a position is counted from 1");
    };
    let columns = vec![call.as_type(0, &DataType::Utf8)?];
    let label = format!("{label} by {by} from {position}");
    Ok(call.call(&label, DataType::Utf8, columns, regex::replace(pattern, replacement, position)))
}

fn extract(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=3)?;
    let (pattern, label) = pattern_of(call.scope, call.arguments[1])?;
    let group = if call.arguments.len() > 2 { call.constant_integer(2, "a group")? } else { 1 };
    let found = usize::try_from(group).ok().filter(|&group| group <= pattern.group_count());
    let Some(group) = found else {
        let most = pattern.group_count();
        let message = format!("the pattern has {most} groups, there is no group {group}");
        return SqlError::on(call.source, message);
    };
    let columns = vec![call.as_type(0, &DataType::Utf8)?];
    let label = format!("{label} {group}");
    if call.name == "regexp_extract_all" {
        let returns = list_of(DataType::Utf8);
        return Ok(call.call(&label, returns, columns, regex::extract_all(pattern, group)));
    }
    Ok(call.call(&label, DataType::Utf8, columns, regex::extract(pattern, group)))
}

fn split(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=3)?;
    let (pattern, label) = pattern_of(call.scope, call.arguments[1])?;
    let limit = if call.arguments.len() > 2 { call.constant_integer(2, "a limit")? } else { -1 };
    let columns = vec![call.as_type(0, &DataType::Utf8)?];
    let kernel = regex::split(pattern, label.is_empty(), limit);
    Ok(call.call(&format!("{label} {limit}"), list_of(DataType::Utf8), columns, kernel))
}

/// A function of a text and a pattern.
fn of_pattern<K: Kernel>(call: &Call<'_>, returns: DataType, kernel: impl Fn(Pattern) -> K) -> Result<Typed> {
    call.count(2..=2)?;
    let (pattern, label) = pattern_of(call.scope, call.arguments[1])?;
    let columns = vec![call.as_type(0, &DataType::Utf8)?];
    Ok(call.call(&label, returns, columns, kernel(pattern)))
}
