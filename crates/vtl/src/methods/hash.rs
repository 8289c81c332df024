//! Java's `hashCode`, for templates that print it. What must stay true: the depth is bounded and every value is paid for.

use super::Call;
use crate::{
    error::Failure,
    value::{Printer, Value},
};

/// The code of `value`; nothing for what has a code of its own on every run.
pub(super) fn code(call: &mut Call<'_>, value: &Value, depth: u32) -> Result<Option<i32>, Failure> {
    Printer::check_depth(depth)?;
    call.budget.step()?;
    Ok(Some(match value {
        Value::Null => 0,
        Value::Bool(truth) => {
            if *truth {
                1231
            } else {
                1237
            }
        }
        Value::Int(number) => *number,
        Value::Long(number) => fold(number.cast_unsigned()),
        Value::Double(number) => fold(number.to_bits()),
        Value::BigInt(number) => {
            let digits = number.magnitude().to_u32_digits();
            let code =
                digits.iter().rev().fold(0_u32, |code, digit| code.wrapping_mul(31).wrapping_add(*digit));
            let code = code.cast_signed();
            if number.sign() == num_bigint::Sign::Minus { code.wrapping_neg() } else { code }
        }
        Value::Str(text) => of_text(text),
        Value::List(list) => {
            call.budget.steps(list.len() as u64)?;
            let mut sum = 1_i32;
            for item in list.to_vec() {
                let Some(item) = code(call, &item, depth + 1)? else { return Ok(None) };
                sum = sum.wrapping_mul(31).wrapping_add(item);
            }
            sum
        }
        Value::Map(map) => {
            call.budget.steps(map.len() as u64)?;
            let mut sum = 0_i32;
            for (key, item) in map.entries() {
                let Some(key) = code(call, &key.to_value(), depth + 1)? else { return Ok(None) };
                let Some(item) = code(call, &item, depth + 1)? else { return Ok(None) };
                sum = sum.wrapping_add(key ^ item);
            }
            sum
        }
        Value::Host(_) | Value::Engine(_) => return Ok(None),
    }))
}

fn of_text(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |code, unit| code.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

fn fold(bits: u64) -> i32 {
    ((bits ^ (bits >> 32)) as u32).cast_signed()
}
