//! PostgreSQL: the connection, the columns of a table and how each is selected.

use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPool, PgRow, PgSslMode};
use sqlx::{Row, ValueRef};

use super::column::{Column, DECIMAL_DIGITS_MAX, Form};
use super::name::{TableName, double_quoted};
use crate::credentials::{ServerCredentials, TlsMode};

/// Name, type, type's kind (`e` is an enum), type as people write it, digits of a NUMERIC. Of a domain it is the type below.
const COLUMNS: &str = "SELECT a.attname::text, coalesce(b.typname, t.typname)::text, \
     coalesce(b.typtype, t.typtype)::text, format_type(a.atttypid, a.atttypmod)::text, \
     ((CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END - 4) >> 16)::int8 \
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid \
     LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype \
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

pub(crate) fn options(server: &ServerCredentials) -> PgConnectOptions {
    let mode = match server.tls {
        TlsMode::Disable => PgSslMode::Disable,
        TlsMode::Prefer => PgSslMode::Prefer,
        TlsMode::Require => PgSslMode::Require,
        TlsMode::VerifyCa => PgSslMode::VerifyCa,
        TlsMode::VerifyFull => PgSslMode::VerifyFull,
    };
    let options = PgConnectOptions::new_without_pgpass()
        .host(&server.host)
        .port(server.port)
        .username(&server.user)
        .password(server.password.expose_secret())
        .database(&server.database)
        .application_name("alluvium")
        .ssl_mode(mode);
    match &server.tls_authority {
        Some(file) => options.ssl_root_cert(file),
        None => options,
    }
}

/// The table's columns, none when there is no such table; `Err` of the second kind names a type without a JSON form.
pub(super) async fn columns(
    pool: &PgPool,
    table: &TableName,
) -> Result<Result<Vec<Column>, (String, String)>, sqlx::Error> {
    let rows = sqlx::query(COLUMNS).bind(table.quoted(double_quoted)).fetch_all(pool).await?;
    let mut columns = Vec::with_capacity(rows.len());
    for row in rows {
        let name: String = row.try_get(0)?;
        let type_name: String = row.try_get(1)?;
        let kind: String = row.try_get(2)?;
        let digits: i64 = row.try_get(4)?;
        let quoted = double_quoted(&name);
        let (form, expression) = match form(&type_name, &kind, digits) {
            Some(Form::Bytes) => (Form::Bytes, quoted),
            // Arrays, and JSON as it is.
            Some(Form::Json) if type_name.starts_with('_') => {
                (Form::Json, format!("to_json({quoted})::text"))
            }
            Some(form) => (form, format!("{quoted}::text")),
            None => return Ok(Err((name, row.try_get(3)?))),
        };
        let is_integer = matches!(type_name.as_str(), "int2" | "int4" | "int8");
        columns.push(Column { name, expression, form, is_integer });
    }
    Ok(Ok(columns))
}

fn form(type_name: &str, kind: &str, digits: i64) -> Option<Form> {
    if kind == "e" {
        return Some(Form::Text);
    }
    if let Some(element) = type_name.strip_prefix('_') {
        return form(element, "b", digits).filter(|form| *form != Form::Bytes).map(|_| Form::Json);
    }
    Some(match type_name {
        "int2" | "int4" | "int8" | "oid" | "float4" | "float8" => Form::Number,
        "numeric" if (1..=DECIMAL_DIGITS_MAX).contains(&digits) => Form::Number,
        "bool" => Form::Boolean,
        "timestamp" | "timestamptz" => Form::Moment,
        "json" | "jsonb" => Form::Json,
        "bytea" => Form::Bytes,
        "numeric" | "text" | "varchar" | "bpchar" | "char" | "name" | "citext" | "uuid" | "date" | "time"
        | "timetz" | "interval" | "bit" | "varbit" | "inet" | "cidr" | "macaddr" | "macaddr8" | "xml" => {
            Form::Text
        }
        _ => return None,
    })
}

/// A value as JSON.
pub(super) fn value(row: &PgRow, ordinal: usize, form: Form) -> Result<Value, sqlx::Error> {
    if row.try_get_raw(ordinal)?.is_null() {
        return Ok(Value::Null);
    }
    Ok(match form {
        Form::Bytes => super::base64(&row.try_get_unchecked::<Vec<u8>, _>(ordinal)?),
        _ => form.of_text(row.try_get_unchecked(ordinal)?),
    })
}
