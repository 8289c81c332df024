//! The columns that our tables may have: Arrow's types brought to those that every Delta reader has.
//!
//! What must stay true: a table we make asks for reader version 1 and writer version 2, so there is no `timestamp_ntz`; and
//! every column is nullable, as Spark makes them.

use std::sync::Arc;

use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use deltalake::arrow::error::ArrowError;

use super::TableError;

/// The columns of `schema` as the table at `table` has them.
pub(crate) fn table_columns(table: &str, schema: &Schema) -> Result<SchemaRef, TableError> {
    let column_type = |column: &Field, advice| TableError::ColumnType {
        table: table.to_owned(),
        column: column.name().clone(),
        found: column.data_type().to_string(),
        advice,
    };
    let columns = schema.fields().iter().map(|column| match table_type(column.data_type()) {
        Ok(data_type) => Ok(Field::new(column.name(), data_type, true)),
        Err(advice) => Err(column_type(column, advice)),
    });
    Ok(Arc::new(Schema::new(columns.collect::<Result<Vec<_>, _>>()?)))
}

fn table_type(data_type: &DataType) -> Result<DataType, &'static str> {
    Ok(match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Timestamp(_, Some(_)) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        DataType::Timestamp(_, None) => {
            return Err("which only newer readers know: give it a time zone, as to_timestamp does");
        }
        DataType::Null => return Err("which is no type: write cast(null as ..)"),
        DataType::UInt8 | DataType::Int16 => DataType::Int16,
        DataType::UInt16 | DataType::Int32 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 | DataType::Int64 => DataType::Int64,
        DataType::Date32 | DataType::Date64 => DataType::Date32,
        DataType::Int8
        | DataType::Float32
        | DataType::Float64
        | DataType::Boolean
        | DataType::Utf8
        | DataType::Binary
        | DataType::Decimal128(..) => data_type.clone(),
        DataType::Dictionary(_, value) => table_type(value)?,
        DataType::List(item) | DataType::LargeList(item) | DataType::ListView(item) => {
            DataType::List(table_field(item, "element")?)
        }
        DataType::Struct(fields) => {
            let fields = fields.iter().map(|field| table_field(field, field.name()));
            DataType::Struct(fields.collect::<Result<Fields, _>>()?)
        }
        _ => return Err("which a Delta table cannot hold: cast it"),
    })
}

fn table_field(field: &Field, name: &str) -> Result<FieldRef, &'static str> {
    Ok(Arc::new(Field::new(name, table_type(field.data_type())?, true)))
}

/// Says how `found` (the table's columns) differs from `wanted` (the rows'), both made by [`table_columns`]; order and
/// nullability do not count.
pub(crate) fn difference(wanted: &Schema, found: &Schema) -> Option<String> {
    for column in wanted.fields() {
        match found.field_with_name(column.name()) {
            Err(_) => return Some(format!("the table has no column {:?}", column.name())),
            Ok(other) if other.data_type() != column.data_type() => {
                let (name, here, there) = (column.name(), other.data_type(), column.data_type());
                return Some(format!("column {name:?} is {here} in the table and {there} in the pipeline"));
            }
            Ok(_) => {}
        }
    }
    let extra = found.fields().iter().find(|column| wanted.field_with_name(column.name()).is_err());
    extra.map(|column| format!("the pipeline has no column {:?}", column.name()))
}

/// The rows of `batch` under `columns`, matched by name.
pub(crate) fn conform(batch: &RecordBatch, columns: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.fields().iter().map(|column| {
        let missing = || ArrowError::SchemaError(format!("the rows have no column {:?}", column.name()));
        let array = batch.column_by_name(column.name()).ok_or_else(missing)?;
        if array.data_type() == column.data_type() {
            Ok(array.clone())
        } else {
            cast(array, column.data_type())
        }
    });
    RecordBatch::try_new(columns.clone(), arrays.collect::<Result<_, _>>()?)
}
