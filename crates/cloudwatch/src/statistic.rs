//! The statistics that one may ask for
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>).

/// One statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Statistic {
    /// How many values.
    SampleCount,
    /// Sum by count.
    Average,
    /// The sum.
    Sum,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// What the share (0 to 1) of the values does not exceed.
    Percentile(f64),
}

impl Statistic {
    /// A statistic of the plain five.
    pub(crate) fn parse_plain(name: &str) -> Option<Self> {
        Some(match name {
            "SampleCount" => Self::SampleCount,
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            _ => return None,
        })
    }

    /// A percentile: `p` and a number from 0 to 100 with up to ten decimals.
    pub(crate) fn parse_percentile(name: &str) -> Option<Self> {
        let digits = name.strip_prefix('p')?;
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) || whole.len() > 3 || decimals.len() > 10 {
            return None;
        }
        let percent: f64 = digits.parse().ok()?;
        (percent <= 100.0).then_some(Self::Percentile(percent / 100.0))
    }

    /// Any statistic.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::parse_plain(name).or_else(|| Self::parse_percentile(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_read_to_ten_decimals_and_no_further() {
        for (name, expected) in [
            ("p50", Some(Statistic::Percentile(0.5))),
            ("p0.0", Some(Statistic::Percentile(0.0))),
            ("p100", Some(Statistic::Percentile(1.0))),
            ("Sum", Some(Statistic::Sum)),
            ("p100.1", None),
            ("p", None),
            ("p.5", None),
            ("p5.", None),
            ("p-1", None),
            ("p1e1", None),
            ("p1.00000000001", None),
            ("tm90", None),
            ("sum", None),
        ] {
            assert_eq!(Statistic::parse(name), expected, "{name}");
        }
    }
}
