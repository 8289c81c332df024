//! A row of SQLite as a JSON object.
//!
//! SQLite types values, not columns: INTEGER and REAL become numbers, TEXT a string, NULL null, BLOB a string in
//! base64. Text in a column declared DATETIME or TIMESTAMP is written `YYYY-MM-DD HH:MM:SS` whatever of ISO
//! 8601's forms it is stored in; text there that is no moment stays what it is.

use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};
use time::PrimitiveDateTime;
use time::macros::format_description;

/// The columns in their order; an error names the column.
pub(super) fn object(row: &SqliteRow) -> Result<Map<String, Value>, (String, sqlx::Error)> {
    let columns = row.columns();
    let mut object = Map::with_capacity(columns.len());
    for column in columns {
        let is_moment = column.type_info().name() == "DATETIME";
        let value =
            value(row, column.ordinal(), is_moment).map_err(|error| (column.name().to_owned(), error))?;
        object.insert(column.name().to_owned(), value);
    }
    Ok(object)
}

/// A value as the text of a partition key; an object, an array and null are none.
pub(super) fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn value(row: &SqliteRow, ordinal: usize, is_moment: bool) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(ordinal)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" => Value::from(row.try_get_unchecked::<i64, _>(ordinal)?),
        "REAL" => Value::from(row.try_get_unchecked::<f64, _>(ordinal)?),
        "BLOB" => {
            let bytes: Vec<u8> = row.try_get_unchecked(ordinal)?;
            Value::from(base64_simd::STANDARD.encode_to_string(bytes))
        }
        _ => {
            let text: String = row.try_get_unchecked(ordinal)?;
            match moment(&text) {
                Some(moment) if is_moment => Value::from(moment),
                _ => Value::from(text),
            }
        }
    })
}

/// `2020-02-29T12:00:00.25Z` and its relatives as `2020-02-29 12:00:00`.
fn moment(text: &str) -> Option<String> {
    const SECONDS_END: usize = "YYYY-MM-DD HH:MM:SS".len();
    let seconds = text.get(..SECONDS_END)?;
    let rest = &text[SECONDS_END..];
    let rest = rest.strip_suffix('Z').unwrap_or(rest);
    let fraction = rest.strip_prefix('.').unwrap_or(rest);
    if !fraction.bytes().all(|byte| byte.is_ascii_digit())
        || (rest.len() == fraction.len() && !rest.is_empty())
    {
        return None;
    }
    let spaced = seconds.replacen('T', " ", 1);
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(&spaced, form).ok()?;
    Some(spaced)
}

#[cfg(test)]
mod tests {
    use super::moment;

    fn check(stored: &str, sent: Option<&str>) {
        assert_eq!(moment(stored).as_deref(), sent, "{stored}");
    }

    #[test]
    fn moments_are_sent_to_the_second_with_a_space() {
        check("2020-02-29 12:00:01", Some("2020-02-29 12:00:01"));
        check("2020-02-29T12:00:01", Some("2020-02-29 12:00:01"));
        check("2020-02-29T12:00:01.250Z", Some("2020-02-29 12:00:01"));
    }

    #[test]
    fn what_is_no_moment_is_left_alone() {
        for stored in
            ["", "2021-02-29 12:00:00", "2020-02-29", "2020-02-29 12:00:01abc", "2020-02-29 12:00:0é", "soon"]
        {
            check(stored, None);
        }
    }
}
