//! Functions of lists and maps.
//!
//! What must stay true: places count from 1 where Spark's do, from the end when negative; equal means equal as Spark groups
//! values: null equals null and NaN equals NaN; a list that is null stays null.

#![expect(
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::unnecessary_wraps,
    reason = "offsets are from 0 to 2^31 - 1, and all functions over columns share one signature"
)]

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, ListArray, UInt64Array,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{SortOptions, concat, take};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{RowConverter, Rows, SortField};

type Column = Result<ArrayRef, ArrowError>;

/// The items of a list as indexes into its values; none when it is null.
fn items(list: &ListArray, row: usize) -> Option<std::ops::Range<usize>> {
    let offsets = list.value_offsets();
    list.is_valid(row).then(|| offsets[row] as usize..offsets[row + 1] as usize)
}

fn int(column: &ArrayRef, row: usize) -> Option<i32> {
    let numbers = column.as_primitive::<Int32Type>();
    numbers.is_valid(row).then(|| numbers.value(row))
}

fn comparable(values: &ArrayRef) -> Result<Rows, ArrowError> {
    let nulls_last = SortOptions { descending: false, nulls_first: false };
    let field = SortField::new_with_options(values.data_type().clone(), nulls_last);
    RowConverter::new(vec![field])?.convert_columns(&[Arc::clone(values)])
}

/// A list of the values at `picked`, row by row; `None` makes the row null.
fn lists(values: &ArrayRef, picked: Vec<Option<Vec<usize>>>) -> Column {
    let field = Arc::new(Field::new("element", values.data_type().clone(), true));
    let nulls: NullBuffer = picked.iter().map(Option::is_some).collect();
    let lengths = picked.iter().map(|row| row.as_ref().map_or(0, Vec::len)).collect::<Vec<_>>();
    let indexes: UInt64Array =
        picked.into_iter().flatten().flatten().map(|index| Some(index as u64)).collect();
    let items = take(values, &indexes, None)?;
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), items, Some(nulls))?))
}

/// One value of each row's list.
fn values_at(list: &ListArray, rows: usize, place: impl Fn(usize, usize) -> Option<usize>) -> Column {
    let indexes = (0..rows).map(|row| {
        let items = items(list, row)?;
        let at = place(row, items.len()).filter(|at| *at < items.len())?;
        Some((items.start + at) as u64)
    });
    take(list.values(), &indexes.collect::<UInt64Array>(), None)
}

/// `size` and `cardinality` of lists and maps: -1 of null.
pub(crate) fn size(columns: &[ArrayRef], rows: usize) -> Column {
    let column = &columns[0];
    let length = |row: usize| match column.data_type() {
        DataType::Map(..) => column.as_map().value_length(row),
        _ => column.as_list::<i32>().value_length(row),
    };
    let sizes = (0..rows).map(|row| if column.is_valid(row) { length(row) } else { -1 });
    Ok(Arc::new(Int32Array::from_iter_values(sizes)))
}

/// `list[index]`: from 0; null outside.
pub(crate) fn item_from_zero(columns: &[ArrayRef], rows: usize) -> Column {
    values_at(columns[0].as_list(), rows, |row, _| usize::try_from(int(&columns[1], row)?).ok())
}

/// `element_at(list, place)`: from 1, or from the end when negative; null outside.
pub(crate) fn item_from_one(columns: &[ArrayRef], rows: usize) -> Column {
    values_at(columns[0].as_list(), rows, |row, length| {
        let place = int(&columns[1], row)?;
        let distance = place.unsigned_abs() as usize;
        if place > 0 { Some(distance - 1) } else { length.checked_sub(distance).filter(|_| place != 0) }
    })
}

/// The value of a key in each map; null where there is none.
pub(crate) fn value_of_key(columns: &[ArrayRef], rows: usize) -> Column {
    let maps = columns[0].as_map();
    let (keys, wanted) = (comparable(maps.keys())?, comparable(&columns[1])?);
    let offsets = maps.value_offsets();
    let indexes = (0..rows).map(|row| {
        let valid = maps.is_valid(row) && columns[1].is_valid(row);
        let mut entries = offsets[row] as usize..offsets[row + 1] as usize;
        if valid { entries.find(|&at| keys.row(at) == wanted.row(row)).map(|at| at as u64) } else { None }
    });
    take(maps.values(), &indexes.collect::<UInt64Array>(), None)
}

/// `map_keys` or `map_values`.
pub(crate) fn side_of_map(keys: bool) -> impl Fn(&[ArrayRef], usize) -> Column + Send + Sync {
    move |columns, _| {
        let maps = columns[0].as_map();
        let side = if keys { maps.keys() } else { maps.values() };
        let field = Arc::new(Field::new("element", side.data_type().clone(), true));
        let nulls = maps.nulls().cloned();
        Ok(Arc::new(ListArray::try_new(field, maps.offsets().clone(), Arc::clone(side), nulls)?))
    }
}

/// `array_contains`: null when the value is not found beside a null, or is null itself.
pub(crate) fn contains(columns: &[ArrayRef], rows: usize) -> Column {
    let list = columns[0].as_list::<i32>();
    let (items_rows, wanted) = (comparable(list.values())?, comparable(&columns[1])?);
    let found = (0..rows).map(|row| {
        let mut range = items(list, row).filter(|_| columns[1].is_valid(row))?;
        if range.clone().any(|at| items_rows.row(at) == wanted.row(row)) {
            return Some(true);
        }
        let has_null = range.any(|at| list.values().is_null(at));
        (!has_null).then_some(false)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

/// `array_position`: from 1, or 0.
pub(crate) fn position(columns: &[ArrayRef], rows: usize) -> Column {
    let list = columns[0].as_list::<i32>();
    let (items_rows, wanted) = (comparable(list.values())?, comparable(&columns[1])?);
    let places = (0..rows).map(|row| {
        let mut range = items(list, row).filter(|_| columns[1].is_valid(row))?;
        Some(range.position(|at| items_rows.row(at) == wanted.row(row)).map_or(0, |at| at as i64 + 1))
    });
    Ok(Arc::new(places.collect::<Int64Array>()))
}

/// `array_remove`: without the value; null when the value is.
pub(crate) fn remove(columns: &[ArrayRef], rows: usize) -> Column {
    let list = columns[0].as_list::<i32>();
    let (items_rows, wanted) = (comparable(list.values())?, comparable(&columns[1])?);
    let kept = (0..rows).map(|row| {
        let range = items(list, row).filter(|_| columns[1].is_valid(row))?;
        Some(range.filter(|&at| items_rows.row(at) != wanted.row(row)).collect())
    });
    lists(list.values(), kept.collect())
}

/// What becomes of the items of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Distinct,
    Reverse,
    Compact,
    /// `sort_array`: nulls first when ascending, last when descending.
    Sort {
        descending: bool,
    },
    /// `array_sort`: nulls last.
    SortNullsLast,
}

pub(crate) fn change(change: Change) -> impl Fn(&[ArrayRef], usize) -> Column + Send + Sync {
    move |columns, rows| {
        let list = columns[0].as_list::<i32>();
        let values = list.values();
        let compared = comparable(values)?;
        let changed = (0..rows).map(|row| {
            let mut picked: Vec<usize> = items(list, row)?.collect();
            match change {
                Change::Distinct => {
                    let mut seen = HashSet::new();
                    picked.retain(|&at| seen.insert(compared.row(at)));
                }
                Change::Reverse => picked.reverse(),
                Change::Compact => picked.retain(|&at| values.is_valid(at)),
                Change::Sort { descending: true } => {
                    picked.sort_by(|&a, &b| {
                        let nulls = values.is_null(a).cmp(&values.is_null(b));
                        nulls.then_with(|| compared.row(b).cmp(&compared.row(a)))
                    });
                }
                Change::Sort { descending: false } => {
                    picked.sort_by(|&a, &b| {
                        let nulls = values.is_valid(a).cmp(&values.is_valid(b));
                        nulls.then_with(|| compared.row(a).cmp(&compared.row(b)))
                    });
                }
                Change::SortNullsLast => picked.sort_by(|&a, &b| compared.row(a).cmp(&compared.row(b))),
            }
            Some(picked)
        });
        lists(values, changed.collect())
    }
}

/// `array_max` and `array_min`: nulls are passed over.
pub(crate) fn extreme(greatest: bool) -> impl Fn(&[ArrayRef], usize) -> Column + Send + Sync {
    move |columns, rows| {
        let list = columns[0].as_list::<i32>();
        let compared = comparable(list.values())?;
        let picked = (0..rows).map(|row| {
            let present = items(list, row)?.filter(|&at| list.values().is_valid(at));
            let order = |a: &usize, b: &usize| compared.row(*a).cmp(&compared.row(*b));
            let found = if greatest { present.max_by(order) } else { present.min_by(order) };
            found.map(|at| at as u64)
        });
        take(list.values(), &picked.collect::<UInt64Array>(), None)
    }
}

/// What becomes of the items of two lists of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Both {
    Concat,
    Union,
    Intersect,
    Except,
}

pub(crate) fn both(how: Both) -> impl Fn(&[ArrayRef], usize) -> Column + Send + Sync {
    move |columns, rows| {
        let parts: Vec<&ListArray> = columns.iter().map(AsArray::as_list::<i32>).collect();
        let values = concat(&parts.iter().map(|list| list.values().as_ref()).collect::<Vec<_>>())?;
        let compared = comparable(&values)?;
        let begins: Vec<usize> = parts
            .iter()
            .scan(0, |end, list| Some(std::mem::replace(end, *end + list.values().len())))
            .collect();
        let picked = (0..rows).map(|row| {
            let ranges = parts
                .iter()
                .zip(&begins)
                .map(|(list, begin)| items(list, row).map(|range| range.start + begin..range.end + begin));
            let ranges = ranges.collect::<Option<Vec<_>>>()?;
            let mut seen = HashSet::new();
            if how == Both::Concat {
                return Some(ranges.into_iter().flatten().collect());
            }
            let second: HashSet<_> = ranges[1].clone().map(|at| compared.row(at)).collect();
            Some(match how {
                Both::Intersect => ranges[0]
                    .clone()
                    .filter(|&at| second.contains(&compared.row(at)) && seen.insert(compared.row(at)))
                    .collect(),
                Both::Except => ranges[0]
                    .clone()
                    .filter(|&at| !second.contains(&compared.row(at)) && seen.insert(compared.row(at)))
                    .collect(),
                _ => ranges.into_iter().flatten().filter(|&at| seen.insert(compared.row(at))).collect(),
            })
        });
        lists(&values, picked.collect())
    }
}

/// `arrays_overlap`: null when nothing is shared and one of two lists that are not empty has a null.
pub(crate) fn overlap(columns: &[ArrayRef], rows: usize) -> Column {
    let (left, right) = (columns[0].as_list::<i32>(), columns[1].as_list::<i32>());
    let (left_rows, right_rows) = (comparable(left.values())?, comparable(right.values())?);
    let found = (0..rows).map(|row| {
        let (left_items, right_items) = (items(left, row)?, items(right, row)?);
        let present: HashSet<_> = right_items
            .clone()
            .filter(|&at| right.values().is_valid(at))
            .map(|at| right_rows.row(at).owned())
            .collect();
        let shares = |at: usize| left.values().is_valid(at) && present.contains(&left_rows.row(at).owned());
        if left_items.clone().any(shares) {
            return Some(true);
        }
        let empty = left_items.is_empty() || right_items.is_empty();
        let has_null = left_items.clone().any(|at| left.values().is_null(at))
            || right_items.clone().any(|at| right.values().is_null(at));
        (empty || !has_null).then_some(false)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

/// `slice(list, from, length)`: from 1, or from the end when negative.
pub(crate) fn slice(columns: &[ArrayRef], rows: usize) -> Column {
    let list = columns[0].as_list::<i32>();
    let sliced = (0..rows).map(|row| {
        let range = items(list, row)?;
        let (from, length) = (int(&columns[1], row)?, usize::try_from(int(&columns[2], row)?).ok()?);
        let distance = from.unsigned_abs() as usize;
        let skipped = match from {
            0 => return None,
            1.. => Some(distance - 1),
            _ => range.len().checked_sub(distance),
        };
        Some(skipped.map_or(Vec::new(), |skipped| range.skip(skipped).take(length).collect()))
    });
    lists(list.values(), sliced.collect())
}

/// `array_join(list of strings, delimiter[, in place of null])`.
pub(crate) fn join(columns: &[ArrayRef], rows: usize) -> Column {
    let list = columns[0].as_list::<i32>();
    let text = |at: usize, row: usize| {
        let column = columns.get(at)?;
        column.is_valid(row).then(|| column.as_string::<i32>().value(row))
    };
    let values = list.values().as_string::<i32>();
    let joined = (0..rows).map(|row| {
        let range = items(list, row)?;
        let delimiter = text(1, row)?;
        let in_place_of_null = if columns.len() > 2 { Some(text(2, row)?) } else { None };
        let pieces = range
            .filter_map(|at| if values.is_valid(at) { Some(values.value(at)) } else { in_place_of_null });
        Some(pieces.collect::<Vec<_>>().join(delimiter))
    });
    Ok(Arc::new(joined.collect::<datafusion::arrow::array::StringArray>()))
}

/// `flatten`: null when one of the lists inside is.
pub(crate) fn flatten(columns: &[ArrayRef], rows: usize) -> Column {
    let outer = columns[0].as_list::<i32>();
    let inner = outer.values().as_list::<i32>();
    let flat = (0..rows).map(|row| {
        let ranges = items(outer, row)?.map(|at| items(inner, at)).collect::<Option<Vec<_>>>()?;
        Some(ranges.into_iter().flatten().collect())
    });
    lists(inner.values(), flat.collect())
}
