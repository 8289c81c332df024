//! Operators: arithmetic, comparison, logic, `||`.
//!
//! What must stay true: whole numbers wrap around, nothing divides by zero, decimals never grow past 38 digits (a query
//! where they could is refused), a string in arithmetic is read as a DOUBLE.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator, binary_expr};
use datafusion::sql::sqlparser::ast::{self, BinaryOperator, UnaryOperator};

use super::column::Scope;
use super::error::{Result, SqlError};
use super::expression::{Typed, condition, expression, string};
use super::{interval, types};
use crate::spark::cast::{Mode, is_integer, is_number};
use crate::spark::{arithmetic, function, text};

pub(super) fn unary(
    scope: &Scope,
    op: UnaryOperator,
    inner: &ast::Expr,
    source: &ast::Expr,
) -> Result<Typed> {
    match op {
        UnaryOperator::Not | UnaryOperator::BangNot => {
            Ok(Typed::boolean(Expr::Not(Box::new(condition(scope, inner)?))))
        }
        UnaryOperator::Plus | UnaryOperator::Minus => {
            let typed = number(expression(scope, inner)?, inner)?;
            if op == UnaryOperator::Plus {
                return Ok(typed);
            }
            let expr = match typed.expr {
                Expr::Literal(ScalarValue::Int32(Some(value)), meta) => {
                    Expr::Literal(ScalarValue::Int32(Some(value.wrapping_neg())), meta)
                }
                // The one INT whose positive is none: -2147483648.
                Expr::Literal(ScalarValue::Int64(Some(value)), _) if value == 1 << 31 => {
                    let least = ScalarValue::Int32(Some(i32::MIN));
                    return Ok(Typed { expr: Expr::Literal(least, None), of: DataType::Int32 });
                }
                expr => Expr::Negative(Box::new(expr)),
            };
            Ok(Typed { expr, of: typed.of })
        }
        other => SqlError::on(source, format!("the operator {other} is not supported")),
    }
}

pub(super) fn binary(
    scope: &Scope,
    left: &ast::Expr,
    op: &BinaryOperator,
    right: &ast::Expr,
    source: &ast::Expr,
) -> Result<Typed> {
    let comparison = match op {
        BinaryOperator::And => {
            return Ok(Typed::boolean(condition(scope, left)?.and(condition(scope, right)?)));
        }
        BinaryOperator::Or => {
            return Ok(Typed::boolean(condition(scope, left)?.or(condition(scope, right)?)));
        }
        BinaryOperator::StringConcat => {
            let pieces = vec![string(scope, left)?, string(scope, right)?];
            return Ok(Typed {
                expr: function::call("concat", DataType::Utf8, pieces, text::concat),
                of: DataType::Utf8,
            });
        }
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        BinaryOperator::Spaceship => Operator::IsNotDistinctFrom,
        _ => return arithmetic(scope, left, op, right, source),
    };
    compare(scope, left, comparison, right, source)
}

/// A comparison; what a string is compared with says how it is read.
pub(super) fn compare(
    scope: &Scope,
    left: &ast::Expr,
    op: Operator,
    right: &ast::Expr,
    source: &ast::Expr,
) -> Result<Typed> {
    let (left, right) = (expression(scope, left)?, expression(scope, right)?);
    let comparable = types::comparable(&left.of, &right.of);
    let Some(of) =
        comparable.filter(|of| !matches!(of, DataType::List(_) | DataType::Struct(_) | DataType::Map(..)))
    else {
        let message =
            format!("a {} cannot be compared with a {}", types::name(&left.of), types::name(&right.of));
        return SqlError::on(source, message);
    };
    let (left, right) = (left.cast(&of, Mode::Cast, source)?, right.cast(&of, Mode::Cast, source)?);
    Ok(Typed::boolean(binary_expr(left.expr, op, right.expr)))
}

/// A value that arithmetic is possible on.
fn number(typed: Typed, source: &ast::Expr) -> Result<Typed> {
    match &typed.of {
        DataType::Utf8 => typed.cast(&DataType::Float64, Mode::Cast, source),
        DataType::Null => typed.cast(&DataType::Int32, Mode::Cast, source),
        of if is_number(of) => Ok(typed),
        of => SqlError::on(source, format!("no arithmetic on a {}", types::name(of))),
    }
}

fn arithmetic(
    scope: &Scope,
    left: &ast::Expr,
    op: &BinaryOperator,
    right: &ast::Expr,
    source: &ast::Expr,
) -> Result<Typed> {
    let operator = match op {
        BinaryOperator::Plus => Some(Operator::Plus),
        BinaryOperator::Minus => Some(Operator::Minus),
        BinaryOperator::Multiply => Some(Operator::Multiply),
        BinaryOperator::Divide | BinaryOperator::Modulo | BinaryOperator::MyIntegerDivide => None,
        other => return SqlError::on(source, format!("the operator {other} is not supported")),
    };
    match (left, right) {
        (left, ast::Expr::Interval(interval)) => {
            return interval::moved(expression(scope, left)?, interval, op, source);
        }
        (ast::Expr::Interval(interval), right) if *op == BinaryOperator::Plus => {
            return interval::moved(expression(scope, right)?, interval, op, source);
        }
        _ => {}
    }
    let date = expression(scope, left)?;
    if date.of == DataType::Date32 {
        return interval::days(date, expression(scope, right)?, op, source);
    }
    let left_number = number(date, left)?;
    let right_number = number(expression(scope, right)?, right)?;
    let Some(of) = types::wider_number(&left_number.of, &right_number.of) else {
        return SqlError::on(source, "the result would have more than 38 digits; cast to fewer");
    };
    let exact = matches!(of, DataType::Decimal128(..));
    match operator {
        Some(operator) if exact => exact_arithmetic(left_number, operator, right_number, source),
        Some(operator) => {
            let (left, right) =
                (left_number.cast(&of, Mode::Cast, left)?, right_number.cast(&of, Mode::Cast, right)?);
            Ok(Typed { expr: binary_expr(left.expr, operator, right.expr), of })
        }
        None if exact => SqlError::on(source, "DECIMALs are not divided here; cast both sides to DOUBLE"),
        None => division(left_number, op, right_number, &of, source),
    }
}

/// `/` is on doubles, `div` on BIGINT, `%` in the wider type of the two.
fn division(
    left: Typed,
    op: &BinaryOperator,
    right: Typed,
    of: &DataType,
    source: &ast::Expr,
) -> Result<Typed> {
    let (wide, result) = match op {
        BinaryOperator::Divide => (DataType::Float64, DataType::Float64),
        BinaryOperator::MyIntegerDivide => (DataType::Int64, DataType::Int64),
        _ if is_integer(of) => (DataType::Int64, of.clone()),
        _ => (DataType::Float64, of.clone()),
    };
    if *op == BinaryOperator::MyIntegerDivide && !is_integer(of) {
        return SqlError::on(source, "DIV is for whole numbers; cast both sides to BIGINT");
    }
    let sides = vec![left.cast(&wide, Mode::Cast, source)?.expr, right.cast(&wide, Mode::Cast, source)?.expr];
    let expr = match op {
        BinaryOperator::Divide => function::call("divide", wide.clone(), sides, arithmetic::divide),
        BinaryOperator::MyIntegerDivide => {
            function::call("div", wide.clone(), sides, arithmetic::whole_quotient)
        }
        _ if is_integer(of) => function::call("remainder", wide.clone(), sides, arithmetic::remainder),
        _ => function::call("remainder of doubles", wide.clone(), sides, arithmetic::remainder_of_doubles),
    };
    Typed { expr, of: wide }.cast(&result, Mode::Cast, source)
}

/// Decimals: each side keeps its scale, the result has room for every digit, so nothing can overflow.
fn exact_arithmetic(left: Typed, operator: Operator, right: Typed, source: &ast::Expr) -> Result<Typed> {
    let left_digits = own_digits(&left);
    let right_digits = own_digits(&right);
    let (Some((precision_left, scale_left)), Some((precision_right, scale_right))) =
        (left_digits, right_digits)
    else {
        return SqlError::on(source, "no exact arithmetic on a FLOAT or DOUBLE");
    };
    let of = if operator == Operator::Multiply {
        types::decimal(precision_left + precision_right + 1, scale_left + scale_right)
    } else {
        let scale = scale_left.max(scale_right);
        let whole = (precision_left - scale_left).max(precision_right - scale_right);
        types::decimal(whole + scale + 1, scale)
    };
    let decimals =
        (of, types::decimal(precision_left, scale_left), types::decimal(precision_right, scale_right));
    let (Some(of), Some(left_type), Some(right_type)) = decimals else {
        return SqlError::on(source, "the result would have more than 38 digits; cast to fewer");
    };
    let left = left.cast(&left_type, Mode::Cast, source)?.expr;
    let right = right.cast(&right_type, Mode::Cast, source)?.expr;
    Ok(Typed { expr: binary_expr(left, operator, right), of })
}

/// Digits of a number; of a literal those that it has, not those of its type.
fn own_digits(typed: &Typed) -> Option<(i16, i16)> {
    let literal = match &typed.expr {
        Expr::Literal(ScalarValue::Int32(Some(number)), _) => Some(i64::from(*number)),
        Expr::Literal(ScalarValue::Int64(Some(number)), _) => Some(*number),
        _ => None,
    };
    match literal {
        Some(number) => Some((i16::try_from(number.unsigned_abs().to_string().len()).ok()?, 0)),
        None => types::digits(&typed.of),
    }
}
