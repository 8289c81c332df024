//! MySQL and MariaDB: the connection, the columns of a table and how each is selected.

use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::mysql::{MySqlConnectOptions, MySqlPool, MySqlRow, MySqlSslMode};
use sqlx::{Row, ValueRef};

use super::column::{Column, DECIMAL_DIGITS_MAX, Form, float, float32};
use super::name::{TableName, backticked};
use crate::credentials::{ServerCredentials, TlsMode};

/// What of the catalog says how a column's values are written.
const COLUMNS: &str = "SELECT CAST(column_name AS CHAR), CAST(data_type AS CHAR), CAST(column_type AS CHAR), \
     CAST(numeric_precision AS SIGNED) FROM information_schema.columns \
     WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? ORDER BY ordinal_position";

pub(crate) fn options(server: &ServerCredentials) -> MySqlConnectOptions {
    let mode = match server.tls {
        TlsMode::Disable => MySqlSslMode::Disabled,
        TlsMode::Prefer => MySqlSslMode::Preferred,
        TlsMode::Require => MySqlSslMode::Required,
        TlsMode::VerifyCa => MySqlSslMode::VerifyCa,
        TlsMode::VerifyFull => MySqlSslMode::VerifyIdentity,
    };
    let options = MySqlConnectOptions::new()
        .host(&server.host)
        .port(server.port)
        .username(&server.user)
        .password(server.password.expose_secret())
        .database(&server.database)
        .ssl_mode(mode)
        // TIMESTAMP columns are written in the session's zone.
        .timezone(Some("+00:00".to_owned()));
    match &server.tls_authority {
        Some(file) => options.ssl_ca(file),
        None => options,
    }
}

/// The table's columns, none when there is no such table; `Err` of the second kind names a type without a JSON form.
pub(super) async fn columns(
    pool: &MySqlPool,
    table: &TableName,
) -> Result<Result<Vec<Column>, (String, String)>, sqlx::Error> {
    let rows = sqlx::query(COLUMNS).bind(table.schema()).bind(table.name()).fetch_all(pool).await?;
    let mut columns = Vec::with_capacity(rows.len());
    for row in rows {
        let name: String = row.try_get_unchecked(0)?;
        let data_type: String = row.try_get_unchecked(1)?;
        let column_type: String = row.try_get_unchecked(2)?;
        let precision: Option<i64> = row.try_get_unchecked(3)?;
        match form(&data_type.to_ascii_lowercase(), precision) {
            Some((form, is_integer)) => {
                let expression = expression(&backticked(&name), &data_type.to_ascii_lowercase(), form);
                columns.push(Column { name, expression, form, is_integer });
            }
            None => return Ok(Err((name, column_type))),
        }
    }
    Ok(Ok(columns))
}

fn form(data_type: &str, precision: Option<i64>) -> Option<(Form, bool)> {
    let form = match data_type {
        "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" => {
            return Some((Form::Number, true));
        }
        "year" | "bit" => Form::Number,
        "decimal" | "numeric" if precision.is_some_and(|digits| digits <= DECIMAL_DIGITS_MAX) => Form::Number,
        "float" => Form::Float32,
        "double" | "real" => Form::Float64,
        "datetime" | "timestamp" => Form::Moment,
        "json" => Form::Json,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Form::Bytes,
        "decimal" | "numeric" | "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext"
        | "enum" | "set" | "date" | "time" | "uuid" | "inet4" | "inet6" => Form::Text,
        _ => return None,
    };
    Some((form, false))
}

fn expression(column: &str, data_type: &str, form: Form) -> String {
    match form {
        Form::Bytes | Form::Float32 | Form::Float64 => column.to_owned(),
        // BIT's own text form is its bytes.
        _ if data_type == "bit" => format!("CAST({column} + 0 AS CHAR)"),
        _ if matches!(data_type, "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext") => {
            format!("CONVERT({column} USING utf8mb4)")
        }
        _ => format!("CAST({column} AS CHAR)"),
    }
}

/// A value as JSON.
pub(super) fn value(row: &MySqlRow, ordinal: usize, form: Form) -> Result<Value, sqlx::Error> {
    if row.try_get_raw(ordinal)?.is_null() {
        return Ok(Value::Null);
    }
    Ok(match form {
        Form::Bytes => super::base64(&row.try_get_unchecked::<Vec<u8>, _>(ordinal)?),
        Form::Float32 => float32(row.try_get_unchecked(ordinal)?),
        Form::Float64 => float(row.try_get_unchecked(ordinal)?),
        _ => form.of_text(row.try_get_unchecked(ordinal)?),
    })
}
