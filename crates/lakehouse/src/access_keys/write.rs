//! Writes one user's access key.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake::DeltaTableError;
use deltalake::protocol::SaveMode;
use secrecy::ExposeSecret;
use url::Url;

use super::read::{read_rows, text_columns};
use super::{AccessKey, AccessKeyError, COLUMNS};
use crate::table::{Access, TableError, TableSpec, log_store, open_or_create};

/// Puts `key` as the one row of `user_name` into the Delta table in the directory `table`, making the table where there is
/// none. Other users' rows stay. Older versions of the table keep what they held until it is vacuumed.
pub async fn write_access_key(table: &Url, user_name: &str, key: &AccessKey) -> Result<(), AccessKeyError> {
    let schema = schema();
    let comment = "Access keys, one row per user".to_owned();
    let spec = TableSpec { name: "authentication_credentials".into(), comment, schema: schema.clone() };
    let opened = open_or_create(log_store(table, Access::Private)?, &spec).await?;
    let rows = read_rows(table).await?;
    let [users, ids, secrets] = text_columns(table, &rows)?;
    let others: Vec<usize> =
        (0..rows.num_rows()).filter(|&row| users.is_null(row) || users.value(row) != user_name).collect();
    let secret = key.secret_access_key.expose_secret();
    let columns = [(users, user_name), (ids, key.access_key_id.as_str()), (secrets, secret)];
    let columns = columns.map(|(column, value)| {
        let kept = others.iter().map(|&row| column.is_valid(row).then(|| column.value(row)));
        Arc::new(kept.chain([Some(value)]).collect::<StringArray>()) as ArrayRef
    });
    let failed = |source: DeltaTableError| TableError::Delta {
        table: table.to_string(),
        doing: "writing an access key",
        source: Box::new(source),
    };
    let replacement = RecordBatch::try_new(schema, columns.to_vec()).map_err(|error| failed(error.into()))?;
    opened.write([replacement]).with_save_mode(SaveMode::Overwrite).await.map_err(failed)?;
    Ok(())
}

fn schema() -> SchemaRef {
    let columns = COLUMNS.map(|[name, _]| Field::new(name, DataType::Utf8, true));
    Arc::new(Schema::new(columns.to_vec()))
}
