//! Functions that choose among their arguments.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator, binary_expr};

use super::super::error::{Result, SqlError};
use super::super::expression::{Typed, case_of, equal, together};
use super::super::types;
use super::Call;
use crate::spark::cast::Mode;
use crate::spark::{choose, rows};

pub(super) const NAMES: &[&str] = &[
    "bigint",
    "binary",
    "boolean",
    "decimal",
    "double",
    "float",
    "int",
    "smallint",
    "tinyint",
    "coalesce",
    "decode",
    "equal_null",
    "greatest",
    "if",
    "ifnull",
    "isnan",
    "isnotnull",
    "isnull",
    "least",
    "nanvl",
    "nullif",
    "nullifzero",
    "nvl",
    "nvl2",
    "typeof",
    "zeroifnull",
];

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    if let Some(to) = cast_of(call.name) {
        call.count(1..=1)?;
        return call.typed(0)?.cast(&to, Mode::Cast, call.arguments[0]);
    }
    match call.name {
        "coalesce" => call.count(1..=usize::MAX)?,
        "greatest" | "least" | "decode" => call.count(2..=usize::MAX)?,
        "nvl" | "ifnull" | "nullif" | "nanvl" | "equal_null" => call.count(2..=2)?,
        "if" | "nvl2" => call.count(3..=3)?,
        _ => call.count(1..=1)?,
    }
    let mut values = (0..call.arguments.len()).map(|at| call.typed(at)).collect::<Result<Vec<_>>>()?;
    let source = call.source;
    match call.name {
        "isnull" => Ok(Typed::boolean(values.remove(0).expr.is_null())),
        "isnotnull" => Ok(Typed::boolean(values.remove(0).expr.is_not_null())),
        "isnan" => call.of_types(
            &[DataType::Float64],
            1,
            DataType::Boolean,
            rows::booleans(|row| Some(row.double(0).is_some_and(f64::is_nan))),
        ),
        "typeof" => match &values[0].of {
            DataType::Struct(_) | DataType::Map(..) => {
                SqlError::on(source, "typeof is for plain values and lists of them")
            }
            of => Ok(Typed::text(types::name(of).to_lowercase())),
        },
        "equal_null" | "nullif" | "nullifzero" | "zeroifnull" | "nanvl" => nulls(call, values),
        "greatest" | "least" => {
            let (columns, of) = together(values, source)?;
            Ok(call.call("", of, columns, choose::extreme(call.name == "greatest")))
        }
        "decode" => decode(call, values),
        "if" => {
            let condition = values.remove(0).cast(&DataType::Boolean, Mode::Cast, call.arguments[0])?.expr;
            let (then, otherwise) = (values.remove(0), values.remove(0));
            case_of(vec![(condition, then)], Some(otherwise), source)
        }
        "nvl2" => {
            let condition = values.remove(0).expr.is_not_null();
            let (then, otherwise) = (values.remove(0), values.remove(0));
            case_of(vec![(condition, then)], Some(otherwise), source)
        }
        _ => {
            let last = values.pop();
            let present = |value: Typed| (value.expr.clone().is_not_null(), value);
            let branches: Vec<_> = values.into_iter().map(present).collect();
            match last {
                Some(last) if branches.is_empty() => Ok(last),
                last => case_of(branches, last, source),
            }
        }
    }
}

/// What makes nulls, or compares with them.
fn nulls(call: &Call<'_>, mut values: Vec<Typed>) -> Result<Typed> {
    let source = call.source;
    match call.name {
        "equal_null" => {
            let (right, left) = (values.pop(), values.pop());
            let (Some(left), Some(right)) = (left, right) else { return SqlError::on(source, "two values") };
            let Some(of) = types::comparable(&left.of, &right.of) else {
                return SqlError::on(source, "these two cannot be compared");
            };
            let (left, right) = (left.cast(&of, Mode::Cast, source)?, right.cast(&of, Mode::Cast, source)?);
            Ok(Typed::boolean(binary_expr(left.expr, Operator::IsNotDistinctFrom, right.expr)))
        }
        "nullif" => {
            let (left, right) = (values.remove(0), values.remove(0));
            let same = equal(left.clone(), right, source)?;
            case_of(vec![(same, null())], Some(left), source)
        }
        "nullifzero" | "zeroifnull" => {
            let value = values.remove(0);
            let zero = Typed { expr: Expr::Literal(ScalarValue::Int32(Some(0)), None), of: DataType::Int32 };
            if call.name == "nullifzero" {
                let same = equal(value.clone(), zero, source)?;
                return case_of(vec![(same, null())], Some(value), source);
            }
            case_of(vec![(value.expr.clone().is_null(), zero)], Some(value), source)
        }
        _ => call.of_types(
            &[DataType::Float64, DataType::Float64],
            2,
            DataType::Float64,
            rows::doubles(|row| {
                let value = row.double(0)?;
                if value.is_nan() { row.double(1) } else { Some(value) }
            }),
        ),
    }
}

/// Types that are functions too: `int('12')`.
fn cast_of(name: &str) -> Option<DataType> {
    Some(match name {
        "bigint" => DataType::Int64,
        "binary" => DataType::Binary,
        "boolean" => DataType::Boolean,
        "decimal" => DataType::Decimal128(10, 0),
        "double" => DataType::Float64,
        "float" => DataType::Float32,
        "int" => DataType::Int32,
        "smallint" => DataType::Int16,
        "tinyint" => DataType::Int8,
        _ => return None,
    })
}

fn null() -> Typed {
    Typed { expr: Expr::Literal(ScalarValue::Null, None), of: DataType::Null }
}

/// `decode(value, search, result, .., default)`, where null equals null; with two arguments bytes and a character set.
fn decode(call: &Call<'_>, values: Vec<Typed>) -> Result<Typed> {
    if values.len() == 2 {
        return super::text::charset(call);
    }
    let mut values = values.into_iter();
    let Some(value) = values.next() else { return SqlError::on(call.source, "decode needs a value") };
    let mut branches = Vec::new();
    let mut otherwise = None;
    while let Some(search) = values.next() {
        let Some(result) = values.next() else {
            otherwise = Some(search);
            break;
        };
        let Some(of) = types::comparable(&value.of, &search.of) else {
            return SqlError::on(call.source, "decode compares values of one kind; cast them");
        };
        let left = value.clone().cast(&of, Mode::Cast, call.source)?;
        let right = search.cast(&of, Mode::Cast, call.source)?;
        branches.push((binary_expr(left.expr, Operator::IsNotDistinctFrom, right.expr), result));
    }
    // Without a default Spark's is a null STRING, which makes all results STRINGs.
    let nothing = || Typed { expr: Expr::Literal(ScalarValue::Utf8(None), None), of: DataType::Utf8 };
    case_of(branches, Some(otherwise.unwrap_or_else(nothing)), call.source)
}
