//! Writes rows as Parquet files of a table, which are nothing to a reader until a commit names them.
//!
//! What must stay true: writing needs no snapshot and takes none, so files may be written ahead on any thread while
//! commits go on; and what has been written before an error is taken back as far as the store lets it.

use std::sync::Arc;

use delta_kernel::table_properties::DataSkippingNumIndexedCols;
use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::datatypes::SchemaRef;
use deltalake::datafile::writer::{DeltaWriter, WriterConfig};
use deltalake::kernel::Add;
use deltalake::logstore::ObjectStoreRef;
use deltalake::parquet::basic::Compression;
use deltalake::parquet::file::properties::WriterProperties;
use deltalake::writer::RecordBatchWriter;
use deltalake::{DeltaTable, DeltaTableError};
use tokio::runtime::Handle;

use super::CommitError;
use crate::table::conform;

/// Columns whose least and greatest value stand in the log, for a table that does not say how many: Delta's own default.
const STATISTICS_COLUMNS: u64 = 32;

/// Files that no commit names yet.
#[derive(Debug, Default)]
pub(crate) struct NewFiles(Vec<Add>);

/// Writes files of one table. Cheap to clone; each clone writes files of its own.
#[derive(Clone)]
pub(crate) struct FileWriter {
    table: Arc<str>,
    store: ObjectStoreRef,
    columns: SchemaRef,
    config: WriterConfig,
    runtime: Handle,
}

/// One file while it is written, or one for each partition.
pub(crate) struct OpenFile<'a> {
    writer: &'a FileWriter,
    open: Option<DeltaWriter>,
}

impl NewFiles {
    /// The `add` actions that a commit must carry.
    pub(super) fn adds(&self) -> &[Add] {
        &self.0
    }

    /// Takes the files of another part of the same batch behind its own.
    pub(crate) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

impl FileWriter {
    /// Writes as the loaded `table` says: columns, partitions, statistics. Made within the runtime that its store needs.
    pub(super) fn for_table(table: &DeltaTable) -> Result<Self, DeltaTableError> {
        // delta-rs's own writer knows what it may not write and reads the columns; encoding is for `DeltaWriter`.
        let columns = RecordBatchWriter::for_table(table)?.arrow_schema();
        let state = table.snapshot()?;
        let properties = state.table_config();
        let statistics = properties
            .data_skipping_num_indexed_cols
            .unwrap_or(DataSkippingNumIndexedCols::NumColumns(STATISTICS_COLUMNS));
        let named = properties.data_skipping_stats_columns.as_ref();
        let config = WriterConfig::new(
            columns.clone(),
            state.metadata().partition_columns().to_vec(),
            Some(writer_properties()),
            None,
            None,
            statistics,
            named.map(|names| names.iter().map(ToString::to_string).collect()),
        );
        Ok(Self {
            table: table.table_url().as_str().into(),
            store: table.object_store(),
            columns,
            config,
            runtime: Handle::current(),
        })
    }

    /// Begins a file.
    pub(crate) fn begin(&self) -> OpenFile<'_> {
        OpenFile { writer: self, open: None }
    }

    fn failed(&self, source: DeltaTableError) -> CommitError {
        CommitError::Write { table: self.table.to_string(), source: Box::new(source) }
    }
}

/// Every method encodes and waits for the store: call them where blocking is allowed, which is never on the runtime.
impl OpenFile<'_> {
    /// Adds rows behind those that are there.
    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), CommitError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let FileWriter { store, columns, config, runtime, .. } = self.writer;
        let mut open = self.open.take().unwrap_or_else(|| DeltaWriter::new(store.clone(), config.clone()));
        let written = runtime.block_on(async {
            match conform(rows, columns) {
                Ok(rows) => open.write(&rows).await,
                Err(error) => Err(error.into()),
            }
        });
        match written {
            Ok(()) => {
                self.open = Some(open);
                Ok(())
            }
            Err(error) => {
                self.open = Some(open);
                self.abort();
                Err(self.writer.failed(error))
            }
        }
    }

    /// Ends the file. Without a row there is none.
    pub(crate) fn finish(mut self) -> Result<NewFiles, CommitError> {
        let Some(open) = self.open.take() else { return Ok(NewFiles::default()) };
        let closed = self.writer.runtime.block_on(open.close());
        closed.map(NewFiles).map_err(|error| self.writer.failed(error))
    }

    /// Takes back what was written.
    pub(crate) fn abort(&mut self) {
        if let Some(open) = self.open.take()
            && let Err(error) = self.writer.runtime.block_on(open.abort())
        {
            tracing::warn!(table = %self.writer.table, %error, "a file begun for a failed batch could not be taken back; vacuum removes it");
        }
    }
}

/// Writes `rows` to one file on a blocking thread.
pub(super) async fn write_file(writer: FileWriter, rows: Vec<RecordBatch>) -> Result<NewFiles, CommitError> {
    let name = writer.table.clone();
    let written = tokio::task::spawn_blocking(move || {
        let mut file = writer.begin();
        rows.iter().try_for_each(|rows| file.write(rows))?;
        file.finish()
    });
    written.await.unwrap_or_else(|panicked| {
        let source = Box::new(DeltaTableError::GenericError { source: Box::new(panicked) });
        Err(CommitError::Write { table: name.to_string(), source })
    })
}

fn writer_properties() -> WriterProperties {
    WriterProperties::builder()
        .set_created_by(concat!("alluvium version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .build()
}
