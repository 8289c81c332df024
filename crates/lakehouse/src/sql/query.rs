//! Runs one query.

use datafusion::common::TableReference;
use datafusion::prelude::SQLOptions;

use super::identifier::quote_table_names;
use super::session::{collect, session};
use super::statement::{lists_tables, parse};
use super::{QueryError, QueryResult, TableCatalog};
use crate::limits::QUERY_MEMORY_BYTES;
use crate::table::{Access, load, log_store};

/// How much a query may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryOptions {
    /// Most rows of the result; what is beyond is left out and [`QueryResult::is_cut`] says so.
    pub rows_max: usize,
    /// Most bytes of memory for sorting, grouping and joining; a query that needs more fails.
    pub memory_bytes_max: usize,
}

impl Default for QueryOptions {
    fn default() -> Self {
        Self { rows_max: usize::MAX, memory_bytes_max: QUERY_MEMORY_BYTES }
    }
}

/// Runs the one statement in `text` over the tables of `catalog`.
pub async fn query(
    catalog: &TableCatalog,
    text: &str,
    options: &QueryOptions,
) -> Result<QueryResult, QueryError> {
    let names: Vec<&str> = catalog.tables().iter().map(|table| table.name.as_str()).collect();
    let statement = parse(&quote_table_names(text, &names))?;
    let context = session(options.memory_bytes_max)?;
    let state = context.state();
    let wanted = if lists_tables(&statement) {
        names.iter().map(|&name| TableReference::bare(name)).collect()
    } else {
        state.resolve_table_references(&statement)?
    };
    for reference in wanted {
        let is_listing = reference.schema().is_some_and(|schema| schema == "information_schema");
        if is_listing || state.table_functions().contains_key(reference.table()) {
            continue;
        }
        let entry = catalog.get(reference.table())?;
        let table = load(log_store(&entry.location, Access::Shared)?).await?;
        let provider =
            table.table_provider().await.map_err(|error| QueryError::Run { message: error.to_string() })?;
        context.register_table(TableReference::bare(entry.name.as_str()), provider)?;
    }
    let plan = context.state().statement_to_plan(statement).await?;
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reading.verify_plan(&plan)?;
    let frame = context.execute_logical_plan(plan).await?;
    let schema = frame.schema().inner().clone();
    let (batches, cut) = collect(frame, options.rows_max).await?;
    Ok(QueryResult::new(schema, batches, cut))
}
