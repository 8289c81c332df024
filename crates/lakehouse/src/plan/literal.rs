//! Literals: strings with Spark's escapes, numbers with Spark's types.
//!
//! What must stay true: `1` is INT, `3000000000` BIGINT, `1.5` DECIMAL(2,1), `1e3` DOUBLE, `1L` BIGINT, as in
//! <https://spark.apache.org/docs/latest/sql-ref-literals.html>.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::{self, Value, ValueWithSpan};

use super::error::{Result, SqlError};
use super::expression::Typed;
use crate::schema::timestamp_type;
use crate::spark::cast::Mode;
use crate::spark::decimal;

pub(super) fn literal(value: &ValueWithSpan) -> Result<Typed> {
    let (scalar, of) = match &value.value {
        Value::SingleQuotedString(text) => return Ok(Typed::text(unescape(text, '\''))),
        Value::DoubleQuotedString(text) => return Ok(Typed::text(unescape(text, '"'))),
        Value::SingleQuotedRawStringLiteral(text) | Value::DoubleQuotedRawStringLiteral(text) => {
            return Ok(Typed::text(text.clone()));
        }
        Value::Boolean(bit) => (ScalarValue::Boolean(Some(*bit)), DataType::Boolean),
        Value::Null => (ScalarValue::Null, DataType::Null),
        Value::Number(digits, long) => {
            let number = number(digits, *long);
            number.ok_or_else(|| SqlError::at(value.span, format!("the number {digits} is too large")))?
        }
        other => return Err(SqlError::at(value.span, format!("the literal {other} is not supported"))),
    };
    Ok(Typed { expr: Expr::Literal(scalar, None), of })
}

/// `DATE '2022-02-03'` and `TIMESTAMP '2022-02-03 11:05:11'`.
pub(super) fn typed(literal: &ast::TypedString, source: &ast::Expr) -> Result<Typed> {
    let text = match &literal.value.value {
        Value::SingleQuotedString(text) => unescape(text, '\''),
        Value::DoubleQuotedString(text) => unescape(text, '"'),
        other => return SqlError::on(source, format!("the literal {other} is not supported")),
    };
    let to = match &literal.data_type {
        ast::DataType::Date => DataType::Date32,
        ast::DataType::Timestamp(..) => timestamp_type(),
        other => return SqlError::on(source, format!("there are no literals of {other}; cast a string")),
    };
    let value = Typed::text(text.clone()).cast(&to, Mode::Cast, source)?;
    match &value.expr {
        Expr::Literal(scalar, _) if scalar.is_null() => {
            SqlError::on(source, format!("'{text}' is no {}", super::types::name(&to)))
        }
        _ => Ok(value),
    }
}

fn number(digits: &str, long: bool) -> Option<(ScalarValue, DataType)> {
    if digits.contains(['e', 'E']) {
        return Some((ScalarValue::Float64(Some(digits.parse().ok()?)), DataType::Float64));
    }
    if let Some((whole, fraction)) = digits.split_once('.') {
        let scale = u8::try_from(fraction.len()).ok()?;
        let precision = u8::try_from(whole.trim_start_matches('0').len()).ok()?.checked_add(scale)?.max(1);
        return exact(digits, precision, scale.cast_signed());
    }
    if let Ok(number) = digits.parse::<i32>()
        && !long
    {
        return Some((ScalarValue::Int32(Some(number)), DataType::Int32));
    }
    match digits.parse::<i64>() {
        Ok(number) => Some((ScalarValue::Int64(Some(number)), DataType::Int64)),
        Err(_) => exact(digits, u8::try_from(digits.len()).ok()?, 0),
    }
}

fn exact(digits: &str, precision: u8, scale: i8) -> Option<(ScalarValue, DataType)> {
    if precision > 38 {
        return None;
    }
    let unscaled = decimal::parse(digits, precision, scale)?;
    Some((ScalarValue::Decimal128(Some(unscaled), precision, scale), DataType::Decimal128(precision, scale)))
}

/// A string between `quote`s with its escapes resolved. A doubled quote is two strings side by side, which Spark joins.
pub(super) fn unescape(raw: &str, quote: char) -> String {
    let doubled = [quote, quote].iter().collect::<String>();
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(&doubled) {
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            out.push(c);
            continue;
        }
        let (bytes, c) = escape(rest);
        match c {
            Some(c) => out.push(c),
            None => out.extend(["\\", &rest[..bytes]]),
        }
        rest = &rest[bytes..];
    }
    out
}

/// What stands after a backslash: how many bytes it takes and which character it is; `%` and `_` keep their backslash.
fn escape(rest: &str) -> (usize, Option<char>) {
    let Some(c) = rest.chars().next() else { return (0, None) };
    let coded = |range: std::ops::Range<usize>, radix| {
        let digits = rest.get(range)?;
        if !digits.chars().all(|digit| digit.is_digit(radix)) {
            return None;
        }
        char::from_u32(u32::from_str_radix(digits, radix).ok()?)
    };
    if c == 'u'
        && let Some(found) = coded(1..5, 16)
    {
        return (5, Some(found));
    }
    if c == 'U'
        && let Some(found) = coded(1..9, 16)
    {
        return (9, Some(found));
    }
    if ('0'..='1').contains(&c)
        && let Some(found) = coded(0..3, 8)
    {
        return (3, Some(found));
    }
    let plain = match c {
        '0' => '\0',
        'b' => '\u{8}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'Z' => '\u{1A}',
        '%' | '_' => return (1, None),
        other => other,
    };
    (c.len_utf8(), Some(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_sparks_escapes() {
        assert_eq!(unescape(r"a\tb\u0041\101\%\_\x\\d", '\''), "a\tbAA\\%\\_x\\d");
        assert_eq!(unescape("it''s", '\''), "its");
        assert_eq!(unescape(r"it\'s", '\''), "it's");
        assert_eq!(unescape(r"\U0001F600\é", '"'), "😀é");
    }

    #[test]
    fn numbers_have_sparks_types() {
        let of = |digits, long| number(digits, long).map(|(_, of)| of.to_string());
        assert_eq!(of("1", false).as_deref(), Some("Int32"));
        assert_eq!(of("1", true).as_deref(), Some("Int64"));
        assert_eq!(of("3000000000", false).as_deref(), Some("Int64"));
        assert_eq!(of("1.5", false).as_deref(), Some("Decimal128(2, 1)"));
        assert_eq!(of("0.25", false).as_deref(), Some("Decimal128(2, 2)"));
        assert_eq!(of("1e3", false).as_deref(), Some("Float64"));
        assert_eq!(of("99999999999999999999", false).as_deref(), Some("Decimal128(20, 0)"));
        assert_eq!(of(&"9".repeat(39), false), None);
    }
}
