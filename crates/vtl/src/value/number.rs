//! Java's arithmetic as Velocity uses it: the result is of the wider operand's type and widens when it does not fit
//! (Integer, Long, BigInteger); a double on either side makes a double. What must stay true: no operation panics, and a
//! division by zero has no result.

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;

use super::Value;

/// The five operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// Whether a number is zero, which a division must not be given.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Int(number) => *number == 0,
        Value::Long(number) => *number == 0,
        Value::BigInt(number) => **number == BigInt::ZERO,
        Value::Double(number) => *number == 0.0,
        _ => false,
    }
}

/// `left operator right`; nothing when a side is not a number or a divisor is zero.
pub(crate) fn arithmetic(operator: Arithmetic, left: &Value, right: &Value) -> Option<Value> {
    if matches!(operator, Arithmetic::Divide | Arithmetic::Modulo) && is_zero(right) {
        return None;
    }
    if matches!(left, Value::Double(_)) || matches!(right, Value::Double(_)) {
        return Some(Value::Double(on_doubles(operator, to_double(left)?, to_double(right)?)));
    }
    if let (Some((left_long, left_wide)), Some((right_long, right_wide))) = (to_long(left), to_long(right))
        && let Some(result) = on_longs(operator, left_long, right_long)
    {
        let is_wide = left_wide || right_wide;
        return Some(if is_wide { Value::Long(result) } else { Value::integer(result) });
    }
    let (left, right) = (to_big(left)?, to_big(right)?);
    on_big_integers(operator, &left, &right).map(Value::from)
}

/// How two numbers compare; nothing when a side is not a number, equal when a side is not a number in IEEE's sense.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    if matches!(left, Value::Double(_)) || matches!(right, Value::Double(_)) {
        let (left, right) = (to_double(left)?, to_double(right)?);
        return Some(left.partial_cmp(&right).unwrap_or(Ordering::Equal));
    }
    match (to_long(left), to_long(right)) {
        (Some((left, _)), Some((right, _))) => Some(left.cmp(&right)),
        _ => Some(to_big(left)?.cmp(&to_big(right)?)),
    }
}

fn on_doubles(operator: Arithmetic, left: f64, right: f64) -> f64 {
    match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::Modulo => left % right,
    }
}

fn on_longs(operator: Arithmetic, left: i64, right: i64) -> Option<i64> {
    match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        // Java wraps Long.MIN_VALUE / -1 around.
        Arithmetic::Divide => (right != 0).then(|| left.wrapping_div(right)),
        Arithmetic::Modulo => (right != 0).then(|| left.wrapping_rem(right)),
    }
}

fn on_big_integers(operator: Arithmetic, left: &BigInt, right: &BigInt) -> Option<BigInt> {
    match operator {
        Arithmetic::Add => Some(left + right),
        Arithmetic::Subtract => Some(left - right),
        Arithmetic::Multiply => Some(left * right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Modulo => {
            // BigInteger.mod is never negative and refuses a modulus that is not positive.
            if *right <= BigInt::ZERO {
                return None;
            }
            let remainder = left % right;
            Some(if remainder < BigInt::ZERO { remainder + right } else { remainder })
        }
    }
}

/// The number as Java's `longValue` where that loses nothing, and whether it is a `Long`.
fn to_long(value: &Value) -> Option<(i64, bool)> {
    match value {
        Value::Int(number) => Some((i64::from(*number), false)),
        Value::Long(number) => Some((*number, true)),
        _ => None,
    }
}

/// A length or place as Java's `int`, which everything that fits in memory here fits into.
pub(crate) fn java_size(size: usize) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

/// The number as Java's `doubleValue`.
pub(crate) fn to_double(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        Value::BigInt(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn to_big(value: &Value) -> Option<Arc<BigInt>> {
    match value {
        Value::Int(number) => Some(Arc::new(BigInt::from(*number))),
        Value::Long(number) => Some(Arc::new(BigInt::from(*number))),
        Value::BigInt(number) => Some(Arc::clone(number)),
        _ => None,
    }
}

/// `Double.toString`: shortest digits that read back, plain between 0.001 and 10,000,000, else with an exponent.
pub(crate) fn double_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned();
    }
    let (digits, exponent) = decimal_digits(number.abs());
    let sign = if number < 0.0 { "-" } else { "" };
    let size = java_size(digits.len());
    match exponent {
        0..=6 if exponent + 1 >= size => {
            format!("{sign}{digits}{}.0", "0".repeat((exponent + 1 - size).unsigned_abs() as usize))
        }
        0..=6 => {
            let (whole, fraction) = digits.split_at((exponent + 1).unsigned_abs() as usize);
            format!("{sign}{whole}.{fraction}")
        }
        -3..=-1 => format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1).unsigned_abs() as usize)),
        _ => {
            let (whole, fraction) = digits.split_at(1);
            let fraction = if fraction.is_empty() { "0" } else { fraction };
            format!("{sign}{whole}.{fraction}E{exponent}")
        }
    }
}

/// The shortest digits of a positive finite number and the decimal exponent of the first.
fn decimal_digits(number: f64) -> (String, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(number);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let leading_zeros = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0').to_owned();
    (digits, exponent + java_size(whole.len()) - 1 - java_size(leading_zeros))
}

impl Value {
    /// Java's `intValue` of a number.
    pub(crate) fn int_value(&self) -> Option<i32> {
        match self {
            Self::Double(number) => Some(*number as i32),
            other => Some(other.long_value()? as i32),
        }
    }

    /// Java's `longValue` of a number.
    pub(crate) fn long_value(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(i64::from(*number)),
            Self::Long(number) => Some(*number),
            Self::Double(number) => Some(*number as i64),
            Self::BigInt(number) => {
                let low = number.magnitude().iter_u64_digits().next().unwrap_or(0).cast_signed();
                let is_negative = number.sign() == num_bigint::Sign::Minus;
                Some(if is_negative { low.wrapping_neg() } else { low })
            }
            _ => None,
        }
    }
}
