//! Records to Arrow: the JSON object in a record's data becomes one row of typed columns.
//!
//! Spark's `from_json` in PERMISSIVE mode says what each field becomes; only where Spark would make a row of nothing but
//! nulls out of text that is no JSON object, the record is turned away with the reason instead. What must stay true: no
//! record stops a batch, nothing panics on any bytes, and recursion goes no deeper than the schema.

mod builder;
mod plain;
mod scan;
mod text;
mod value;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, RecordBatch, RecordBatchOptions, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{
    DataType as ArrowType, Field as ArrowField, Schema as ArrowSchema, SchemaRef,
};
use datafusion::arrow::error::ArrowError;

use crate::clean::RawRecord;
use crate::schema::{Schema, timestamp_type};
use builder::Column;
use scan::{Scanner, Value};

/// The columns that every record has beside the fields of its data, with Databricks' names.
pub(crate) const SOURCE_COLUMNS: [&str; 5] =
    ["partitionKey", "stream", "shardId", "sequenceNumber", "approximateArrivalTimestamp"];

/// Makes rows out of records; made once per pipeline.
#[derive(Debug)]
pub(crate) struct Decoder {
    schema: Schema,
    positions: HashMap<String, usize>,
    source_columns: Vec<&'static str>,
    arrow_schema: SchemaRef,
}

/// What became of a slice of records.
pub(crate) struct Decoded {
    /// One row per record that is an object, in order: the schema's columns, then the source columns.
    pub(crate) rows: RecordBatch,
    /// For each row the index of its record.
    pub(crate) records: Vec<usize>,
    /// The index of each record that is no object, and why.
    pub(crate) refused: Vec<(usize, String)>,
}

impl Decoder {
    /// A field of the data hides a source column of the same name.
    pub(crate) fn new(schema: Schema) -> Self {
        let positions: HashMap<String, usize> =
            schema.fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        let hidden = |name: &&str| schema.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
        let source_columns: Vec<_> = SOURCE_COLUMNS.into_iter().filter(|name| !hidden(name)).collect();
        let fields = schema.fields.iter().map(crate::schema::Field::to_arrow);
        let source_fields = source_columns.iter().map(|name| match *name {
            "approximateArrivalTimestamp" => ArrowField::new(*name, timestamp_type(), true),
            _ => ArrowField::new(*name, ArrowType::Utf8, true),
        });
        let arrow_schema = Arc::new(ArrowSchema::new(fields.chain(source_fields).collect::<Vec<_>>()));
        Self { schema, positions, source_columns, arrow_schema }
    }

    /// The columns that decoding makes.
    pub(crate) fn arrow_schema(&self) -> &SchemaRef {
        &self.arrow_schema
    }

    /// Decodes records, at most `DECODE_RECORDS_MAX` of them with `DECODE_BYTES_MAX` of data.
    pub(crate) fn decode(&self, records: &[RawRecord]) -> Result<Decoded, ArrowError> {
        let mut columns: Vec<Column> =
            self.schema.fields.iter().map(|field| Column::new(&field.data_type, records.len())).collect();
        let mut kept = Vec::with_capacity(records.len());
        let mut refused = Vec::new();
        for (index, record) in records.iter().enumerate() {
            let text = text::decode_utf8(&record.data);
            match self.cells(&text) {
                Ok(cells) => {
                    for (column, cell) in columns.iter_mut().zip(cells) {
                        column.append(cell);
                    }
                    kept.push(index);
                }
                Err(refusal) => refused.push((index, refusal.reason(&record.data))),
            }
        }
        let mut arrays = columns.into_iter().map(Column::finish).collect::<Result<Vec<_>, _>>()?;
        arrays.extend(self.source_columns.iter().map(|name| source_column(name, records, &kept)));
        let options = RecordBatchOptions::new().with_row_count(Some(kept.len()));
        let rows = RecordBatch::try_new_with_options(Arc::clone(&self.arrow_schema), arrays, &options)?;
        Ok(Decoded { rows, records: kept, refused })
    }

    /// The value of each column in the object that `text` begins with. What follows the object is not looked at.
    fn cells<'a>(&self, text: &'a str) -> Result<Vec<Option<Value<'a>>>, Refusal> {
        let mut cells = vec![None; self.schema.fields.len()];
        let mut scanner = Scanner::new(text);
        if !scanner.begin_object() {
            return Err(Refusal::NoObject { at: scanner.position(), found: scanner.found() });
        }
        let mut first = true;
        let mut guess = 0;
        while let Some(key) = scanner.next_key(first)? {
            let value = scanner.value(1)?;
            first = false;
            let Some(at) = self.position(key, guess) else { continue };
            guess = at + 1;
            let fits = |value| value::fits(&self.schema.fields[at].data_type, value);
            // The last of equal keys wins, but for one that its column cannot take.
            if cells[at].is_none() || fits(value) {
                cells[at] = Some(value);
            }
        }
        Ok(cells)
    }

    /// The column of a key. Keys mostly come in one order, so the one after the last is tried first.
    fn position(&self, key: Value<'_>, guess: usize) -> Option<usize> {
        let name = text::as_string(key);
        match self.schema.fields.get(guess) {
            Some(field) if field.name == name => Some(guess),
            _ => self.positions.get(name.as_ref()).copied(),
        }
    }
}

/// Why a text is turned away.
enum Refusal {
    NoObject { at: usize, found: String },
    NoJson(scan::ScanError),
}

impl From<scan::ScanError> for Refusal {
    fn from(error: scan::ScanError) -> Self {
        Self::NoJson(error)
    }
}

impl Refusal {
    fn reason(self, data: &[u8]) -> String {
        match self {
            Self::NoObject { .. } if data.is_empty() => "the record is empty".to_owned(),
            Self::NoObject { at, found } => {
                format!(
                    "not a JSON object: expected '{{', found {found} at byte {}",
                    text::offset_in_data(data, at)
                )
            }
            Self::NoJson(error) => {
                format!("not JSON: {} at byte {}", error.what, text::offset_in_data(data, error.at))
            }
        }
    }
}

fn source_column(name: &str, records: &[RawRecord], kept: &[usize]) -> ArrayRef {
    let kept = kept.iter().map(|&index| &records[index]);
    match name {
        "partitionKey" => Arc::new(StringArray::from_iter_values(kept.map(|record| &record.partition_key))),
        "stream" => Arc::new(StringArray::from_iter_values(kept.map(|record| &record.stream))),
        "shardId" => Arc::new(StringArray::from_iter_values(kept.map(|record| &record.shard_id))),
        "sequenceNumber" => {
            Arc::new(StringArray::from_iter_values(kept.map(|record| &record.sequence_number)))
        }
        _ => {
            let micros = kept.map(|record| record.arrival_millis.saturating_mul(1000));
            Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC"))
        }
    }
}

#[cfg(test)]
mod tests;
