//! The `trigger` of a pipeline, as Spark writes a processing-time trigger.

use std::time::Duration;

use alluvium_lakehouse::Trigger;

use crate::config::raw::Text;
use crate::config::resolve::Resolver;
use crate::failure::Failure;

/// The shortest and the longest time between two commits.
const TRIGGER_RANGE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_hours(24));

impl Resolver<'_> {
    /// `1 second`, `250 milliseconds`, `2 minutes`, as Spark writes a processing-time trigger.
    pub(super) fn trigger(&self, own: Option<&Text>) -> Result<Trigger, Failure> {
        let Some(own) = own else { return Ok(Trigger::default()) };
        let value = self.text(own)?;
        match value.as_str() {
            "available_now" => return Ok(Trigger::AvailableNow),
            "once" => return Ok(Trigger::Once),
            _ => {}
        }
        let (minimum, maximum) = TRIGGER_RANGE;
        let within = interval(&value).filter(|interval| (minimum..=maximum).contains(interval));
        within.map(Trigger::ProcessingTime).ok_or_else(|| {
            self.wrong(
                own,
                &format!(
                    "trigger {value:?} is no interval of 50 milliseconds to 24 hours such as `1 second`, nor `available_now`, nor `once`"
                ),
            )
        })
    }
}

pub(super) fn interval(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit.trim().trim_end_matches('s') {
        "millisecond" => 1,
        "second" => 1_000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_read_as_spark_writes_them() {
        assert_eq!(interval("1 second"), Some(Duration::from_secs(1)));
        assert_eq!(interval("250 milliseconds"), Some(Duration::from_millis(250)));
        assert_eq!(interval("2 minutes"), Some(Duration::from_mins(2)));
        for bad in ["", "1", "one second", "1 fortnight", "-1 seconds", "99999999999999999999 hours"] {
            assert_eq!(interval(bad), None, "{bad:?}");
        }
    }
}
