//! The units that a metric's values may have
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>).

/// A unit of CloudWatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit(&'static str);

impl Unit {
    /// Bytes.
    pub const BYTES: Self = Self("Bytes");
    /// How many.
    pub const COUNT: Self = Self("Count");
    /// Milliseconds.
    pub const MILLISECONDS: Self = Self("Milliseconds");
    /// No unit.
    pub const NONE: Self = Self("None");

    /// The unit of a name on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        ALL.iter().find(|known| **known == name).map(|known| Self(known))
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// All names, in the order of Amazon's model.
pub(crate) const ALL: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_unit_and_no_other() {
        for name in ALL {
            assert_eq!(Unit::parse(name).map(Unit::as_str), Some(name));
        }
        assert_eq!(Unit::parse("Milliseconds"), Some(Unit::MILLISECONDS));
        assert_eq!(Unit::parse("milliseconds"), None);
    }
}
