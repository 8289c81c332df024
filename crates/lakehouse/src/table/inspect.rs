//! What is in a table: rows, a few of them as JSON, files, and how far each pipeline has read into it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use url::Url;

use super::{Access, TableError, load, log_store};
use crate::commit::{ShardPosition, app_versions, decode_all};
use crate::limits::QUERY_MEMORY_BYTES;
use crate::sql::{QueryResult, collect, session};

/// What a table is at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDescription {
    /// Version that this describes.
    pub version: u64,
    /// Data files.
    pub files: usize,
    /// Bytes in them.
    pub data_bytes: u64,
    /// Positions by pipeline and shard.
    pub positions: BTreeMap<String, BTreeMap<String, ShardPosition>>,
}

/// Counts the rows of the table in the directory `table`; a table that is not there has none.
pub async fn count_rows(table: &Url) -> Result<u64, TableError> {
    let loaded = match load(log_store(table, Access::Shared)?).await {
        Err(TableError::NotFound { .. }) => return Ok(0),
        loaded => loaded?,
    };
    let counted = async {
        let provider = loaded.table_provider().await?;
        session(QUERY_MEMORY_BYTES)?.read_table(provider)?.count().await
    };
    Ok(counted.await.map_err(|error| read_error(table, error))? as u64)
}

/// At most `rows_max` rows of the table, as JSON objects; a table that is not there has none.
pub async fn sample_rows(table: &Url, rows_max: usize) -> Result<Vec<Value>, TableError> {
    let loaded = match load(log_store(table, Access::Shared)?).await {
        Err(TableError::NotFound { .. }) => return Ok(Vec::new()),
        loaded => loaded?,
    };
    let sampled = async {
        let provider = loaded.table_provider().await?;
        let frame = session(QUERY_MEMORY_BYTES)?.read_table(provider)?.limit(0, Some(rows_max))?;
        let schema = frame.schema().inner().clone();
        let (batches, cut) = collect(frame, rows_max).await?;
        let rows = QueryResult::new(schema, batches, cut).to_json_rows();
        rows.map_err(|error| datafusion::error::DataFusionError::External(Box::new(error)))
    };
    sampled.await.map_err(|error| read_error(table, error))
}

/// Describes the table in the directory `table`.
pub async fn describe_table(table: &Url) -> Result<TableDescription, TableError> {
    let loaded = load(log_store(table, Access::Shared)?).await?;
    let delta = |source| TableError::Delta {
        table: table.to_string(),
        doing: "reading it",
        source: Box::new(source),
    };
    let state = loaded.snapshot().map_err(delta)?;
    let version = state.version();
    let sizes: Vec<u64> = state.log_data().iter().map(|file| file.size().unsigned_abs()).collect();
    let versions = app_versions(loaded.log_store(), version).await.map_err(|error| delta(error.into()))?;
    let pipelines: BTreeSet<&str> =
        versions.keys().filter_map(|id| id.split_once('/')).map(|(pipeline, _)| pipeline).collect();
    let positions = pipelines
        .into_iter()
        .filter_map(|pipeline| Some((pipeline.to_owned(), decode_all(&versions, pipeline).ok()?)));
    Ok(TableDescription {
        version,
        files: sizes.len(),
        data_bytes: sizes.iter().sum(),
        positions: positions.collect(),
    })
}

fn read_error(table: &Url, source: datafusion::error::DataFusionError) -> TableError {
    TableError::Read { table: table.to_string(), source: Box::new(source) }
}
