//! Text to exact decimals.
//!
//! What must stay true: rounding is half up (away from zero), as `BigDecimal.setScale` in Spark; a number with more digits
//! than the type holds is no number; no exponent makes the work or the memory grow.

/// The unscaled value of `text` (`1.5`, `-.5`, `1e3`) as DECIMAL(precision, scale); no blanks are allowed.
pub(crate) fn parse(text: &str, precision: u8, scale: i8) -> Option<i128> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if whole.len() + fraction.len() == 0 || !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // How many of the digits stand before the point of the unscaled value.
    let kept = i64::try_from(whole.len()).ok()? + exponent + i64::from(scale);
    let mut unscaled: i128 = 0;
    let mut at: i64 = 0;
    for digit in digits() {
        if at >= kept {
            unscaled += i128::from(at == kept && digit >= b'5');
            break;
        }
        unscaled = unscaled.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        at += 1;
    }
    // Zeros that the exponent adds: none are needed after 0, and after 1 the 39th is too many.
    while at < kept && unscaled != 0 {
        unscaled = unscaled.checked_mul(10)?;
        at += 1;
    }
    in_range(if negative { -unscaled } else { unscaled }, precision)
}

/// The value, if it has no more than `precision` digits.
pub(crate) fn in_range(unscaled: i128, precision: u8) -> Option<i128> {
    (unscaled.unsigned_abs() < 10_u128.pow(u32::from(precision))).then_some(unscaled)
}

/// The same number with another scale, rounded half up.
pub(crate) fn rescale(unscaled: i128, from: i8, to: i8) -> Option<i128> {
    let power = |shift: i8| 10_i128.checked_pow(u32::from(shift.unsigned_abs()));
    if to >= from {
        return unscaled.checked_mul(power(to - from)?);
    }
    let Some(divisor) = power(from - to) else { return Some(0) };
    let (quotient, rest) = (unscaled / divisor, unscaled % divisor);
    let away = if rest.unsigned_abs() * 2 >= divisor.unsigned_abs() { unscaled.signum() } else { 0 };
    Some(quotient + away)
}

/// Appends the number with all digits of its scale.
pub(crate) fn write(unscaled: i128, scale: i8, out: &mut String) {
    let scale = usize::from(scale.unsigned_abs());
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if unscaled < 0 {
        out.push('-');
    }
    out.push_str(whole);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// An exponent, cut to what matters: beyond that everything is zero or too large.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse::<i64>().unwrap_or(1 << 40).min(1 << 40);
    Some(if text.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let got = parse(text, 10, 2).map(|unscaled| {
            let mut out = String::new();
            write(unscaled, 2, &mut out);
            out
        });
        assert_eq!(got.as_deref(), expected, "of {text}");
    }

    #[test]
    fn text_becomes_the_decimal_that_spark_makes_of_it() {
        check("1.5", Some("1.50"));
        check("1.555", Some("1.56"));
        check("-1.555", Some("-1.56"));
        check("1e3", Some("1000.00"));
        check("99999999.99", Some("99999999.99"));
        check("99999999.999", None);
        check("100000000", None);
        check(".5", Some("0.50"));
        check("5.", Some("5.00"));
        check("1e-5", Some("0.00"));
        check("0.005", Some("0.01"));
        check("0.0049", Some("0.00"));
        check("0e999999999999999999999", Some("0.00"));
        check("1e999999999999999999999", None);
        check("1e-999999999999999999999", Some("0.00"));
        check("+5", Some("5.00"));
        for wrong in ["", ".", "abc", "1,5", "--1", "1e", "NaN", "１", " 1"] {
            check(wrong, None);
        }
    }

    #[test]
    fn another_scale_rounds_half_away_from_zero() {
        assert_eq!(rescale(125, 2, 1), Some(13));
        assert_eq!(rescale(-125, 2, 1), Some(-13));
        assert_eq!(rescale(124, 2, 1), Some(12));
        assert_eq!(rescale(12, 1, 3), Some(1200));
        assert_eq!(rescale(i128::MAX, 0, 1), None);
    }
}
