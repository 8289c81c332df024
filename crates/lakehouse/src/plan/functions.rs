//! The functions that a cleaning query may call, with Spark's names and Spark's results.
//!
//! What must stay true: a function is here only if it gives Spark's answer (the tests hold Spark's own); one that is not
//! here is refused with the nearest name, aggregates and windows with the reason why.

use alluvium_java_regex::Pattern;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::error::ArrowError;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::{
    self, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned, TrimWhereField,
};

use super::column::Scope;
use super::error::{Result, SqlError, did_you_mean};
use super::expression::{Typed, case_of, equal, expression, pattern_of, rlike, string, together};
use crate::schema::timestamp_type;
use crate::spark::cast::Mode;
use crate::spark::date_parts::{self, Part};
use crate::spark::pattern::DatePattern;
use crate::spark::text::Ends;
use crate::spark::{function, regex, text};

/// Every function, for hints and for the documentation's test.
pub(super) const NAMES: [&str; 54] = [
    "array",
    "btrim",
    "char_length",
    "coalesce",
    "concat",
    "concat_ws",
    "contains",
    "day",
    "dayofmonth",
    "endswith",
    "hour",
    "if",
    "ifnull",
    "initcap",
    "instr",
    "isnotnull",
    "isnull",
    "lcase",
    "left",
    "length",
    "lower",
    "ltrim",
    "minute",
    "month",
    "nullif",
    "nvl",
    "nvl2",
    "quarter",
    "regexp_count",
    "regexp_extract",
    "regexp_extract_all",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_substr",
    "replace",
    "reverse",
    "right",
    "rlike",
    "rtrim",
    "second",
    "split",
    "startswith",
    "string",
    "substr",
    "substring",
    "to_date",
    "to_timestamp",
    "translate",
    "trim",
    "try_to_timestamp",
    "ucase",
    "upper",
    "year",
];

const AGGREGATES: [&str; 14] = [
    "any_value",
    "approx_count_distinct",
    "avg",
    "collect_list",
    "collect_set",
    "count",
    "first",
    "last",
    "max",
    "mean",
    "median",
    "min",
    "stddev",
    "sum",
];

/// A call as it stands in the SQL.
pub(super) fn function(scope: &Scope, call: &ast::Function, source: &ast::Expr) -> Result<Typed> {
    let name = call.name.to_string().replace('`', "").to_lowercase();
    if call.over.is_some() {
        return SqlError::on(
            source,
            "a window function is not row by row; a cleaning query sees one record at a time",
        );
    }
    if AGGREGATES.contains(&name.as_str()) {
        return SqlError::on(
            source,
            format!("{name} is an aggregate; a cleaning query makes one row of one record"),
        );
    }
    let plain = call.filter.is_none() && call.null_treatment.is_none() && call.within_group.is_empty();
    let FunctionArguments::List(list) = &call.args else {
        return SqlError::on(source, format!("{name} is called without arguments in brackets"));
    };
    if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return SqlError::on(source, format!("{name} takes plain arguments only"));
    }
    let mut arguments = Vec::with_capacity(list.args.len());
    for argument in &list.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => arguments.push(expr),
            _ => return SqlError::on(source, format!("{name} takes plain arguments only")),
        }
    }
    named(scope, &name, &arguments, source)
}

/// A function by its name in small letters.
pub(super) fn named(
    scope: &Scope,
    name: &str,
    arguments: &[&ast::Expr],
    source: &ast::Expr,
) -> Result<Typed> {
    let call = Call { scope, name, arguments, source };
    match name {
        "concat" => call.texts(0..=usize::MAX, text::concat),
        "concat_ws" => call.concat_ws(),
        "lower" | "lcase" => call.texts(1..=1, text::map(|text, out| out.push_str(&text.to_lowercase()))),
        "upper" | "ucase" => call.texts(1..=1, text::map(|text, out| out.push_str(&text.to_uppercase()))),
        "initcap" => call.texts(1..=1, text::map(text::initcap)),
        "reverse" => call.texts(1..=1, text::map(|text, out| out.extend(text.chars().rev()))),
        "trim" => call.texts(1..=1, text::trim(Ends::Both)),
        "btrim" => call.texts(1..=2, text::trim(Ends::Both)),
        "ltrim" => call.texts(1..=1, text::trim(Ends::Leading)),
        "rtrim" => call.texts(1..=1, text::trim(Ends::Trailing)),
        "translate" => call.texts(3..=3, text::translate),
        "replace" => call.replace(),
        "length" | "char_length" | "character_length" | "len" => {
            call.of_types(&[DataType::Utf8], 1, DataType::Int32, text::length)
        }
        "instr" => call.of_types(&[DataType::Utf8, DataType::Utf8], 2, DataType::Int32, text::instr),
        "substring" | "substr" => call.of_types(
            &[DataType::Utf8, DataType::Int32, DataType::Int32],
            2,
            DataType::Utf8,
            text::substring,
        ),
        "left" => call.of_types(&[DataType::Utf8, DataType::Int32], 2, DataType::Utf8, text::left),
        "right" => call.of_types(&[DataType::Utf8, DataType::Int32], 2, DataType::Utf8, text::right),
        "startswith" => call.test(|text, other| text.starts_with(other)),
        "endswith" => call.test(|text, other| text.ends_with(other)),
        "contains" => call.test(|text, other| text.contains(other)),
        "rlike" | "regexp_like" | "regexp" => {
            call.count(2..=2).and_then(|()| rlike(scope, arguments[0], arguments[1]))
        }
        "regexp_replace" => call.regexp_replace(),
        "regexp_extract" | "regexp_extract_all" => call.regexp_extract(),
        "regexp_count" => call.of_pattern(DataType::Int32, regex::count),
        "regexp_instr" => call.of_pattern(DataType::Int32, regex::instr),
        "regexp_substr" => call.of_pattern(DataType::Utf8, regex::first),
        "split" => call.split(),
        "array" => call.array(),
        "to_timestamp" | "try_to_timestamp" => call.to_timestamp(),
        "to_date" => call.to_timestamp_or_date(),
        "string" => call
            .count(1..=1)
            .and_then(|()| Ok(Typed { expr: string(scope, arguments[0])?, of: DataType::Utf8 })),
        _ => part_of(name).map_or_else(|| call.conditional(), |part| call.date_part(part)),
    }
}

/// `trim(BOTH 'x' FROM text)` and its kind.
pub(super) fn trim(
    scope: &Scope,
    ends: Option<TrimWhereField>,
    what: Option<&ast::Expr>,
    text: &ast::Expr,
) -> Result<Typed> {
    let ends = match ends {
        None | Some(TrimWhereField::Both) => Ends::Both,
        Some(TrimWhereField::Leading) => Ends::Leading,
        Some(TrimWhereField::Trailing) => Ends::Trailing,
    };
    let mut columns = vec![string(scope, text)?];
    columns.extend(what.map(|what| string(scope, what)).transpose()?);
    Ok(Typed {
        expr: function::call(format!("trim {ends:?}"), DataType::Utf8, columns, text::trim(ends)),
        of: DataType::Utf8,
    })
}

fn part_of(name: &str) -> Option<Part> {
    Some(match name {
        "year" => Part::Year,
        "quarter" => Part::Quarter,
        "month" => Part::Month,
        "day" | "dayofmonth" => Part::Day,
        "hour" => Part::Hour,
        "minute" => Part::Minute,
        "second" => Part::Second,
        _ => return None,
    })
}

struct Call<'a> {
    scope: &'a Scope,
    name: &'a str,
    arguments: &'a [&'a ast::Expr],
    source: &'a ast::Expr,
}

impl Call<'_> {
    fn count(&self, allowed: std::ops::RangeInclusive<usize>) -> Result<()> {
        let count = self.arguments.len();
        if allowed.contains(&count) {
            return Ok(());
        }
        let (least, most) = (allowed.start(), allowed.end());
        let expected = match (least, most) {
            (least, most) if least == most => least.to_string(),
            (least, &usize::MAX) => format!("at least {least}"),
            _ => format!("{least} to {most}"),
        };
        SqlError::on(self.source, format!("{} takes {expected} arguments, here are {count}", self.name))
    }

    fn typed(&self, at: usize) -> Result<Typed> {
        expression(self.scope, self.arguments[at])
    }

    fn as_type(&self, at: usize, to: &DataType) -> Result<Expr> {
        if *to == DataType::Utf8 {
            return string(self.scope, self.arguments[at]);
        }
        Ok(self.typed(at)?.cast(to, Mode::Cast, self.arguments[at])?.expr)
    }

    /// Strings to a string.
    fn texts(
        &self,
        count: std::ops::RangeInclusive<usize>,
        kernel: impl Fn(&[ArrayRef], usize) -> std::result::Result<ArrayRef, ArrowError> + Send + Sync + 'static,
    ) -> Result<Typed> {
        self.count(count)?;
        let columns = (0..self.arguments.len())
            .map(|at| self.as_type(at, &DataType::Utf8))
            .collect::<Result<Vec<_>>>()?;
        Ok(self.call("", DataType::Utf8, columns, kernel))
    }

    /// Arguments of the given types, the ones after the first `least` optional.
    fn of_types(
        &self,
        of: &[DataType],
        least: usize,
        returns: DataType,
        kernel: impl Fn(&[ArrayRef], usize) -> std::result::Result<ArrayRef, ArrowError> + Send + Sync + 'static,
    ) -> Result<Typed> {
        self.count(least..=of.len())?;
        let columns = of.iter().take(self.arguments.len()).enumerate();
        let columns = columns.map(|(at, of)| self.as_type(at, of)).collect::<Result<Vec<_>>>()?;
        Ok(self.call("", returns, columns, kernel))
    }

    fn test(&self, test: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Result<Typed> {
        self.of_types(&[DataType::Utf8, DataType::Utf8], 2, DataType::Boolean, text::test(test))
    }

    fn call(
        &self,
        detail: &str,
        returns: DataType,
        columns: Vec<Expr>,
        kernel: impl Fn(&[ArrayRef], usize) -> std::result::Result<ArrayRef, ArrowError> + Send + Sync + 'static,
    ) -> Typed {
        let label = format!("{} {detail}", self.name);
        Typed { expr: function::call(label, returns.clone(), columns, kernel), of: returns }
    }

    fn concat_ws(&self) -> Result<Typed> {
        self.count(1..=usize::MAX)?;
        let mut columns = vec![self.as_type(0, &DataType::Utf8)?];
        for at in 1..self.arguments.len() {
            let typed = self.typed(at)?;
            let list_of_texts =
                matches!(&typed.of, DataType::List(item) if *item.data_type() == DataType::Utf8);
            let column = if list_of_texts {
                typed
            } else {
                typed.cast(&DataType::Utf8, Mode::Cast, self.arguments[at])?
            };
            columns.push(column.expr);
        }
        Ok(self.call("", DataType::Utf8, columns, text::concat_ws))
    }

    fn replace(&self) -> Result<Typed> {
        self.count(2..=3)?;
        let mut columns = vec![self.as_type(0, &DataType::Utf8)?, self.as_type(1, &DataType::Utf8)?];
        columns.push(if self.arguments.len() > 2 {
            self.as_type(2, &DataType::Utf8)?
        } else {
            Typed::text(String::new()).expr
        });
        Ok(self.call("", DataType::Utf8, columns, text::replace))
    }

    fn is_null_literal(&self, at: usize) -> Result<bool> {
        Ok(self.typed(at)?.of == DataType::Null)
    }

    fn null_text() -> Typed {
        Typed { expr: Expr::Literal(ScalarValue::Utf8(None), None), of: DataType::Utf8 }
    }

    fn regexp_replace(&self) -> Result<Typed> {
        self.count(3..=4)?;
        if self.is_null_literal(1)? || self.is_null_literal(2)? {
            return Ok(Self::null_text());
        }
        let (pattern, label) = pattern_of(self.scope, self.arguments[1])?;
        let by = self.constant_text(2, "a replacement")?;
        let replacement = regex::replacement(&by, &pattern);
        let replacement = replacement.map_err(|message| SqlError::at(self.arguments[2].span(), message))?;
        let position = if self.arguments.len() > 3 { self.constant_integer(3, "a position")? } else { 1 };
        let Some(position) = usize::try_from(position).ok().filter(|&position| position > 0) else {
            return SqlError::on(self.arguments[3], "a position is counted from 1");
        };
        let columns = vec![self.as_type(0, &DataType::Utf8)?];
        Ok(self.call(
            &format!("{label} by {by} from {position}"),
            DataType::Utf8,
            columns,
            regex::replace(pattern, replacement, position),
        ))
    }

    fn regexp_extract(&self) -> Result<Typed> {
        self.count(2..=3)?;
        let (pattern, label) = pattern_of(self.scope, self.arguments[1])?;
        let group = if self.arguments.len() > 2 { self.constant_integer(2, "a group")? } else { 1 };
        let found = usize::try_from(group).ok().filter(|&group| group <= pattern.group_count());
        let Some(group) = found else {
            let most = pattern.group_count();
            return SqlError::on(
                self.source,
                format!("the pattern has {most} groups, there is no group {group}"),
            );
        };
        let columns = vec![self.as_type(0, &DataType::Utf8)?];
        let label = format!("{label} {group}");
        if self.name == "regexp_extract_all" {
            let returns = list_of(DataType::Utf8);
            return Ok(self.call(&label, returns, columns, regex::extract_all(pattern, group)));
        }
        Ok(self.call(&label, DataType::Utf8, columns, regex::extract(pattern, group)))
    }

    /// A function of a text and a pattern.
    fn of_pattern<K>(&self, returns: DataType, kernel: impl Fn(Pattern) -> K) -> Result<Typed>
    where
        K: Fn(&[ArrayRef], usize) -> std::result::Result<ArrayRef, ArrowError> + Send + Sync + 'static,
    {
        self.count(2..=2)?;
        let (pattern, label) = pattern_of(self.scope, self.arguments[1])?;
        let columns = vec![self.as_type(0, &DataType::Utf8)?];
        Ok(self.call(&label, returns, columns, kernel(pattern)))
    }

    fn split(&self) -> Result<Typed> {
        self.count(2..=3)?;
        let (pattern, label) = pattern_of(self.scope, self.arguments[1])?;
        let limit = if self.arguments.len() > 2 { self.constant_integer(2, "a limit")? } else { -1 };
        let columns = vec![self.as_type(0, &DataType::Utf8)?];
        let returns = list_of(DataType::Utf8);
        Ok(self.call(
            &format!("{label} {limit}"),
            returns,
            columns,
            regex::split(pattern, label.is_empty(), limit),
        ))
    }

    fn array(&self) -> Result<Typed> {
        self.count(1..=usize::MAX)?;
        let values = (0..self.arguments.len()).map(|at| self.typed(at)).collect::<Result<Vec<_>>>()?;
        let (columns, of) = together(values, self.source)?;
        Ok(self.call("", list_of(of), columns, text::array))
    }

    fn to_timestamp(&self) -> Result<Typed> {
        self.count(1..=2)?;
        if self.arguments.len() == 1 {
            return self.typed(0)?.cast(&timestamp_type(), Mode::Cast, self.arguments[0]);
        }
        let pattern = self.constant_text(1, "a pattern")?;
        let parsed = DatePattern::parse(&pattern);
        let parsed = parsed.map_err(|message| SqlError::at(self.arguments[1].span(), message))?;
        let columns = vec![self.as_type(0, &DataType::Utf8)?];
        Ok(self.call(&pattern, timestamp_type(), columns, crate::spark::pattern::read(parsed)))
    }

    fn to_timestamp_or_date(&self) -> Result<Typed> {
        self.count(1..=2)?;
        if self.arguments.len() == 1 {
            return self.typed(0)?.cast(&DataType::Date32, Mode::Cast, self.arguments[0]);
        }
        self.to_timestamp()?.cast(&DataType::Date32, Mode::Cast, self.source)
    }

    fn date_part(&self, part: Part) -> Result<Typed> {
        self.count(1..=1)?;
        let columns = vec![self.as_type(0, &timestamp_type())?];
        Ok(self.call("", DataType::Int32, columns, date_parts::part(part)))
    }

    /// What chooses among its arguments.
    fn conditional(&self) -> Result<Typed> {
        match self.name {
            "coalesce" => self.count(1..=usize::MAX)?,
            "nvl" | "ifnull" | "nullif" => self.count(2..=2)?,
            "if" | "nvl2" => self.count(3..=3)?,
            "isnull" | "isnotnull" => self.count(1..=1)?,
            unknown => {
                let hint = did_you_mean(unknown, NAMES);
                return SqlError::on(
                    self.source,
                    format!("there is no function {unknown} for cleaning{hint}"),
                );
            }
        }
        let mut values = (0..self.arguments.len()).map(|at| self.typed(at)).collect::<Result<Vec<_>>>()?;
        match self.name {
            "isnull" => Ok(Typed::boolean(values.remove(0).expr.is_null())),
            "isnotnull" => Ok(Typed::boolean(values.remove(0).expr.is_not_null())),
            "nullif" => {
                let (left, right) = (values.remove(0), values.remove(0));
                let null = Typed { expr: Expr::Literal(ScalarValue::Null, None), of: DataType::Null };
                let same = equal(left.clone(), right, self.source)?;
                case_of(vec![(same, null)], Some(left), self.source)
            }
            "if" => {
                let condition =
                    values.remove(0).cast(&DataType::Boolean, Mode::Cast, self.arguments[0])?.expr;
                let (then, otherwise) = (values.remove(0), values.remove(0));
                case_of(vec![(condition, then)], Some(otherwise), self.source)
            }
            "nvl2" => {
                let condition = values.remove(0).expr.is_not_null();
                let (then, otherwise) = (values.remove(0), values.remove(0));
                case_of(vec![(condition, then)], Some(otherwise), self.source)
            }
            _ => {
                let last = values.pop();
                let present = |value: Typed| (value.expr.clone().is_not_null(), value);
                let branches: Vec<_> = values.into_iter().map(present).collect();
                match last {
                    Some(last) if branches.is_empty() => Ok(last),
                    last => case_of(branches, last, self.source),
                }
            }
        }
    }

    fn constant_text(&self, at: usize, what: &str) -> Result<String> {
        match self.typed(at)?.as_text() {
            Some(text) => Ok(text.to_owned()),
            None => SqlError::on(
                self.arguments[at],
                format!("{what} has to be a string in the SQL, so that it can be checked beforehand"),
            ),
        }
    }

    fn constant_integer(&self, at: usize, what: &str) -> Result<i32> {
        match self.typed(at)?.as_integer() {
            Some(number) => Ok(number),
            None => SqlError::on(self.arguments[at], format!("{what} has to be a whole number in the SQL")),
        }
    }
}

fn list_of(item: DataType) -> DataType {
    DataType::List(std::sync::Arc::new(Field::new("element", item, true)))
}
