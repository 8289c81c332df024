//! One record cleaned by itself, as JSON: what `alluvium pipeline test` prints per line.
//!
//! What must stay true: the record takes the same way as in a pipeline, through [`Cleaner::clean`]; only the printing is here.
//! Timestamps are printed `2019-01-04T02:30:10.000000Z`, dates `2019-01-04`, binary as base64, DOUBLE without a JSON form as
//! `"NaN"`, DECIMAL as its digits in a string.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::arrow::error::ArrowError;
use serde_json::{Map, Value};

use crate::clean::{CleanError, Cleaner, RawRecord};
use crate::spark::{date, decimal, number, timestamp};

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DryRunLine {
    /// The rows for the table, as JSON objects with the columns in their order; empty when WHERE left the record out. `None`
    /// when nothing of the record came as far as the SQL's end.
    pub rows: Option<Vec<Map<String, Value>>>,
    /// What did not fit its field's type and is null in a row.
    pub partial: Option<String>,
    /// Why the record, or user records of it, would be set aside.
    pub quarantined: Option<String>,
    /// Why the record, or user records of it, would be dropped.
    pub dropped: Option<String>,
    /// Why the record would end the pipeline.
    pub failed: Option<String>,
}

impl DryRunLine {
    /// `{"line":n,"rows":[{..}]}` or `{"line":n,"quarantined":"reason"}`; `partial`, `dropped` and `failed` where there is
    /// something to tell.
    pub fn to_json(&self, line: usize) -> Value {
        let mut object = Map::from_iter([("line".to_owned(), Value::from(line))]);
        if let Some(rows) = &self.rows {
            object.insert("rows".to_owned(), rows.iter().cloned().map(Value::Object).collect());
        }
        let told = [
            ("partial", &self.partial),
            ("quarantined", &self.quarantined),
            ("dropped", &self.dropped),
            ("failed", &self.failed),
        ];
        for (name, reason) in told {
            if let Some(reason) = reason {
                object.insert(name.to_owned(), Value::from(reason.as_str()));
            }
        }
        Value::Object(object)
    }
}

/// Cleans one record's data by itself. The source columns are those of a record that came from no stream: empty, arrived at
/// 1970-01-01T00:00:00Z.
pub fn dry_run(cleaner: &Cleaner, data: impl Into<Bytes>) -> Result<DryRunLine, CleanError> {
    let record = RawRecord {
        data: data.into(),
        partition_key: String::new(),
        sequence_number: String::new(),
        sub_sequence_number: None,
        shard_id: Arc::from(""),
        stream: Arc::from(""),
        arrival_millis: 0,
    };
    let result = match cleaner.clean(vec![record]) {
        Err(CleanError::Malformed { reason, .. }) => {
            return Ok(DryRunLine { failed: Some(reason), ..DryRunLine::default() });
        }
        result => result?,
    };
    let mut rows = Vec::new();
    for batch in &result.rows {
        rows.extend(objects(batch)?);
    }
    let lost = result.quarantined.len() as u64 + result.dropped;
    let quarantined = result.quarantined.into_iter().map(|quarantined| quarantined.reason);
    Ok(DryRunLine {
        rows: (lost == 0 || lost < result.records).then_some(rows),
        partial: joined(&result.partial_reasons),
        quarantined: joined(&quarantined.collect::<Vec<_>>()),
        dropped: joined(&result.dropped_reasons),
        failed: None,
    })
}

fn joined(reasons: &[String]) -> Option<String> {
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

pub(crate) fn objects(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, ArrowError> {
    let mut rows = vec![Map::new(); batch.num_rows()];
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        for (row, value) in rows.iter_mut().zip(values(column)?) {
            row.insert(field.name().clone(), value);
        }
    }
    Ok(rows)
}

/// Every value of a column as JSON.
fn values(column: &ArrayRef) -> Result<Vec<Value>, ArrowError> {
    let each = |value: &dyn Fn(usize) -> Value| -> Vec<Value> {
        (0..column.len()).map(|row| if column.is_null(row) { Value::Null } else { value(row) }).collect()
    };
    let written = |write: &dyn Fn(usize, &mut String)| {
        each(&|row| {
            let mut text = String::new();
            write(row, &mut text);
            Value::String(text)
        })
    };
    Ok(match column.data_type() {
        DataType::Utf8 => each(&|row| Value::from(column.as_string::<i32>().value(row))),
        DataType::Boolean => each(&|row| Value::from(column.as_boolean().value(row))),
        DataType::Float64 => each(&|row| float(column.as_primitive::<Float64Type>().value(row))),
        DataType::Float32 => each(&|row| {
            let mut text = String::new();
            number::write_float(column.as_primitive::<Float32Type>().value(row), &mut text);
            text.parse().map_or(Value::from(text), float)
        }),
        DataType::Decimal128(_, scale) => written(&|row, out| {
            decimal::write(column.as_primitive::<Decimal128Type>().value(row), *scale, out);
        }),
        DataType::Timestamp(..) => written(&|row, out| {
            timestamp::write_iso(column.as_primitive::<TimestampMicrosecondType>().value(row), out);
        }),
        DataType::Date32 => {
            written(&|row, out| date::write(i64::from(column.as_primitive::<Date32Type>().value(row)), out))
        }
        DataType::Binary => each(&|row| {
            Value::from(base64_simd::STANDARD.encode_to_string(column.as_binary::<i32>().value(row)))
        }),
        DataType::List(_) => nested(column, &column.as_list::<i32>().iter().collect::<Vec<_>>())?,
        DataType::Struct(_) => structs(column)?,
        DataType::Map(..) => maps(column)?,
        _ => {
            let whole = datafusion::arrow::compute::cast(column, &DataType::Int64)?;
            let whole = whole.as_primitive::<Int64Type>();
            each(&|row| Value::from(whole.value(row)))
        }
    })
}

fn float(number: f64) -> Value {
    let mut text = String::new();
    number::write_double(number, &mut text);
    serde_json::Number::from_f64(number).map_or(Value::String(text), Value::Number)
}

fn nested(column: &ArrayRef, lists: &[Option<ArrayRef>]) -> Result<Vec<Value>, ArrowError> {
    debug_assert_eq!(column.len(), lists.len());
    lists
        .iter()
        .map(|list| list.as_ref().map_or(Ok(Value::Null), |list| Ok(Value::Array(values(list)?))))
        .collect()
}

fn structs(column: &ArrayRef) -> Result<Vec<Value>, ArrowError> {
    let mut rows = vec![Map::new(); column.len()];
    let structs = column.as_struct();
    for (name, member) in structs.column_names().iter().zip(structs.columns()) {
        for (row, value) in rows.iter_mut().zip(values(member)?) {
            row.insert((*name).to_owned(), value);
        }
    }
    let value = |(row, members)| if column.is_null(row) { Value::Null } else { Value::Object(members) };
    Ok(rows.into_iter().enumerate().map(value).collect())
}

fn maps(column: &ArrayRef) -> Result<Vec<Value>, ArrowError> {
    let maps = column.as_map();
    let mut rows = Vec::with_capacity(maps.len());
    for map in maps.iter() {
        rows.push(match map {
            None => Value::Null,
            Some(entries) => {
                let keys = entries.column(0).as_string::<i32>().iter().flatten().map(str::to_owned);
                Value::Object(keys.zip(values(entries.column(1))?).collect())
            }
        });
    }
    Ok(rows)
}
