//! Opens a Delta table for writing, making it first where there is none.
//!
//! What must stay true: a table is made by a commit of its own that never competes (no retry, so a second maker cannot
//! overwrite the first one's schema), and a table that could forget transactions or has other columns is refused.

use deltalake::arrow::datatypes::SchemaRef;
use deltalake::kernel::StructType;
use deltalake::kernel::engine::arrow_conversion::TryFromArrow;
use deltalake::kernel::transaction::{CommitProperties, PROTOCOL};
use deltalake::logstore::LogStoreRef;
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::SaveMode;
use deltalake::{DeltaTable, DeltaTableError};

use super::TableError;
use super::columns::{difference, table_columns};

/// What a table is made as, and what an existing one must be.
#[derive(Debug, Clone)]
pub(crate) struct TableSpec {
    /// Name in the table's metadata.
    pub(crate) name: String,
    /// Comment in the table's metadata.
    pub(crate) comment: String,
    /// Columns, in order.
    pub(crate) schema: SchemaRef,
}

/// Opens the table of `log_store`, or makes it as `spec` says.
pub(crate) async fn open_or_create(
    log_store: LogStoreRef,
    spec: &TableSpec,
) -> Result<DeltaTable, TableError> {
    let name = log_store.root_url().to_string();
    let failed = |doing| {
        let table = name.clone();
        move |source: DeltaTableError| TableError::Delta { table, doing, source: Box::new(source) }
    };
    let columns = table_columns(&name, &spec.schema)?;
    let kernel_schema = StructType::try_from_arrow(columns.as_ref())
        .map_err(|error| failed("describing it")(error.into()))?;
    let commit = CommitProperties::default().with_max_retries(0).with_cleanup_expired_logs(Some(false));
    let made = CreateBuilder::new()
        .with_log_store(log_store.clone())
        .with_table_name(&spec.name)
        .with_comment(&spec.comment)
        .with_columns(kernel_schema.fields().cloned())
        .with_save_mode(SaveMode::Ignore)
        .with_commit_properties(commit)
        .await;
    let table = match made {
        Ok(table) => table,
        // Another worker may have been first, or the store may have lied: what counts is what is there.
        Err(error) => load(log_store).await.map_err(|_| failed("making it")(error))?,
    };
    check(&table, spec)?;
    Ok(table)
}

/// Loads the newest version of a table that exists.
pub(crate) async fn load(log_store: LogStoreRef) -> Result<DeltaTable, TableError> {
    let name = log_store.root_url().to_string();
    let mut table = DeltaTable::new(log_store.clone());
    let Err(error) = table.load().await else {
        return Ok(table);
    };
    // An unreachable log and a missing one fail in several ways; only an empty listing says that there is none.
    match log_store.is_delta_table_location().await {
        Ok(false) => Err(TableError::NotFound { table: name }),
        _ => Err(TableError::Delta { table: name, doing: "loading it", source: Box::new(error) }),
    }
}

/// Checks that rows of `spec` may be committed to the loaded `table` and be counted on afterwards.
pub(crate) fn check(table: &DeltaTable, spec: &TableSpec) -> Result<(), TableError> {
    let name = table.table_url().to_string();
    let failed =
        |source| TableError::Delta { table: name.clone(), doing: "loading it", source: Box::new(source) };
    let state = table.snapshot().map_err(failed)?;
    if let Err(source) = PROTOCOL.can_write_to(state) {
        return Err(TableError::Protocol { table: name, source: Box::new(source.into()) });
    }
    let retention = state.metadata().configuration().get("delta.setTransactionRetentionDuration");
    if let Some(value) = retention {
        return Err(TableError::TransactionRetention { table: name, value: value.clone() });
    }
    let wanted = table_columns(&name, &spec.schema)?;
    let found = table_columns(&name, &state.snapshot().arrow_schema())?;
    match difference(&wanted, &found) {
        Some(difference) => Err(TableError::SchemaDiffers { table: name, difference }),
        None => Ok(()),
    }
}
