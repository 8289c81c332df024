//! The part of `java.util.Formatter` that templates use: `%s`, `%d`, `%x`, `%f`, `%e`, `%c`, `%b`, `%n`, `%%` with flags, width and
//! precision. What must stay true: what is not understood fails, as Java's formatter throws, and never prints half.

use super::Call;
use crate::{
    error::Failure,
    value::{Value, to_double},
};

/// One `%...` of a format.
#[derive(Default)]
struct Directive {
    place: Option<usize>,
    flags: String,
    width: usize,
    precision: Option<usize>,
    conversion: char,
}

/// How wide a value may be padded.
const WIDTH_MAX: usize = 10_000;

/// `String.format(pattern, values)`.
pub(super) fn format(call: &mut Call<'_>, pattern: &str, values: &[Value]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut rest = pattern;
    let mut next_value = 0;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let (directive, tail) = directive(after).ok_or_else(|| not_understood(after))?;
        rest = tail;
        match directive.conversion {
            '%' => out.push_str(&padded("%", &directive)),
            'n' => out.push('\n'),
            _ => {
                let place = directive.place.unwrap_or_else(|| {
                    next_value += 1;
                    next_value - 1
                });
                let value = values.get(place).ok_or_else(|| {
                    Failure::Method(format!("the format `{pattern}` has no value {}", place + 1))
                })?;
                out.push_str(&one(call, &directive, value)?);
            }
        }
        call.allow_text(out.len())?;
    }
    out.push_str(rest);
    Ok(out)
}

fn directive(text: &str) -> Option<(Directive, &str)> {
    let mut directive = Directive::default();
    let (mut number, mut rest) = leading_number(text);
    if let Some(after) = rest.strip_prefix('$') {
        directive.place = Some(number?.checked_sub(1)?);
        rest = after;
        number = None;
    } else {
        rest = text;
    }
    while let flag @ ('-' | '0' | '+' | ',') = rest.chars().next()? {
        directive.flags.push(flag);
        rest = &rest[1..];
    }
    if number.is_none() || directive.place.is_none() {
        let (width, after) = leading_number(rest);
        directive.width = width.unwrap_or(0);
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = leading_number(after);
        directive.precision = Some(precision?);
        rest = after;
    }
    let conversion = rest.chars().next()?;
    directive.conversion = conversion;
    let is_bounded = directive.width <= WIDTH_MAX && directive.precision.unwrap_or(0) <= WIDTH_MAX;
    is_bounded.then(|| (directive, &rest[conversion.len_utf8()..]))
}

fn leading_number(text: &str) -> (Option<usize>, &str) {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    (text[..digits].parse().ok(), &text[digits..])
}

fn one(call: &mut Call<'_>, directive: &Directive, value: &Value) -> Result<String, Failure> {
    let text = match (directive.conversion, value) {
        ('s' | 'S', value) => {
            let text = call.text(value)?;
            let text = match directive.precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text.to_string(),
            };
            if directive.conversion == 'S' { text.to_uppercase() } else { text }
        }
        ('b' | 'B', value) => match value {
            Value::Bool(truth) => truth.to_string(),
            Value::Null => "false".to_owned(),
            _ => "true".to_owned(),
        },
        (_, Value::Null) => "null".to_owned(),
        ('d', Value::Int(_) | Value::Long(_) | Value::BigInt(_)) => signed(directive, &call.text(value)?),
        ('x', Value::Int(number)) => format!("{number:x}"),
        ('x', Value::Long(number)) => format!("{number:x}"),
        ('X', Value::Int(number)) => format!("{number:X}"),
        ('X', Value::Long(number)) => format!("{number:X}"),
        ('f', Value::Double(_)) => {
            let number = to_double(value).unwrap_or_default();
            signed(directive, &format!("{number:.*}", directive.precision.unwrap_or(6)))
        }
        ('e', Value::Double(number)) => {
            signed(directive, &exponential(*number, directive.precision.unwrap_or(6)))
        }
        ('c', Value::Int(code)) => {
            u32::try_from(*code).ok().and_then(char::from_u32).unwrap_or('?').to_string()
        }
        ('c', Value::Str(text)) if text.chars().count() == 1 => text.to_string(),
        (conversion, _) => {
            return Err(Failure::Method(format!("`%{conversion}` does not take a value of this type")));
        }
    };
    Ok(padded(&text, directive))
}

/// Adds a sign, separators of thousands and leading zeros.
fn signed(directive: &Directive, text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => (if directive.flags.contains('+') { "+" } else { "" }, text),
    };
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    let whole = if directive.flags.contains(',') { grouped(whole) } else { whole.to_owned() };
    let used = sign.len() + whole.len() + fraction.len();
    let zeros = if directive.flags.contains('0') && !directive.flags.contains('-') {
        directive.width.saturating_sub(used)
    } else {
        0
    };
    format!("{sign}{}{whole}{fraction}", "0".repeat(zeros))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn padded(text: &str, directive: &Directive) -> String {
    let blanks = " ".repeat(directive.width.saturating_sub(text.chars().count()));
    if directive.flags.contains('-') { format!("{text}{blanks}") } else { format!("{blanks}{text}") }
}

fn not_understood(text: &str) -> Failure {
    Failure::Method(format!("the format `%{}` is not understood", crate::error::quoted_piece(text)))
}

/// Java writes the exponent with a sign and two digits at least.
fn exponential(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}
