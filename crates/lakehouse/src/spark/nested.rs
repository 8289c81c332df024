//! Structs and maps made of columns.
//!
//! What must stay true: the planner has settled the types, so the columns have those of the fields.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, MapArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::interleave;
use datafusion::arrow::datatypes::{DataType, FieldRef, Fields};
use datafusion::arrow::error::ArrowError;

/// A struct of the columns.
pub(crate) fn structure(
    fields: Fields,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, _| Ok(Arc::new(StructArray::try_new(fields.clone(), columns.to_vec(), None)?))
}

/// A map of keys and values: all the keys first, then as many values. A null key is an error of the record.
pub(crate) fn map(
    entries: FieldRef,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let pairs = columns.len() / 2;
        let order: Vec<(usize, usize)> =
            (0..rows).flat_map(|row| (0..pairs).map(move |pair| (pair, row))).collect();
        let side = |columns: &[ArrayRef]| {
            interleave(&columns.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>(), &order)
        };
        let keys = side(&columns[..pairs])?;
        if keys.null_count() > 0 {
            return Err(ArrowError::ComputeError("a key of a MAP is null".to_owned()));
        }
        let DataType::Struct(fields) = entries.data_type() else {
            return Err(ArrowError::SchemaError("a map's entries are a struct".to_owned()));
        };
        let members = StructArray::try_new(fields.clone(), vec![keys, side(&columns[pairs..])?], None)?;
        let offsets = OffsetBuffer::from_repeated_length(pairs, rows);
        Ok(Arc::new(MapArray::try_new(Arc::clone(&entries), offsets, members, None, false)?))
    }
}
