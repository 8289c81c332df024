//! The result of a query and its three printed forms, all by Arrow's own writers.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::WriterBuilder;
use datafusion::arrow::json::writer::LineDelimited;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow::util::pretty::pretty_format_batches_with_options;

use super::QueryError;

/// Timestamps in every printed form, in UTC to the microsecond.
const TIMESTAMP_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// The rows that a query gave.
#[derive(Debug, Clone)]
pub struct QueryResult {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    cut: bool,
}

impl QueryResult {
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>, cut: bool) -> Self {
        Self { schema, batches, cut }
    }

    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// There were more rows than were asked for.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The names of the columns.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|field| field.name().as_str())
    }

    /// As a table with aligned columns; null is `NULL`.
    pub fn to_table(&self) -> Result<String, QueryError> {
        let empty = [RecordBatch::new_empty(self.schema.clone())];
        let batches = if self.batches.is_empty() { &empty[..] } else { &self.batches };
        let table = pretty_format_batches_with_options(batches, &display("NULL"))
            .map_err(|error| write_error(&error))?;
        Ok(table.to_string())
    }

    /// As CSV with a header; null is empty, and a list or struct is one field in Arrow's own notation.
    pub fn write_csv(&self, to: impl Write) -> Result<(), QueryError> {
        let mut writer =
            csv::WriterBuilder::new().with_timestamp_tz_format(TIMESTAMP_FORMAT.to_owned()).build(to);
        let empty = [RecordBatch::new_empty(self.schema.clone())];
        let batches = if self.batches.is_empty() { &empty[..] } else { &self.batches };
        for batch in batches {
            let flat = flatten(batch).map_err(|error| write_error(&error))?;
            writer.write(&flat).map_err(|error| write_error(&error))?;
        }
        Ok(())
    }

    /// As one JSON object per line, nulls included.
    pub fn write_json_lines(&self, to: impl Write) -> Result<(), QueryError> {
        let mut writer = WriterBuilder::new()
            .with_explicit_nulls(true)
            .with_timestamp_tz_format(TIMESTAMP_FORMAT.to_owned())
            .build::<_, LineDelimited>(to);
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        writer.write_batches(&batches).and_then(|()| writer.finish()).map_err(|error| write_error(&error))
    }

    /// The rows as JSON objects.
    pub fn to_json_rows(&self) -> Result<Vec<serde_json::Value>, QueryError> {
        let mut lines = Vec::new();
        self.write_json_lines(&mut lines)?;
        let rows = serde_json::Deserializer::from_slice(&lines).into_iter();
        rows.collect::<Result<_, _>>().map_err(|error| QueryError::Write { message: error.to_string() })
    }
}

fn write_error(error: &ArrowError) -> QueryError {
    QueryError::Write { message: error.to_string() }
}

fn display(null: &str) -> FormatOptions<'_> {
    FormatOptions::new().with_null(null).with_timestamp_tz_format(Some(TIMESTAMP_FORMAT))
}

/// CSV has no nested values, so those columns become text.
fn flatten(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if field.data_type().is_nested() {
            fields.push(Field::new(field.name(), DataType::Utf8, true));
            columns.push(text_of(column)?);
        } else {
            fields.push(field.as_ref().clone());
            columns.push(column.clone());
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn text_of(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = display("null");
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    let text = |row| (!column.is_null(row)).then(|| formatter.value(row).try_to_string()).transpose();
    let values = (0..column.len()).map(text).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(StringArray::from(values)))
}
