//! A moment as a user writes it in a configuration or on the command line: ISO, or with a pattern as Databricks takes it.
//!
//! What must stay true: what cannot be read is refused with what would do, since nobody wants a pipeline to begin elsewhere.

use super::pattern::DatePattern;
use super::timestamp;

/// Names of North American summer times, which no zone database knows by themselves, and their offsets.
const SUMMER_TIMES: [(&str, &str); 4] =
    [("EDT", "-0400"), ("CDT", "-0500"), ("MDT", "-0600"), ("PDT", "-0700")];

/// Milliseconds since 1970 of `text`: `2020-06-25T10:23:45Z` (UTC where no zone is given), or as `pattern` says, with Spark's
/// letters. `ZZZ` reads offsets and zones alike, as in `06/25/2020 10:23:45 PDT`.
pub fn time_millis(text: &str, pattern: Option<&str>) -> Result<i64, String> {
    let Some(pattern) = pattern else {
        return timestamp::parse(text)
            .map(|micros| micros.div_euclid(1_000))
            .ok_or_else(|| format!("{text:?} is no time such as 2020-06-25T10:23:45Z"));
    };
    let offset = SUMMER_TIMES.iter().find_map(|(name, offset)| {
        let rest = text.strip_suffix(name)?;
        Some(format!("{rest}{offset}"))
    });
    let text = offset.as_deref().unwrap_or(text);
    let by_offset = DatePattern::parse(pattern)?;
    let by_zone = DatePattern::parse(&pattern.replace("ZZZ", "z")).ok();
    let micros = by_offset.read(text).or_else(|| by_zone?.read(text));
    micros
        .map(|micros| micros.div_euclid(1_000))
        .ok_or_else(|| format!("{text:?} does not match the format {pattern:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_iso_and_as_databricks_writes_them() {
        let expected = Ok(1_593_105_825_000);
        let pattern = Some("MM/dd/yyyy HH:mm:ss ZZZ");
        assert_eq!(time_millis("2020-06-25T17:23:45Z", None), expected);
        assert_eq!(time_millis("2020-06-25 17:23:45", None), expected);
        assert_eq!(time_millis("06/25/2020 10:23:45 PDT", pattern), expected);
        assert_eq!(time_millis("06/25/2020 10:23:45 -0700", pattern), expected);
        assert_eq!(time_millis("06/25/2020 17:23:45 UTC", pattern), expected);
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for (text, pattern, said) in [
            ("soon", None, "no time such as"),
            ("2020-02-30", None, "no time such as"),
            ("2020-06-25", Some("MM/dd/yyyy"), "does not match the format"),
            ("2020-06-25", Some("QQQQ jj"), "cannot be used"),
        ] {
            let refused = time_millis(text, pattern).expect_err("no moment");
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }
}
