//! Moments as they are sent: `2020-02-29 12:00:00`, with a fraction only where there is one, in UTC where the database knows
//! a zone.

use time::PrimitiveDateTime;
use time::macros::format_description;

/// `2020-02-29T12:00:00.250Z` and its relatives as `2020-02-29 12:00:00.25`; `None` for what is no moment.
pub(super) fn moment(text: &str) -> Option<String> {
    const SECONDS_END: usize = "YYYY-MM-DD HH:MM:SS".len();
    let seconds = text.get(..SECONDS_END)?;
    let rest = &text[SECONDS_END..];
    // How SQLite's users and PostgreSQL write UTC.
    let rest = ["Z", "+00:00", "+00"].iter().find_map(|zone| rest.strip_suffix(zone)).unwrap_or(rest);
    let fraction = match rest.strip_prefix('.') {
        Some(fraction) if !fraction.is_empty() => fraction,
        None if rest.is_empty() => "",
        _ => return None,
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut spaced = seconds.replacen('T', " ", 1);
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(&spaced, form).ok()?;
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        spaced.push('.');
        spaced.push_str(fraction);
    }
    Some(spaced)
}

#[cfg(test)]
mod tests {
    use super::moment;

    fn check(stored: &str, sent: Option<&str>) {
        assert_eq!(moment(stored).as_deref(), sent, "{stored}");
    }

    #[test]
    fn moments_are_sent_with_a_space_and_a_fraction_only_where_there_is_one() {
        check("2020-02-29 12:00:01", Some("2020-02-29 12:00:01"));
        check("2020-02-29T12:00:01", Some("2020-02-29 12:00:01"));
        check("2020-02-29T12:00:01.250Z", Some("2020-02-29 12:00:01.25"));
        check("2020-02-29 12:00:01.000000", Some("2020-02-29 12:00:01"));
        check("2020-02-29 12:00:01.5+00", Some("2020-02-29 12:00:01.5"));
    }

    #[test]
    fn what_is_no_moment_is_left_alone() {
        for stored in [
            "",
            "2021-02-29 12:00:00",
            "0000-00-00 00:00:00",
            "2020-02-29",
            "2020-02-29 12:00:01abc",
            "2020-02-29 12:00:01.",
            "2020-02-29 12:00:0é",
            "2020-02-29 12:00:01+02",
            "infinity",
            "soon",
        ] {
            check(stored, None);
        }
    }
}
