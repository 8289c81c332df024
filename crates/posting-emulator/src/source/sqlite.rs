//! SQLite: the file, and a row as JSON.
//!
//! SQLite types values, not columns: INTEGER and REAL become numbers, TEXT a string, NULL null, BLOB a string in base64.
//! Text in a column declared DATETIME or TIMESTAMP is a moment; what is none there stays what it is.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{Column as _, Row, TypeInfo, ValueRef};

use super::column::float;
use super::error::SourceError;
use super::moment::moment;

pub(super) fn options(url: &SecretString) -> Result<SqliteConnectOptions, SourceError> {
    let options = SqliteConnectOptions::from_str(url.expose_secret())
        .map_err(|source| SourceError::Open { file: "named by the URL".to_owned(), source })?;
    Ok(options.read_only(true).create_if_missing(false))
}

/// The columns from ordinal `first` on, in their order; an error names the column.
pub(super) fn object(row: &SqliteRow, first: usize) -> Result<Map<String, Value>, (String, sqlx::Error)> {
    let columns = row.columns().get(first..).unwrap_or_default();
    let mut object = Map::with_capacity(columns.len());
    for column in columns {
        let is_moment = column.type_info().name() == "DATETIME";
        let value =
            value(row, column.ordinal(), is_moment).map_err(|error| (column.name().to_owned(), error))?;
        object.insert(column.name().to_owned(), value);
    }
    Ok(object)
}

fn value(row: &SqliteRow, ordinal: usize, is_moment: bool) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(ordinal)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" => Value::from(row.try_get_unchecked::<i64, _>(ordinal)?),
        "REAL" => float(row.try_get_unchecked(ordinal)?),
        "BLOB" => super::base64(&row.try_get_unchecked::<Vec<u8>, _>(ordinal)?),
        _ => {
            let text: String = row.try_get_unchecked(ordinal)?;
            let moment = if is_moment { moment(&text) } else { None };
            Value::from(moment.unwrap_or(text))
        }
    })
}
