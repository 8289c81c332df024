//! How one value of a request is compared with the values of a policy, one type of value at a time
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>).
//!
//! What must stay true: what stands in the policy is read when the policy is put; what stands in a request and is not of the type
//! equals nothing.

use std::net::IpAddr;

use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

use crate::policy::pattern::{Token, matches_tokens};
use crate::policy::text_pattern::{Reading, Resolve, TextPattern};

/// The values of a policy, by the type of their operator.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expected {
    Text(Vec<TextPattern>),
    TextIgnoringCase(Vec<TextPattern>),
    Like(Vec<TextPattern>),
    Arn(Vec<TextPattern>),
    Number(Order, Vec<f64>),
    /// Milliseconds since 1970.
    Date(Order, Vec<i64>),
    Bool(Vec<bool>),
    Binary(Vec<Vec<u8>>),
    Address(Vec<Network>),
}

/// How two values have to stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Addresses with the same first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Expected {
    /// Reads the values of an operator, named without qualifier, negation and `IfExists`; `None` for an unknown operator,
    /// and what is wrong with a value otherwise.
    pub(crate) fn parse(operator: &str, values: &[String], variables: bool) -> Option<Result<Self, String>> {
        let texts = |wildcards| {
            let reading = Reading { wildcards, variables };
            values.iter().map(|value| TextPattern::parse(value, reading)).collect::<Result<Vec<_>, _>>()
        };
        let of = |read: &dyn Fn(&str) -> Option<()>, kind: &str| {
            values.iter().find(|value| read(value).is_none()).map(|bad| format!("{bad:?} is not {kind}"))
        };
        let done = |problem: Option<String>, expected: Self| problem.map_or(Ok(expected), Err);
        if let Some(order) = operator.strip_prefix("Numeric") {
            let order = Order::parse(order)?;
            let problem = of(&|value| number(value).map(drop), "a number");
            return Some(done(
                problem,
                Self::Number(order, values.iter().filter_map(|v| number(v)).collect()),
            ));
        }
        if let Some(order) = operator.strip_prefix("Date") {
            let order = Order::parse(order)?;
            let problem = of(&|value| date_millis(value).map(drop), "a time such as 2026-01-31T00:00:00Z");
            let dates = values.iter().filter_map(|value| date_millis(value)).collect();
            return Some(done(problem, Self::Date(order, dates)));
        }
        Some(match operator {
            "StringEquals" => texts(false).map(Self::Text),
            "StringEqualsIgnoreCase" => texts(false).map(Self::TextIgnoringCase),
            "StringLike" => texts(true).map(Self::Like),
            "ArnEquals" | "ArnLike" => texts(true).map(Self::Arn),
            "Bool" => {
                let problem = of(&|value| boolean(value).map(drop), "\"true\" or \"false\"");
                done(problem, Self::Bool(values.iter().filter_map(|value| boolean(value)).collect()))
            }
            "BinaryEquals" => {
                let problem = of(&|value| binary(value).map(drop), "base64");
                done(problem, Self::Binary(values.iter().filter_map(|value| binary(value)).collect()))
            }
            "IpAddress" => {
                let kind = "an address such as 203.0.113.0/24 or 2001:db8::/32";
                let problem = of(&|value| Network::parse(value).map(drop), kind);
                done(problem, Self::Address(values.iter().filter_map(|v| Network::parse(v)).collect()))
            }
            _ => return None,
        })
    }

    /// Whether a value of a request is one of these.
    pub(crate) fn has(&self, present: &str, resolve: Resolve<'_>) -> bool {
        match self {
            Self::Text(texts) | Self::Like(texts) => texts.iter().any(|text| text.matches(present, resolve)),
            Self::TextIgnoringCase(texts) => texts
                .iter()
                .filter_map(|text| text.text(resolve))
                .any(|text| text.to_lowercase() == present.to_lowercase()),
            Self::Arn(patterns) => patterns
                .iter()
                .filter_map(|pattern| pattern.resolved(resolve))
                .any(|tokens| arn_matches(&tokens, present)),
            Self::Number(order, numbers) => number(present)
                .is_some_and(|present| numbers.iter().any(|number| order.holds(present.partial_cmp(number)))),
            Self::Date(order, dates) => date_millis(present)
                .is_some_and(|present| dates.iter().any(|date| order.holds(Some(present.cmp(date))))),
            Self::Bool(expected) => boolean(present).is_some_and(|present| expected.contains(&present)),
            Self::Binary(expected) => binary(present).is_some_and(|present| expected.contains(&present)),
            Self::Address(networks) => present
                .parse()
                .is_ok_and(|address: IpAddr| networks.iter().any(|network| network.contains(address))),
        }
    }
}

impl Order {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Equals" => Self::Equal,
            "LessThan" => Self::Less,
            "LessThanEquals" => Self::LessOrEqual,
            "GreaterThan" => Self::Greater,
            "GreaterThanEquals" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn holds(self, found: Option<std::cmp::Ordering>) -> bool {
        found.is_some_and(|found| match self {
            Self::Equal => found.is_eq(),
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        })
    }
}

impl Network {
    /// Reads `203.0.113.7`, `203.0.113.0/24` or the like of version 6.
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        (bits <= all).then_some(Self { address, bits })
    }

    fn contains(self, address: IpAddr) -> bool {
        let same_first_bits = |one: u128, other: u128, width: u32| {
            let shift = width - self.bits;
            shift == width || one >> shift == other >> shift
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_first_bits(u128::from(own.to_bits()), u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_first_bits(own.to_bits(), other.to_bits(), 128),
            (IpAddr::V6(own), IpAddr::V4(_)) => match address {
                IpAddr::V6(other) => same_first_bits(own.to_bits(), other.to_bits(), 128),
                IpAddr::V4(_) => false,
            },
            (IpAddr::V4(_), IpAddr::V6(_)) => false,
        }
    }
}

/// Each of the six parts between the colons is compared by itself.
fn arn_matches(pattern: &[Token], arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let patterns: Vec<&[Token]> = pattern.splitn(6, |token| *token == Token::Byte(b':')).collect();
    // A lone star is every ARN.
    if pattern == [Token::Star] {
        return true;
    }
    parts.len() == 6
        && patterns.len() == 6
        && patterns.iter().zip(parts).all(|(pattern, part)| matches_tokens(pattern, part.as_bytes()))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn binary(text: &str) -> Option<Vec<u8>> {
    base64_simd::STANDARD.decode_to_vec(text).ok()
}

/// ISO 8601, or seconds since 1970.
fn date_millis(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return seconds.checked_mul(1_000);
    }
    let parse = |text: &str| OffsetDateTime::parse(text, &Iso8601::DEFAULT).ok();
    let time =
        parse(text).or_else(|| parse(&format!("{text}Z"))).or_else(|| parse(&format!("{text}T00:00:00Z")))?;
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(operator: &str, expected: &str, present: &str) -> bool {
        let expected = Expected::parse(operator, &[expected.to_owned()], true).expect("an operator");
        expected.expect("a value").has(present, &|_| None)
    }

    #[test]
    fn each_type_compares_as_its_own() {
        for (operator, expected, present, holds) in [
            ("NumericEquals", "10", "10.0", true),
            ("NumericLessThan", "10", "9", true),
            ("NumericLessThan", "10", "10", false),
            ("NumericGreaterThanEquals", "10", "10", true),
            ("NumericEquals", "10", "ten", false),
            ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", true),
            ("DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", true),
            ("DateEquals", "1767225600", "2026-01-01T00:00:00Z", true),
            ("Bool", "TRUE", "true", true),
            ("Bool", "false", "true", false),
            ("BinaryEquals", "AQID", "AQID", true),
            ("BinaryEquals", "AQID", "AQIE", false),
            ("IpAddress", "203.0.113.0/24", "203.0.113.9", true),
            ("IpAddress", "203.0.113.0/24", "::ffff:203.0.113.9", true),
            ("IpAddress", "203.0.113.0/24", "203.0.114.9", false),
            ("IpAddress", "0.0.0.0/0", "203.0.114.9", true),
            ("IpAddress", "2001:db8::/32", "2001:db8:1::1", true),
            ("IpAddress", "2001:db8::/32", "203.0.113.9", false),
            ("IpAddress", "::/0", "2001:db8:1::1", true),
            ("ArnLike", "arn:aws:iam::*:user/a*", "arn:aws:iam::1:user/ada", true),
            ("ArnLike", "arn:aws:*:user/ada", "arn:aws:iam::1:user/ada", false),
            ("ArnEquals", "*", "arn:aws:iam::1:user/ada", true),
            ("StringEqualsIgnoreCase", "ADA", "ada", true),
            ("StringEquals", "a*", "ada", false),
            ("StringLike", "a*", "ada", true),
        ] {
            assert_eq!(has(operator, expected, present), holds, "{operator} {expected} {present}");
        }
    }

    #[test]
    fn what_is_not_of_the_type_is_refused() {
        for (operator, value, what) in [
            ("NumericEquals", "ten", "\"ten\" is not a number"),
            ("DateEquals", "soon", "\"soon\" is not a time such as 2026-01-31T00:00:00Z"),
            ("Bool", "yes", "\"yes\" is not \"true\" or \"false\""),
            ("BinaryEquals", "!", "\"!\" is not base64"),
            (
                "IpAddress",
                "10.0.0.0/33",
                "\"10.0.0.0/33\" is not an address such as 203.0.113.0/24 or 2001:db8::/32",
            ),
        ] {
            let read = Expected::parse(operator, &[value.to_owned()], true).expect("an operator");
            assert_eq!(read.expect_err(value), what);
        }
        assert_eq!(Expected::parse("NumericLike", &[], true), None);
    }
}
