//! One SELECT as DataFusion evaluates it: a filter, then the columns.
//!
//! What must stay true: expressions are prepared once; evaluating needs no runtime, no session and no plan.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};

use crate::plan::Selection;

/// One SELECT, ready to run.
#[derive(Debug)]
pub(super) struct Step {
    filter: Option<Arc<dyn PhysicalExpr>>,
    columns: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
}

impl Step {
    /// Prepares a selection over the columns of `input`.
    pub(super) fn new(selection: Selection, input: &SchemaRef) -> Result<Self> {
        let input = DFSchema::try_from(Arc::clone(input))?;
        let properties = ExecutionProps::new();
        let context = PhysicalPlanningContext::default();
        let physical = |expr: &Expr| create_physical_expr(expr, &input, &properties, &context);
        Ok(Self {
            filter: selection.filter.as_ref().map(physical).transpose()?,
            columns: selection.columns.iter().map(physical).collect::<Result<Vec<_>>>()?,
            schema: selection.schema,
        })
    }

    /// The places of the columns that it reads.
    pub(super) fn reads(&self) -> BTreeSet<usize> {
        let expressions = self.columns.iter().chain(&self.filter);
        expressions.flat_map(collect_columns).map(|column| column.index()).collect()
    }

    /// The columns that it makes.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows that it makes of some.
    pub(super) fn run(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let kept;
        let rows = match &self.filter {
            None => rows,
            Some(filter) => {
                let keep = filter.evaluate(rows)?.into_array(rows.num_rows())?;
                kept = filter_record_batch(rows, keep.as_boolean())?;
                &kept
            }
        };
        let count = rows.num_rows();
        let columns = self
            .columns
            .iter()
            .map(|column| column.evaluate(rows)?.into_array(count))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}
