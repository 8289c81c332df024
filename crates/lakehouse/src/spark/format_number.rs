//! `format_number`: commas between thousands, a fixed number of decimals.
//!
//! What must stay true: rounding is half to even, of the number as it is printed, as Java's `DecimalFormat` does it.

use super::{decimal, number};

/// Of a decimal; `None` for fewer than no decimals.
pub(crate) fn of_decimal(unscaled: i128, scale: i8, decimals: i32) -> Option<String> {
    let decimals = usize::try_from(decimals).ok()?;
    let mut digits = String::new();
    decimal::write(unscaled, scale, &mut digits);
    Some(of_digits(&digits, decimals))
}

/// Of a double.
pub(crate) fn of_double(value: f64, decimals: i32) -> Option<String> {
    let decimals = usize::try_from(decimals).ok()?;
    if !value.is_finite() {
        let sign = if value < 0.0 { "-" } else { "" };
        return Some(if value.is_nan() { "NaN".to_owned() } else { format!("{sign}∞") });
    }
    let mut printed = String::new();
    number::write_double(value, &mut printed);
    let plain = match printed.split_once('E') {
        None => printed,
        Some(_) => format!("{value}"),
    };
    Some(of_digits(&plain, decimals))
}

/// Of a number's digits: `-12332.123456`.
fn of_digits(number: &str, decimals: usize) -> String {
    let (negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut digits: Vec<u8> =
        whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(decimals)).collect();
    let rest = fraction.as_bytes().get(decimals..).unwrap_or_default();
    let is_half = rest.first() == Some(&b'5') && rest[1..].iter().all(|&digit| digit == b'0');
    let is_odd = digits.last().is_some_and(|digit| digit % 2 == 1);
    if rest.first() >= Some(&b'5') && (!is_half || is_odd) {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            if digits[at] == b'9' {
                digits[at] = b'0';
            } else {
                digits[at] += 1;
                break;
            }
        }
    }
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let mut out = String::new();
    if negative {
        out.push('-');
    }
    for (at, &digit) in whole.iter().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(char::from(digit));
    }
    if decimals > 0 {
        out.push('.');
        out.extend(fraction.iter().copied().map(char::from));
    }
    out
}
