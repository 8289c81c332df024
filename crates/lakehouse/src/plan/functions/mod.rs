//! The functions that a cleaning query may call, with Spark's names and Spark's results, one file to a family.
//!
//! What must stay true: a function is here only if it gives Spark's answer (the tests hold Spark's own); one that is not
//! here is refused with the nearest name; aggregates, windows, and what would give another answer at a replay, with the
//! reason why.

mod choose;
mod json;
mod list;
mod math;
mod patterns;
mod refused;
mod text;
mod time;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::error::ArrowError;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::column::Scope;
use super::error::{Result, SqlError, did_you_mean};
use super::expression::{Typed, expression, string};
use crate::spark::cast::Mode;
use crate::spark::{function, text as kernels};

pub(super) use list::subscript;
pub(super) use text::trim;

/// What a function does with its columns.
trait Kernel:
    Fn(&[ArrayRef], usize) -> std::result::Result<ArrayRef, ArrowError> + Send + Sync + 'static
{
}

impl<F: Fn(&[ArrayRef], usize) -> std::result::Result<ArrayRef, ArrowError> + Send + Sync + 'static> Kernel
    for F
{
}

type Family = (&'static [&'static str], fn(&Call<'_>) -> Result<Typed>);

const FAMILIES: [Family; 7] = [
    (choose::NAMES, choose::call),
    (patterns::NAMES, patterns::call),
    (text::NAMES, text::call),
    (list::NAMES, list::call),
    (math::NAMES, math::call),
    (time::NAMES, time::call),
    (json::NAMES, json::call),
];

/// Every function, for hints and for the documentation's test.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().flat_map(|(names, _)| names.iter().copied())
}

/// A call as it stands in the SQL.
pub(super) fn function(scope: &Scope, call: &ast::Function, source: &ast::Expr) -> Result<Typed> {
    let name = call.name.to_string().replace('`', "").to_lowercase();
    if call.over.is_some() {
        return SqlError::on(
            source,
            "a window function is not row by row; a cleaning query sees one record at a time",
        );
    }
    if let Some(reason) = refused::reason(&name) {
        return SqlError::on(source, format!("{name} {reason}"));
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
    let Some((_, family)) = FAMILIES.iter().find(|(names, _)| names.contains(&name)) else {
        let hint = did_you_mean(name, names());
        return SqlError::on(source, format!("there is no function {name} for cleaning{hint}"));
    };
    family(&Call { scope, name, arguments, source })
}

/// A call whose arguments are still SQL.
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
        let typed = self.typed(at)?;
        if *to == DataType::Binary && !matches!(typed.of, DataType::Binary) {
            let text = typed.cast(&DataType::Utf8, Mode::Cast, self.arguments[at])?;
            return Ok(text.cast(to, Mode::Cast, self.arguments[at])?.expr);
        }
        Ok(typed.cast(to, Mode::Cast, self.arguments[at])?.expr)
    }

    /// Strings to a string.
    fn texts(&self, count: std::ops::RangeInclusive<usize>, kernel: impl Kernel) -> Result<Typed> {
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
        kernel: impl Kernel,
    ) -> Result<Typed> {
        self.count(least..=of.len())?;
        let columns = of.iter().take(self.arguments.len()).enumerate();
        let columns = columns.map(|(at, of)| self.as_type(at, of)).collect::<Result<Vec<_>>>()?;
        Ok(self.call("", returns, columns, kernel))
    }

    fn test(&self, test: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Result<Typed> {
        self.of_types(&[DataType::Utf8, DataType::Utf8], 2, DataType::Boolean, kernels::test(test))
    }

    /// The call of a kernel; `detail` says what beside the columns it depends on.
    fn call(&self, detail: &str, returns: DataType, columns: Vec<Expr>, kernel: impl Kernel) -> Typed {
        let label = format!("{} {detail}", self.name);
        Typed { expr: function::call(label, returns.clone(), columns, kernel), of: returns }
    }

    fn is_null_literal(&self, at: usize) -> Result<bool> {
        let typed = self.typed(at)?;
        Ok(matches!(&typed.expr, Expr::Literal(scalar, _) if scalar.is_null()))
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
