//! Functions of numbers.

use datafusion::arrow::datatypes::DataType;

use super::super::error::{Result, SqlError};
use super::super::expression::Typed;
use super::super::types;
use super::Call;
use crate::spark::cast::{Mode, is_integer, is_number};
use crate::spark::math::{self, Rounding};
use crate::spark::rows::{decimals, doubles, longs};

pub(super) const NAMES: &[&str] = &[
    "abs", "acos", "asin", "atan", "atan2", "bround", "cbrt", "ceil", "ceiling", "cos", "cosh", "degrees",
    "e", "exp", "expm1", "floor", "hypot", "ln", "log", "log10", "log1p", "log2", "mod", "negative", "pi",
    "pmod", "positive", "pow", "power", "radians", "rint", "round", "sign", "signum", "sin", "sinh", "sqrt",
    "tan", "tanh",
];

const DOUBLE: DataType = DataType::Float64;

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "round" => rounded(call, Rounding::HalfUp),
        "bround" => rounded(call, Rounding::HalfEven),
        "ceil" | "ceiling" => whole(call, Rounding::Up),
        "floor" => whole(call, Rounding::Down),
        "abs" | "negative" | "positive" => signed(call),
        "mod" | "pmod" => remainder(call),
        "e" | "pi" => {
            call.count(0..=0)?;
            let value = if call.name == "e" { std::f64::consts::E } else { std::f64::consts::PI };
            Ok(call.call("", DOUBLE, Vec::new(), doubles(move |_| Some(value))))
        }
        "pow" | "power" => call.of_types(
            &[DOUBLE, DOUBLE],
            2,
            DOUBLE,
            doubles(|row| Some(row.double(0)?.powf(row.double(1)?))),
        ),
        "atan2" => call.of_types(
            &[DOUBLE, DOUBLE],
            2,
            DOUBLE,
            doubles(|row| Some(row.double(0)?.atan2(row.double(1)?))),
        ),
        "hypot" => call.of_types(
            &[DOUBLE, DOUBLE],
            2,
            DOUBLE,
            doubles(|row| Some(row.double(0)?.hypot(row.double(1)?))),
        ),
        "log" | "ln" | "log10" | "log2" | "log1p" => logarithm(call),
        _ => of_double(call),
    }
}

/// Logarithms; of zero and below they are null.
fn logarithm(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "log" => {
            call.count(1..=2)?;
            if call.arguments.len() == 1 {
                return call.of_types(
                    &[DOUBLE],
                    1,
                    DOUBLE,
                    doubles(|row| math::logarithm(row.double(0)?, f64::ln)),
                );
            }
            call.of_types(
                &[DOUBLE, DOUBLE],
                2,
                DOUBLE,
                doubles(|row| {
                    Some(
                        math::logarithm(row.double(1)?, f64::ln)? / math::logarithm(row.double(0)?, f64::ln)?,
                    )
                }),
            )
        }
        "ln" => call.of_types(&[DOUBLE], 1, DOUBLE, doubles(|row| math::logarithm(row.double(0)?, f64::ln))),
        "log10" => {
            call.of_types(&[DOUBLE], 1, DOUBLE, doubles(|row| math::logarithm(row.double(0)?, f64::log10)))
        }
        "log2" => call.of_types(
            &[DOUBLE],
            1,
            DOUBLE,
            doubles(|row| Some(math::logarithm(row.double(0)?, f64::ln)? / std::f64::consts::LN_2)),
        ),
        _ => call.of_types(
            &[DOUBLE],
            1,
            DOUBLE,
            doubles(|row| {
                let value = row.double(0)?;
                if value <= -1.0 { None } else { Some(value.ln_1p()) }
            }),
        ),
    }
}

/// Functions of one double.
fn of_double(call: &Call<'_>) -> Result<Typed> {
    let f: fn(f64) -> f64 = match call.name {
        "acos" => f64::acos,
        "asin" => f64::asin,
        "atan" => f64::atan,
        "cbrt" => f64::cbrt,
        "cos" => f64::cos,
        "cosh" => f64::cosh,
        "degrees" => |x| x * (180.0 / std::f64::consts::PI),
        "radians" => |x| x / 180.0 * std::f64::consts::PI,
        "exp" => f64::exp,
        "expm1" => f64::exp_m1,
        "rint" => f64::round_ties_even,
        "sin" => f64::sin,
        "sinh" => f64::sinh,
        "sqrt" => f64::sqrt,
        "tan" => f64::tan,
        "tanh" => f64::tanh,
        _ => math::sign,
    };
    call.of_types(&[DOUBLE], 1, DOUBLE, doubles(move |row| Some(f(row.double(0)?))))
}

/// A number; a string is a DOUBLE, NULL an INT.
fn number(call: &Call<'_>, at: usize) -> Result<Typed> {
    let typed = call.typed(at)?;
    match &typed.of {
        DataType::Utf8 => typed.cast(&DOUBLE, Mode::Cast, call.arguments[at]),
        DataType::Null => typed.cast(&DataType::Int32, Mode::Cast, call.arguments[at]),
        of if is_number(of) => Ok(typed),
        of => SqlError::on(
            call.arguments[at],
            format!("{} takes a number, this is a {}", call.name, types::name(of)),
        ),
    }
}

/// `round` and `bround`: the type stays, of a DECIMAL with as many decimals as are asked for.
fn rounded(call: &Call<'_>, rounding: Rounding) -> Result<Typed> {
    call.count(1..=2)?;
    let value = number(call, 0)?;
    let places =
        if call.arguments.len() > 1 { call.constant_integer(1, "the number of decimals")? } else { 0 };
    match value.of.clone() {
        DataType::Decimal128(precision, scale) => decimal(call, value, (precision, scale), places, rounding),
        of if is_integer(&of) => {
            if places >= 0 {
                return Ok(value);
            }
            let long = value.cast(&DataType::Int64, Mode::Cast, call.arguments[0])?.expr;
            let kernel = longs(move |row| {
                let rounded = math::rescaled(i128::from(row.long(0)?), 0, places, rounding)?;
                i64::try_from(math::scaled_up(rounded, places.unsigned_abs())?).ok()
            });
            let label = places.to_string();
            call.call(&label, DataType::Int64, vec![long], kernel).cast(&of, Mode::Cast, call.source)
        }
        of => {
            let double = value.cast(&DOUBLE, Mode::Cast, call.arguments[0])?.expr;
            let kernel = doubles(move |row| Some(math::round_double(row.double(0)?, places, rounding)));
            call.call(&places.to_string(), DOUBLE, vec![double], kernel).cast(&of, Mode::Cast, call.source)
        }
    }
}

/// A DECIMAL rounded; one digit more before the point than there was, for 9.5 is 10.
fn decimal(
    call: &Call<'_>,
    value: Typed,
    (precision, scale): (u8, i8),
    places: i32,
    rounding: Rounding,
) -> Result<Typed> {
    let (precision, scale_wide) = (i32::from(precision), i32::from(scale));
    let kept = places.min(scale_wide).max(0);
    let whole = precision - scale_wide + 1;
    let digits = if places < 0 { whole.max(1 - places) } else { whole + kept };
    let Some(of) = types::decimal(digits.min(38) as i16, kept as i16) else {
        return SqlError::on(call.source, "the result would have more than 38 digits; cast to fewer");
    };
    let DataType::Decimal128(of_precision, of_scale) = of else {
        return SqlError::on(call.source, "no DECIMAL");
    };
    let kernel = decimals(of_precision, of_scale, move |row| {
        let rounded = math::rescaled(row.unscaled(0)?, scale_wide, places.min(scale_wide), rounding)?;
        let full = if places < 0 { math::scaled_up(rounded, places.unsigned_abs())? } else { rounded };
        crate::spark::decimal::in_range(full, of_precision)
    });
    Ok(call.call(&format!("{scale} {places}"), of, vec![value.expr], kernel))
}

/// `ceil` and `floor`: a BIGINT, of a DECIMAL a DECIMAL.
fn whole(call: &Call<'_>, rounding: Rounding) -> Result<Typed> {
    call.count(1..=2)?;
    let value = number(call, 0)?;
    let places =
        if call.arguments.len() > 1 { call.constant_integer(1, "the number of decimals")? } else { 0 };
    match value.of.clone() {
        DataType::Decimal128(precision, scale) => decimal(call, value, (precision, scale), places, rounding),
        _ if call.arguments.len() > 1 => {
            SqlError::on(call.arguments[1], "decimals are for a DECIMAL here; cast the number to one")
        }
        of if is_integer(&of) => value.cast(&DataType::Int64, Mode::Cast, call.arguments[0]),
        _ => {
            let double = value.cast(&DOUBLE, Mode::Cast, call.arguments[0])?.expr;
            let kernel = longs(move |row| {
                let value = row.double(0)?;
                Some(if rounding == Rounding::Up { value.ceil() } else { value.floor() } as i64)
            });
            Ok(call.call("", DataType::Int64, vec![double], kernel))
        }
    }
}

/// `abs`, `negative`, `positive`: the type stays, and the least whole number too.
fn signed(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=1)?;
    let value = number(call, 0)?;
    let name = call.name.to_owned();
    let of = value.of.clone();
    match of {
        _ if name == "positive" => Ok(value),
        DataType::Decimal128(precision, scale) => {
            let kernel = decimals(precision, scale, move |row| {
                let value = row.unscaled(0)?;
                Some(if name == "abs" { value.abs() } else { -value })
            });
            Ok(call.call("", of, vec![value.expr], kernel))
        }
        of if is_integer(&of) => {
            let long = value.cast(&DataType::Int64, Mode::Cast, call.arguments[0])?.expr;
            let kernel = longs(move |row| {
                let value = row.long(0)?;
                Some(if name == "abs" { value.wrapping_abs() } else { value.wrapping_neg() })
            });
            call.call("", DataType::Int64, vec![long], kernel).cast(&of, Mode::Cast, call.source)
        }
        of => {
            let double = value.cast(&DOUBLE, Mode::Cast, call.arguments[0])?.expr;
            let kernel = doubles(move |row| {
                let value = row.double(0)?;
                Some(if name == "abs" { value.abs() } else { -value })
            });
            call.call("", DOUBLE, vec![double], kernel).cast(&of, Mode::Cast, call.source)
        }
    }
}

/// `mod` has the sign of what is divided, `pmod` none with a divisor above zero.
fn remainder(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let (left, right) = (number(call, 0)?, number(call, 1)?);
    let positive = call.name == "pmod";
    let Some(of) = types::wider_number(&left.of, &right.of) else {
        return SqlError::on(call.source, "the numbers have more than 38 digits together; cast to fewer");
    };
    let (wide, cast_to) = match &of {
        DataType::Decimal128(_, scale) => (DataType::Decimal128(38, *scale), of.clone()),
        of if is_integer(of) => (DataType::Int64, of.clone()),
        of => (DOUBLE, of.clone()),
    };
    let columns = vec![
        left.cast(&wide, Mode::Cast, call.arguments[0])?.expr,
        right.cast(&wide, Mode::Cast, call.arguments[1])?.expr,
    ];
    let result = match wide {
        DataType::Decimal128(precision, scale) => {
            let kernel = decimals(precision, scale, move |row| {
                let (left, right) = (row.unscaled(0)?, row.unscaled(1)?);
                let rest = left.checked_rem(right)?;
                if positive && rest < 0 { (rest + right).checked_rem(right) } else { Some(rest) }
            });
            call.call("of decimals", wide, columns, kernel)
        }
        DataType::Int64 => {
            let kernel = longs(move |row| {
                let (left, right) = (row.long(0)?, row.long(1)?);
                let rest = (right != 0).then(|| left.wrapping_rem(right))?;
                Some(if positive && rest < 0 { rest.wrapping_add(right).wrapping_rem(right) } else { rest })
            });
            call.call("of integers", wide, columns, kernel)
        }
        _ => {
            let kernel = doubles(move |row| {
                let (left, right) = (row.double(0)?, row.double(1)?);
                let rest = (right != 0.0).then(|| left % right)?;
                Some(if positive && rest < 0.0 { (rest + right) % right } else { rest })
            });
            call.call("of doubles", wide, columns, kernel)
        }
    };
    result.cast(&cast_to, Mode::Cast, call.source)
}
