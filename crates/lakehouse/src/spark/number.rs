//! Numbers to text as Java prints them.
//!
//! `Double.toString` of Java 19 and later: the fewest digits that read back as the same number, at least one on each side
//! of the point, scientific (`1.0E-4`) below 0.001 and from 10,000,000 on. What must stay true: text read back gives the
//! same number. (Older Javas print some numbers with a digit too many, `2.0E23` as `1.9999999999999998E23`.)
//! <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html#toString(double)>

/// Appends a double.
pub(crate) fn write_double(number: f64, out: &mut String) {
    if let Some(word) = special(number) {
        return out.push_str(word);
    }
    let shortest = format!("{number:e}");
    write_scientific(&if has_one_digit(&shortest) { format!("{number:.1e}") } else { shortest }, out);
}

/// Appends a float.
pub(crate) fn write_float(number: f32, out: &mut String) {
    if let Some(word) = special(f64::from(number)) {
        return out.push_str(word);
    }
    let shortest = format!("{number:e}");
    write_scientific(&if has_one_digit(&shortest) { format!("{number:.1e}") } else { shortest }, out);
}

/// Whether `5e-324` has one digit; Java then takes the nearest of two digits, `4.9E-324`.
fn has_one_digit(scientific: &str) -> bool {
    !scientific.contains('.')
}

fn special(number: f64) -> Option<&'static str> {
    match number {
        _ if number.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ if number == 0.0 => Some(if number.is_sign_negative() { "-0.0" } else { "0.0" }),
        _ => None,
    }
}

/// Turns Rust's `1.25e-4` into Java's form.
fn write_scientific(scientific: &str, out: &mut String) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let or_zero = |digits: &'_ str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    out.push_str(sign);
    match exponent {
        0..7 => {
            let shift = exponent.unsigned_abs() as usize;
            let mut digits = format!("{whole}{fraction}");
            while digits.len() < shift + 1 {
                digits.push('0');
            }
            let (before, after) = digits.split_at(shift + 1);
            out.push_str(before);
            out.push('.');
            out.push_str(&or_zero(after));
        }
        -3..0 => {
            out.push_str("0.");
            out.push_str(&"0".repeat(exponent.unsigned_abs() as usize - 1));
            out.push_str(whole);
            out.push_str(fraction);
        }
        _ => {
            out.push_str(whole);
            out.push('.');
            out.push_str(&or_zero(fraction));
            out.push('E');
            out.push_str(&exponent.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: f64, expected: &str) {
        let mut text = String::new();
        write_double(number, &mut text);
        assert_eq!(text, expected);
    }

    #[test]
    fn doubles_are_printed_as_java_prints_them() {
        check(1.1, "1.1");
        check(100_000.0, "100000.0");
        check(5.0e-4, "5.0E-4");
        check(0.001, "0.001");
        check(0.0123, "0.0123");
        check(9_999_999.5, "9999999.5");
        check(1e7, "1.0E7");
        check(12_345_678.9, "1.23456789E7");
        check(-86.4791, "-86.4791");
        check(-0.5, "-0.5");
        check(-180.0, "-180.0");
        check(5e-324, "4.9E-324");
        check(f64::MAX, "1.7976931348623157E308");
        check(2e23, "2.0E23");
        check(123_456_789.123_456_79, "1.2345678912345679E8");
        check(-0.0, "-0.0");
        check(f64::NAN, "NaN");
        check(f64::NEG_INFINITY, "-Infinity");
    }

    #[test]
    fn floats_are_printed_with_their_own_precision() {
        let mut text = String::new();
        write_float(0.1, &mut text);
        text.push(' ');
        write_float(1e8, &mut text);
        assert_eq!(text, "0.1 1.0E8");
    }
}
