//! Writes rows as Parquet files of a table, which are nothing to a reader until a commit names them.

use deltalake::arrow::array::RecordBatch;
use deltalake::kernel::Add;
use deltalake::writer::{DeltaWriter, RecordBatchWriter};
use deltalake::{DeltaTable, DeltaTableError};
use tokio::runtime::Handle;

use crate::table::conform;

/// Writes `rows` on a blocking thread and returns the `add` actions that a commit must carry. No rows, no file.
pub(crate) async fn write_files(
    table: &DeltaTable,
    rows: Vec<RecordBatch>,
) -> Result<Vec<Add>, DeltaTableError> {
    if rows.iter().all(|batch| batch.num_rows() == 0) {
        return Ok(Vec::new());
    }
    let mut writer = RecordBatchWriter::for_table(table)?;
    let runtime = Handle::current();
    let written = tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let columns = writer.arrow_schema();
            for batch in &rows {
                writer.write(conform(batch, &columns)?).await?;
            }
            writer.flush().await
        })
    });
    written.await.map_err(|panicked| DeltaTableError::GenericError { source: Box::new(panicked) })?
}
