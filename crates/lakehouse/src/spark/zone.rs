//! Time zones as Java's `ZoneId.of` and Spark write them: `Z`, `+5`, `+05:30`, `GMT+1`, `Europe/Paris`, `PST`.
//!
//! What must stay true: names are case-sensitive; a local time that a clock skips is moved on by the gap, one that it shows
//! twice is the earlier of the two, as in Java.

use chrono::{Duration, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// A fixed offset or a region with its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Seconds east of Greenwich.
    Offset(i64),
    /// A region of the IANA database.
    Region(Tz),
}

/// Java's `ZoneId.SHORT_IDS`, which Spark takes too.
const SHORT_IDS: [(&str, &str); 28] = [
    ("ACT", "Australia/Darwin"),
    ("AET", "Australia/Sydney"),
    ("AGT", "America/Argentina/Buenos_Aires"),
    ("ART", "Africa/Cairo"),
    ("AST", "America/Anchorage"),
    ("BET", "America/Sao_Paulo"),
    ("BST", "Asia/Dhaka"),
    ("CAT", "Africa/Harare"),
    ("CNT", "America/St_Johns"),
    ("CST", "America/Chicago"),
    ("CTT", "Asia/Shanghai"),
    ("EAT", "Africa/Addis_Ababa"),
    ("ECT", "Europe/Paris"),
    ("EST", "-05:00"),
    ("HST", "-10:00"),
    ("IET", "America/Indiana/Indianapolis"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MIT", "Pacific/Apia"),
    ("MST", "-07:00"),
    ("NET", "Asia/Yerevan"),
    ("NST", "Pacific/Auckland"),
    ("PLT", "Asia/Karachi"),
    ("PNT", "America/Phoenix"),
    ("PRT", "America/Puerto_Rico"),
    ("PST", "America/Los_Angeles"),
    ("SST", "Pacific/Guadalcanal"),
    ("VST", "Asia/Ho_Chi_Minh"),
];

impl Zone {
    /// The zone of a name, or `None` when there is none of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = SHORT_IDS.iter().find(|(short, _)| *short == name).map_or(name, |(_, long)| long);
        match name {
            "Z" | "UTC" | "GMT" | "UT" | "GMT0" => return Some(Self::Offset(0)),
            _ if name.starts_with(['+', '-']) => return offset(name).map(Self::Offset),
            _ => {}
        }
        for prefix in ["UTC", "GMT", "UT"] {
            if let Some(rest) = name.strip_prefix(prefix)
                && rest.starts_with(['+', '-'])
            {
                return offset(rest).map(Self::Offset);
            }
        }
        name.parse().ok().map(Self::Region)
    }

    /// Microseconds since 1970 in UTC of what a clock in this zone shows.
    pub(crate) fn to_utc(self, local_micros: i64) -> Option<i64> {
        let seconds = match self {
            Self::Offset(seconds) => seconds,
            Self::Region(region) => region_offset(region, local_micros)?,
        };
        local_micros.checked_sub(seconds * 1_000_000)
    }

    /// What a clock in this zone shows at an instant, both in microseconds since 1970.
    pub(crate) fn to_local(self, utc_micros: i64) -> Option<i64> {
        let seconds = match self {
            Self::Offset(seconds) => seconds,
            Self::Region(region) => {
                let utc = chrono::DateTime::from_timestamp_micros(utc_micros)?.naive_utc();
                i64::from(region.offset_from_utc_datetime(&utc).fix().local_minus_utc())
            }
        };
        utc_micros.checked_add(seconds * 1_000_000)
    }
}

/// Seconds east of Greenwich at a local time.
fn region_offset(region: Tz, local_micros: i64) -> Option<i64> {
    let local: NaiveDateTime = chrono::DateTime::from_timestamp_micros(local_micros)?.naive_utc();
    let seconds = |offset: chrono_tz::TzOffset| i64::from(offset.fix().local_minus_utc());
    match region.offset_from_local_datetime(&local) {
        chrono::LocalResult::Single(offset) | chrono::LocalResult::Ambiguous(offset, _) => {
            Some(seconds(offset))
        }
        // In a gap the offset from before it holds; no gap is a day long but for jumps over the date line.
        chrono::LocalResult::None => {
            let before = local.checked_sub_signed(Duration::days(1))?;
            region.offset_from_local_datetime(&before).earliest().map(seconds)
        }
    }
}

/// `+h`, `+hh`, `+h:m`, `+hh:mm`, `+hhmm`, `+hh:mm:ss`, `+hhmmss`, at most 18 hours either way.
fn offset(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.get(1..)?;
    let parts: Vec<&str> = if rest.contains(':') {
        rest.split(':').collect()
    } else if rest.len() <= 2 {
        vec![rest]
    } else {
        vec![
            rest.get(..2)?,
            rest.get(2..4)?,
            rest.get(4..).filter(|seconds| !seconds.is_empty()).unwrap_or("00"),
        ]
    };
    let seconds_are_whole = parts.get(2).is_none_or(|part| part.len() == 2);
    if parts.len() > 3 || !seconds_are_whole {
        return None;
    }
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(&parts) {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
        *number = digits.then(|| part.parse::<i64>().ok())??;
    }
    let [hours, minutes, seconds] = numbers;
    let total = (hours * 60 + minutes) * 60 + seconds;
    (minutes < 60 && seconds < 60 && total <= 18 * 3600).then_some(sign * total)
}
