//! Reads one user's access key.

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::DataType;
use secrecy::SecretString;
use url::Url;

use super::{AccessKey, AccessKeyError, COLUMNS};
use crate::limits::{ACCESS_KEY_ROWS_MAX, QUERY_MEMORY_BYTES};
use crate::sql::{collect, session};
use crate::table::{Access, TableError, load, log_store};

/// The access key of `user_name` in the Delta table in the directory `table`.
pub async fn read_access_key(table: &Url, user_name: &str) -> Result<AccessKey, AccessKeyError> {
    let rows = read_rows(table).await?;
    let [users, ids, secrets] = text_columns(table, &rows)?;
    let found: Vec<usize> =
        (0..rows.num_rows()).filter(|&row| users.is_valid(row) && users.value(row) == user_name).collect();
    let (table, user_name) = (table.to_string(), user_name.to_owned());
    let row = match found[..] {
        [row] => row,
        [] => return Err(AccessKeyError::NoRow { table, user_name, rows: rows.num_rows() }),
        _ => return Err(AccessKeyError::SeveralRows { table, user_name, rows: found.len() }),
    };
    for (column, [name, _]) in [(&ids, COLUMNS[1]), (&secrets, COLUMNS[2])] {
        if column.is_null(row) || column.value(row).trim().is_empty() {
            return Err(AccessKeyError::Empty { table, user_name, column: name.to_owned() });
        }
    }
    Ok(AccessKey {
        access_key_id: ids.value(row).trim().to_owned(),
        secret_access_key: SecretString::from(secrets.value(row).trim()),
    })
}

/// Every row of the table in one batch.
pub(super) async fn read_rows(table: &Url) -> Result<RecordBatch, AccessKeyError> {
    let loaded = match load(log_store(table, Access::Private)?).await {
        Err(TableError::NotFound { table }) => return Err(AccessKeyError::NoTable { table }),
        loaded => loaded?,
    };
    let read = async {
        let frame = session(QUERY_MEMORY_BYTES)?.read_table(loaded.table_provider().await?)?;
        let schema = frame.schema().inner().clone();
        let (batches, cut) = collect(frame, ACCESS_KEY_ROWS_MAX).await?;
        Ok((concat_batches(&schema, &batches)?, cut))
    };
    match read.await {
        Ok((rows, false)) => Ok(rows),
        Ok((_, true)) => {
            Err(AccessKeyError::TooLarge { table: table.to_string(), rows_max: ACCESS_KEY_ROWS_MAX })
        }
        Err(error) => Err(TableError::Read { table: table.to_string(), source: Box::new(error) }.into()),
    }
}

/// User names, access key ids and secrets, whatever the table calls them.
pub(super) fn text_columns(table: &Url, rows: &RecordBatch) -> Result<[StringArray; 3], AccessKeyError> {
    let column = |[snake_case, words]: [&'static str; 2]| {
        let missing = || AccessKeyError::NoColumn { table: table.to_string(), snake_case, words };
        let array =
            rows.column_by_name(snake_case).or_else(|| rows.column_by_name(words)).ok_or_else(missing)?;
        let not_text = || AccessKeyError::NotText {
            table: table.to_string(),
            column: snake_case.to_owned(),
            found: array.data_type().to_string(),
        };
        if !matches!(array.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            return Err(not_text());
        }
        let text = cast(array, &DataType::Utf8).map_err(|_| not_text())?;
        Ok(text.as_string::<i32>().clone())
    };
    let [users, ids, secrets] = COLUMNS;
    Ok([column(users)?, column(ids)?, column(secrets)?])
}
