//! `greatest` and `least`.
//!
//! What must stay true: nulls are passed over; NaN is greater than every number; the columns are of one type.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::interleave;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{RowConverter, SortField};

/// The greatest or the least of each row's values that are not null.
pub(crate) fn extreme(
    greatest: bool,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let converter = RowConverter::new(vec![SortField::new(columns[0].data_type().clone())])?;
        let values = columns.iter().map(|column| converter.convert_columns(&[ArrayRef::clone(column)]));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let mut picked = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut best: Option<usize> = None;
            for (at, column) in columns.iter().enumerate().filter(|(_, column)| column.is_valid(row)) {
                debug_assert!(column.len() > row, "all columns are as long");
                let better = best.is_none_or(|best| {
                    let (new, old) = (values[at].row(row), values[best].row(row));
                    if greatest { new > old } else { new < old }
                });
                if better {
                    best = Some(at);
                }
            }
            // Where all are null the first is as good as any.
            picked.push((best.unwrap_or(0), row));
        }
        let arrays: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
        interleave(&arrays, &picked)
    }
}
