//! Methods of Java's numbers and booleans, static ones among them: Velocity reaches those through any instance, and
//! `$number.parseInt($text)` is how templates turn text into numbers. What must stay true: a text that is no number fails as
//! `NumberFormatException` does.

use num_bigint::BigInt;

use super::{Call, null_argument};
use crate::{
    error::Failure,
    value::{Value, compare, to_double},
};

/// `number.name(arguments)`; nothing when there is no such method.
pub(super) fn call(
    _call: &mut Call<'_>,
    target: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    if let Value::Bool(truth) = target {
        return Ok(of_boolean(*truth, name, arguments));
    }
    let own = match (name, arguments) {
        ("intValue", []) => target.int_value().map(Value::Int),
        ("shortValue", []) => target.int_value().map(|number| Value::Int(i32::from(number as i16))),
        ("byteValue", []) => target.int_value().map(|number| Value::Int(i32::from(number as i8))),
        ("longValue", []) => target.long_value().map(Value::Long),
        ("doubleValue", []) => to_double(target).map(Value::Double),
        ("floatValue", []) => to_double(target).map(|number| Value::Double(nearest_float(number))),
        ("compareTo", [other]) if std::mem::discriminant(target) == std::mem::discriminant(other) => {
            compare(target, other).map(|order| Value::Int(order as i32))
        }
        ("compareTo", [_]) => {
            return Err(Failure::Method("numbers of different types cannot be compared".to_owned()));
        }
        _ => None,
    };
    if own.is_some() {
        return Ok(own);
    }
    match target {
        Value::Int(_) => of_integer(name, arguments),
        Value::Long(_) => of_long(name, arguments),
        Value::Double(number) => of_double(*number, name, arguments),
        Value::BigInt(number) => Ok(of_big(number, name, arguments)),
        _ => Ok(None),
    }
}

fn of_boolean(truth: bool, name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("booleanValue", []) => Value::Bool(truth),
        ("parseBoolean" | "valueOf", [Value::Str(text)]) => Value::Bool(text.eq_ignore_ascii_case("true")),
        ("compareTo", [Value::Bool(other)]) => Value::Int(truth.cmp(other) as i32),
        _ => return None,
    })
}

fn of_integer(name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    Ok(Some(match (name, arguments) {
        ("parseInt" | "valueOf" | "decode", [Value::Str(text)]) => {
            Value::Int(parse(text, 10, i32::from_str_radix)?)
        }
        ("parseInt" | "valueOf", [Value::Str(text), Value::Int(radix)]) => {
            Value::Int(parse(text, *radix, i32::from_str_radix)?)
        }
        ("parseInt" | "valueOf", [Value::Null]) => return Err(null_argument(name)),
        ("valueOf", [Value::Int(number)]) => Value::Int(*number),
        ("toString", [Value::Int(number)]) => Value::from(number.to_string()),
        ("toString", [Value::Int(number), Value::Int(radix)]) => {
            Value::from(in_radix(i64::from(*number), *radix))
        }
        ("toHexString", [Value::Int(number)]) => Value::from(format!("{number:x}")),
        ("toOctalString", [Value::Int(number)]) => Value::from(format!("{number:o}")),
        ("toBinaryString", [Value::Int(number)]) => Value::from(format!("{number:b}")),
        ("signum", [Value::Int(number)]) => Value::Int(number.signum()),
        ("max", [Value::Int(left), Value::Int(right)]) => Value::Int(*left.max(right)),
        ("min", [Value::Int(left), Value::Int(right)]) => Value::Int(*left.min(right)),
        ("sum", [Value::Int(left), Value::Int(right)]) => Value::Int(left.wrapping_add(*right)),
        ("compare", [Value::Int(left), Value::Int(right)]) => Value::Int(left.cmp(right) as i32),
        _ => return Ok(None),
    }))
}

fn of_long(name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    if let ("parseLong" | "valueOf" | "decode", [Value::Str(text)]) = (name, arguments) {
        return Ok(Some(Value::Long(parse(text, 10, i64::from_str_radix)?)));
    }
    if let ("parseLong" | "valueOf", [Value::Str(text), Value::Int(radix)]) = (name, arguments) {
        return Ok(Some(Value::Long(parse(text, *radix, i64::from_str_radix)?)));
    }
    let long = |value: &Value| match value {
        Value::Int(_) | Value::Long(_) => value.long_value(),
        _ => None,
    };
    Ok(match (name, arguments) {
        ("parseLong" | "valueOf", [Value::Null]) => return Err(null_argument(name)),
        ("valueOf", [number]) => long(number).map(Value::Long),
        ("toString", [number]) => long(number).map(|number| Value::from(number.to_string())),
        ("toHexString", [number]) => long(number).map(|number| Value::from(format!("{number:x}"))),
        ("toString", [number, Value::Int(radix)]) => {
            long(number).map(|number| Value::from(in_radix(number, *radix)))
        }
        ("toOctalString", [number]) => long(number).map(|number| Value::from(format!("{number:o}"))),
        ("toBinaryString", [number]) => long(number).map(|number| Value::from(format!("{number:b}"))),
        ("signum", [number]) => long(number).map(|number| Value::Int(number.signum() as i32)),
        ("max", [left, right]) => {
            long(left).zip(long(right)).map(|(left, right)| Value::Long(left.max(right)))
        }
        ("min", [left, right]) => {
            long(left).zip(long(right)).map(|(left, right)| Value::Long(left.min(right)))
        }
        ("sum", [left, right]) => {
            long(left).zip(long(right)).map(|(left, right)| Value::Long(left.wrapping_add(right)))
        }
        ("compare", [left, right]) => {
            long(left).zip(long(right)).map(|(left, right)| Value::Int(left.cmp(&right) as i32))
        }
        _ => None,
    })
}

fn of_double(target: f64, name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    Ok(match (name, arguments) {
        ("isNaN", []) => Some(Value::Bool(target.is_nan())),
        ("isInfinite", []) => Some(Value::Bool(target.is_infinite())),
        ("parseDouble" | "valueOf", [Value::Str(text)]) => {
            let trimmed =
                text.trim_matches(|character| character <= ' ').trim_end_matches(['d', 'D', 'f', 'F']);
            let is_decimal =
                trimmed.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
            match trimmed.parse() {
                Ok(number) if is_decimal => Some(Value::Double(number)),
                _ => return Err(not_a_number(text)),
            }
        }
        ("parseDouble" | "valueOf", [Value::Null]) => return Err(null_argument(name)),
        ("valueOf", [number]) => to_double(number).map(Value::Double),
        ("toString", [number]) => {
            to_double(number).map(|number| Value::from(crate::value::double_text(number)))
        }
        ("max", [left, right]) => {
            to_double(left).zip(to_double(right)).map(|(left, right)| Value::Double(left.max(right)))
        }
        ("min", [left, right]) => {
            to_double(left).zip(to_double(right)).map(|(left, right)| Value::Double(left.min(right)))
        }
        ("sum", [left, right]) => {
            to_double(left).zip(to_double(right)).map(|(left, right)| Value::Double(left + right))
        }
        ("compare", [left, right]) => to_double(left)
            .zip(to_double(right))
            .map(|(left, right)| Value::Int(left.total_cmp(&right) as i32)),
        _ => None,
    })
}

fn of_big(target: &BigInt, name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("signum", []) => Value::Int(target.cmp(&BigInt::ZERO) as i32),
        ("negate", []) => Value::from(-target),
        ("abs", []) => Value::from(BigInt::from(target.magnitude().clone())),
        _ => return None,
    })
}

/// Parses what Java's `parseInt` takes: a sign and digits, nothing else.
fn parse<T, E>(text: &str, radix: i32, parse: impl FnOnce(&str, u32) -> Result<T, E>) -> Result<T, Failure> {
    let radix = u32::try_from(radix)
        .ok()
        .filter(|radix| (2..=36).contains(radix))
        .ok_or_else(|| not_a_number(text))?;
    parse(text, radix).map_err(|_| not_a_number(text))
}

fn not_a_number(text: &str) -> Failure {
    Failure::Method(format!("`{}` is not a number of this kind", crate::error::quoted_piece(text)))
}

fn in_radix(number: i64, radix: i32) -> String {
    let radix = u64::try_from(radix).ok().filter(|radix| (2..=36).contains(radix)).unwrap_or(10);
    let mut left = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((left % radix) as u32, radix as u32).unwrap_or('0'));
        left /= radix;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

/// The double that prints as the nearest float does.
fn nearest_float(number: f64) -> f64 {
    let float = number as f32;
    float.to_string().parse().unwrap_or_else(|_| f64::from(float))
}
