//! Records to Arrow: the JSON object in a record's data becomes one row of typed columns.
//!
//! Spark's `from_json` in PERMISSIVE mode says what each field becomes; only where Spark would make a row of nothing but
//! nulls out of text that is no JSON object, the record is turned away with the reason instead. So are, by option, records
//! with a value of the wrong type and records with nothing that the schema knows. What must stay true: no
//! record stops a batch, nothing panics on any bytes, and recursion goes no deeper than the schema.

mod builder;
mod embedded;
mod misfit;
mod plain;
mod rescue;
mod scan;
mod text;
mod value;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use alluvium_kinesis_consumer::looks_aggregated;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray, StringBuilder,
    TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::{
    DataType as ArrowType, Field as ArrowField, Schema as ArrowSchema, SchemaRef,
};
use datafusion::arrow::error::ArrowError;

use crate::clean::{PrepareError, RawRecord};
use crate::definition::{DecodeOptions, SourceText};
use crate::limits::PARTIAL_REASONS_MAX;
use crate::schema::{Schema, timestamp_type};
pub(crate) use embedded::{JsonPath, array_length, from_json};

use builder::Column;
use scan::{Scanner, Value};
use value::Reading;

/// The columns that every record has beside the fields of its data: five with Databricks' names, and the KCL's name for the
/// place of a user record in an aggregated one.
pub(crate) const SOURCE_COLUMNS: [&str; 6] = [
    "partitionKey",
    "stream",
    "shardId",
    "sequenceNumber",
    "approximateArrivalTimestamp",
    SUB_SEQUENCE_NUMBER,
];

const SUB_SEQUENCE_NUMBER: &str = "subSequenceNumber";

/// Key in the metadata of a column that `SELECT *` leaves out, because Databricks' source does not have it.
pub(crate) const HIDDEN_KEY: &str = "alluvium.hidden";

/// Makes rows out of records; made once per pipeline.
#[derive(Debug)]
pub(crate) struct Decoder {
    schema: Schema,
    positions: HashMap<String, usize>,
    options: DecodeOptions,
    reading: Reading,
    source_columns: Vec<SourceColumn>,
    arrow_schema: SchemaRef,
}

/// A column beside the fields of the data.
#[derive(Debug)]
struct SourceColumn {
    name: &'static str,
    /// Somebody reads it; otherwise it is filled with nulls, for its texts take as long to copy as a small record to decode.
    is_read: bool,
}

/// What became of a slice of records.
pub(crate) struct Decoded {
    /// One row per record that is good, in order: the schema's columns, those of the options, then the source columns.
    pub(crate) rows: RecordBatch,
    /// For each row the index of its record.
    pub(crate) records: Vec<usize>,
    /// The index of each record that is malformed, and why, in order.
    pub(crate) refused: Vec<(usize, String)>,
    /// How many of the rows lack a value that is not of its field's type.
    pub(crate) partial: u64,
    /// The first of them: the index of the record, and what does not fit.
    pub(crate) partial_reasons: Vec<(usize, String)>,
}

/// The fields of one record, before they are columns.
struct Cells<'a> {
    values: Vec<Option<Value<'a>>>,
    /// A field of the schema is there.
    known: bool,
    /// Of equal keys one does not fit.
    misfit: bool,
}

/// The columns of a slice while they are filled.
struct Rows {
    columns: Vec<Column>,
    rescued: Option<StringBuilder>,
    corrupt: Option<StringBuilder>,
    /// Whether each row so far stays.
    stays: Vec<bool>,
    decoded: Decoded,
}

impl Decoder {
    /// A field of the data hides a source column of the same name. A column of the options must not have the name of a field.
    pub(crate) fn new(schema: Schema, options: DecodeOptions) -> Result<Self, PrepareError> {
        let positions: HashMap<String, usize> =
            schema.fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        let own = [&options.rescued_data_column, &options.corrupt_record_column].into_iter().flatten();
        let mut taken: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
        for name in own {
            check_own_column(name, &taken)?;
            taken.push(&name.text);
        }
        let is_free = |name: &&str| !taken.iter().any(|taken| taken.eq_ignore_ascii_case(name));
        let source_columns: Vec<_> = SOURCE_COLUMNS
            .into_iter()
            .filter(is_free)
            .map(|name| SourceColumn { name, is_read: true })
            .collect();
        let fields = schema.fields.iter().map(crate::schema::Field::to_arrow);
        let own_fields =
            taken[schema.fields.len()..].iter().map(|name| ArrowField::new(*name, ArrowType::Utf8, true));
        let source_fields = source_columns.iter().map(|column| source_field(column.name));
        let all: Vec<_> = fields.chain(own_fields).chain(source_fields).collect();
        let arrow_schema = Arc::new(ArrowSchema::new(all));
        let reading = Reading::new(&options);
        Ok(Self { schema, positions, options, reading, source_columns, arrow_schema })
    }

    /// The columns that decoding makes.
    pub(crate) fn arrow_schema(&self) -> &SchemaRef {
        &self.arrow_schema
    }

    /// Says which columns of [`Self::arrow_schema`] are read, by their places in it. Of the others some are not filled.
    pub(crate) fn read_only(&mut self, places: &BTreeSet<usize>) {
        let first = self.arrow_schema.fields().len() - self.source_columns.len();
        for (column, place) in self.source_columns.iter_mut().zip(first..) {
            column.is_read = places.contains(&place);
        }
    }

    /// Decodes records, at most `DECODE_RECORDS_MAX` of them with `DECODE_BYTES_MAX` of data.
    pub(crate) fn decode(&self, records: &[RawRecord]) -> Result<Decoded, ArrowError> {
        let mut rows = self.rows(records.len());
        for (index, record) in records.iter().enumerate() {
            let text = text::decode_utf8(&record.data);
            match self.cells(&text) {
                Ok(cells) if cells.known || !self.options.malformed.nothing_known => {
                    self.append(cells, index, &text, record, &mut rows);
                }
                Ok(_) => {
                    let reason = "none of the schema's fields is in it".to_owned();
                    rows.decoded.refused.push((index, reason));
                }
                Err(refusal) => rows.decoded.refused.push((index, refusal.reason(&record.data))),
            }
        }
        self.finish(rows, records)
    }

    fn rows(&self, count: usize) -> Rows {
        let columns = self.schema.fields.iter().map(|field| Column::new(&field.data_type, count)).collect();
        let own = |name: &Option<SourceText>| name.as_ref().map(|_| StringBuilder::new());
        Rows {
            columns,
            rescued: own(&self.options.rescued_data_column),
            corrupt: own(&self.options.corrupt_record_column),
            stays: Vec::with_capacity(count),
            decoded: Decoded {
                rows: RecordBatch::new_empty(Arc::clone(&self.arrow_schema)),
                records: Vec::with_capacity(count),
                refused: Vec::new(),
                partial: 0,
                partial_reasons: Vec::new(),
            },
        }
    }

    /// Adds a row; one that turns out to be malformed is taken out again at the end.
    fn append(&self, cells: Cells<'_>, index: usize, text: &str, record: &RawRecord, rows: &mut Rows) {
        let mut fits = !cells.misfit;
        for (column, cell) in rows.columns.iter_mut().zip(cells.values) {
            fits &= column.append(cell, &self.reading);
        }
        if let Some(rescued) = &mut rows.rescued {
            rescued.append_option(rescue::rescue(&self.schema, &self.reading, text));
        }
        if let Some(corrupt) = &mut rows.corrupt {
            corrupt.append_option((!fits).then_some(text));
        }
        let decoded = &mut rows.decoded;
        let describe = || misfit::describe(&self.schema, &self.reading, text, &record.data);
        let malformed = !fits && self.options.mistyped_is_malformed();
        rows.stays.push(!malformed);
        if malformed {
            decoded.refused.push((index, describe()));
            return;
        }
        decoded.records.push(index);
        if !fits {
            decoded.partial += 1;
            if decoded.partial_reasons.len() < PARTIAL_REASONS_MAX {
                decoded.partial_reasons.push((index, describe()));
            }
        }
    }

    fn finish(&self, rows: Rows, records: &[RawRecord]) -> Result<Decoded, ArrowError> {
        let Rows { columns, rescued, corrupt, stays, mut decoded } = rows;
        let mut arrays = columns.into_iter().map(Column::finish).collect::<Result<Vec<_>, _>>()?;
        for mut own in [rescued, corrupt].into_iter().flatten() {
            arrays.push(Arc::new(own.finish()));
        }
        let count = stays.len();
        let leaves = count > decoded.records.len();
        if leaves {
            let stays = BooleanArray::from(stays);
            let staying = |array: ArrayRef| filter(&array, &stays);
            arrays = arrays.into_iter().map(staying).collect::<Result<Vec<_>, _>>()?;
        }
        let kept = &decoded.records;
        for column in &self.source_columns {
            arrays.push(if column.is_read {
                source_column(column.name, records, kept)
            } else {
                new_null_array(source_field(column.name).data_type(), kept.len())
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(decoded.records.len()));
        decoded.rows = RecordBatch::try_new_with_options(Arc::clone(&self.arrow_schema), arrays, &options)?;
        Ok(decoded)
    }

    /// The value of each column in the object that `text` begins with. What follows the object is not looked at.
    fn cells<'a>(&self, text: &'a str) -> Result<Cells<'a>, Refusal> {
        let mut cells = Cells { values: vec![None; self.schema.fields.len()], known: false, misfit: false };
        let mut scanner = Scanner::new(text, self.options.json);
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
            cells.known = true;
            match cells.values[at] {
                None => cells.values[at] = Some(value),
                // The last of equal keys wins, but for one that its column cannot take.
                Some(held) => {
                    let fits = |value| value::fits(&self.schema.fields[at].data_type, value, &self.reading);
                    let both = (fits(held), fits(value));
                    cells.misfit |= both != (true, true);
                    cells.values[at] = Some(if both.1 { value } else { held });
                }
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

/// Refuses a name of a column of the options that another column has already.
fn check_own_column(name: &SourceText, taken: &[&str]) -> Result<(), PrepareError> {
    let wrong = |message: String| PrepareError::Option { place: name.file.clone(), message };
    if name.text.trim().is_empty() {
        return Err(wrong("the column needs a name".to_owned()));
    }
    let others = taken.iter().chain(&SOURCE_COLUMNS);
    match others.into_iter().find(|other| other.eq_ignore_ascii_case(&name.text)) {
        Some(other) => Err(wrong(format!("there is a column {other:?} already: choose another name"))),
        None => Ok(()),
    }
}

fn source_field(name: &str) -> ArrowField {
    match name {
        "approximateArrivalTimestamp" => ArrowField::new(name, timestamp_type(), true),
        SUB_SEQUENCE_NUMBER => ArrowField::new(name, ArrowType::Int64, true)
            .with_metadata([(HIDDEN_KEY.to_owned(), String::new())].into()),
        _ => ArrowField::new(name, ArrowType::Utf8, true),
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
            Self::NoObject { .. } if looks_aggregated(data) => {
                "it begins as an aggregated record of the Kinesis Producer Library, but its MD5 or its protobuf is wrong, or \
                 it holds too many user records"
                    .to_owned()
            }
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
        SUB_SEQUENCE_NUMBER => {
            let numbers = kept.map(|record| i64::try_from(record.sub_sequence_number?).ok());
            Arc::new(numbers.collect::<Int64Array>())
        }
        _ => {
            let micros = kept.map(|record| record.arrival_millis.saturating_mul(1000));
            Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC"))
        }
    }
}

#[cfg(test)]
mod tests;
