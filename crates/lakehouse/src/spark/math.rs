//! Rounding, logarithms, signs.
//!
//! What must stay true: a double is rounded as the decimal that it is printed as (2.675 to two places is 2.68), as Spark does
//! it through `BigDecimal`.

use super::number;

/// Where a number goes that lies between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// A half away from zero.
    HalfUp,
    /// A half to the even one.
    HalfEven,
    /// Towards positive infinity.
    Up,
    /// Towards negative infinity.
    Down,
}

/// The unscaled value with `to` decimals instead of `from`; `to` may be below zero.
pub(crate) fn rescaled(unscaled: i128, from: i32, to: i32, rounding: Rounding) -> Option<i128> {
    let shift = from.checked_sub(to)?;
    if shift <= 0 {
        return scaled_up(unscaled, shift.unsigned_abs());
    }
    let Some(divisor) = 10_i128.checked_pow(shift.unsigned_abs()) else { return Some(0) };
    let (quotient, rest) = (unscaled.div_euclid(divisor), unscaled.rem_euclid(divisor));
    let up = match rounding {
        Rounding::Up => rest > 0,
        Rounding::Down => false,
        Rounding::HalfUp => rest > divisor / 2 || (rest == divisor / 2 && unscaled >= 0),
        Rounding::HalfEven => rest > divisor / 2 || (rest == divisor / 2 && quotient % 2 != 0),
    };
    Some(quotient + i128::from(up))
}

pub(crate) fn scaled_up(value: i128, digits: u32) -> Option<i128> {
    value.checked_mul(10_i128.checked_pow(digits)?)
}

/// A double rounded to decimals, or to tens and hundreds when `places` is below zero.
pub(crate) fn round_double(value: f64, places: i32, rounding: Rounding) -> f64 {
    // Beyond 300 either way nothing is left to round, or nothing is left.
    if !value.is_finite() || value == 0.0 || places > 300 {
        return value;
    }
    let mut printed = String::new();
    number::write_double(value, &mut printed);
    let (mantissa, exponent) = printed.split_once('E').unwrap_or((&printed, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(unscaled) = format!("{whole}{fraction}").parse::<i128>() else { return value };
    let scale = i32::try_from(fraction.len()).unwrap_or(0) - exponent.parse::<i32>().unwrap_or(0);
    if places >= scale {
        return value;
    }
    let rounded = rescaled(unscaled, scale, places, rounding).unwrap_or(0);
    format!("{rounded}e{}", -places).parse().unwrap_or(value)
}

/// A logarithm; of zero and below there is none.
pub(crate) fn logarithm(value: f64, of: impl Fn(f64) -> f64) -> Option<f64> {
    if value <= 0.0 { None } else { Some(of(value)) }
}

/// -1, 0 or 1.
pub(crate) fn sign(value: f64) -> f64 {
    if value == 0.0 || value.is_nan() { value } else { value.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "the rounded number is the one that the literal stands for")]
    fn doubles_are_rounded_as_they_are_printed() {
        assert_eq!(round_double(2.675, 2, Rounding::HalfUp), 2.68);
        assert_eq!(round_double(-2.5, 0, Rounding::HalfUp), -3.0);
        assert_eq!(round_double(2.5, 0, Rounding::HalfEven), 2.0);
        assert_eq!(round_double(1e300, 2, Rounding::HalfUp), 1e300);
        assert_eq!(round_double(1250.0, -2, Rounding::HalfUp), 1300.0);
    }
}
