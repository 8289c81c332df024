//! Reads every `txn` action of a table in one replay of its log.
//!
//! delta-rs answers for one application id at a time and replays the log each time; a shard has nine. What must stay true:
//! the newest action of an id wins, and the answer is for exactly the version that the caller holds.

use delta_kernel::Snapshot;
use delta_kernel::actions::LOG_TXN_SCHEMA;
use deltalake::arrow::array::{Array, AsArray, RecordBatch};
use deltalake::arrow::datatypes::Int64Type;
use deltalake::kernel::engine::arrow_data::ArrowEngineData;
use deltalake::logstore::LogStoreRef;

use super::position::AppVersions;

/// The newest `txn` version of every application id at `version` of the table.
pub(crate) async fn app_versions(
    log_store: LogStoreRef,
    version: u64,
) -> Result<AppVersions, delta_kernel::Error> {
    let read = tokio::task::spawn_blocking(move || replay(&log_store, version)).await;
    read.unwrap_or_else(|panicked| Err(delta_kernel::Error::generic(panicked.to_string())))
}

fn replay(log_store: &LogStoreRef, version: u64) -> Result<AppVersions, delta_kernel::Error> {
    let engine = log_store.engine(None);
    let mut root = log_store.root_url().clone();
    if !root.path().ends_with('/') {
        root.set_path(&format!("{}/", root.path()));
    }
    let snapshot = Snapshot::builder_for(root).at_version(version).build(engine.as_ref())?;
    let mut versions = AppVersions::new();
    // Newest first, so what is there already is newer.
    for batch in snapshot.log_segment().read_actions(engine.as_ref(), LOG_TXN_SCHEMA.clone())? {
        let data = ArrowEngineData::try_from_engine_data(batch?.actions)?;
        collect(data.record_batch(), &mut versions);
    }
    Ok(versions)
}

fn collect(actions: &RecordBatch, versions: &mut AppVersions) {
    let Some(txn) = actions.column_by_name("txn").and_then(|column| column.as_struct_opt()) else {
        return;
    };
    let ids = txn.column_by_name("appId").and_then(|column| column.as_string_opt::<i32>());
    let numbers = txn.column_by_name("version").and_then(|column| column.as_primitive_opt::<Int64Type>());
    let (Some(ids), Some(numbers)) = (ids, numbers) else {
        return;
    };
    // Within one commit an id stands once, so the order of rows does not matter.
    for row in (0..actions.num_rows()).filter(|&row| txn.is_valid(row) && ids.is_valid(row)) {
        versions.entry(ids.value(row).to_owned()).or_insert_with(|| numbers.value(row));
    }
}
