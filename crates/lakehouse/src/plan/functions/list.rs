//! Functions of lists, maps and structs.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::super::error::{Result, SqlError};
use super::super::expression::{Typed, together};
use super::super::types;
use super::{Call, list_of};
use crate::spark::cast::Mode;
use crate::spark::list::{self, Both, Change};
use crate::spark::{nested, text};

pub(super) const NAMES: &[&str] = &[
    "array",
    "array_compact",
    "array_contains",
    "array_distinct",
    "array_except",
    "array_intersect",
    "array_join",
    "array_max",
    "array_min",
    "array_position",
    "array_remove",
    "array_sort",
    "array_union",
    "arrays_overlap",
    "cardinality",
    "element_at",
    "flatten",
    "get",
    "map",
    "map_keys",
    "map_values",
    "named_struct",
    "reverse",
    "size",
    "slice",
    "sort_array",
    "struct",
    "try_element_at",
];

pub(super) fn call(call: &Call<'_>) -> Result<Typed> {
    match call.name {
        "array" => array(call),
        "map" => map(call),
        "struct" | "named_struct" => structure(call),
        "size" | "cardinality" => size(call),
        "map_keys" | "map_values" => side_of_map(call),
        "array_distinct" => changed(call, Change::Distinct),
        "array_compact" => changed(call, Change::Compact),
        "array_sort" => changed(call, Change::SortNullsLast),
        "reverse" => match list_argument(call, 0) {
            Ok(_) => changed(call, Change::Reverse),
            Err(_) => call.texts(1..=1, text::map(|text, out| out.extend(text.chars().rev()))),
        },
        "sort_array" => sort(call),
        "array_max" | "array_min" => {
            call.count(1..=1)?;
            let (list, item) = list_argument(call, 0)?;
            Ok(call.call("", item, vec![list.expr], list::extreme(call.name == "array_max")))
        }
        "array_contains" | "array_position" | "array_remove" => with_value(call),
        "array_union" => two_lists(call, Both::Union),
        "array_intersect" => two_lists(call, Both::Intersect),
        "array_except" => two_lists(call, Both::Except),
        "arrays_overlap" => {
            call.count(2..=2)?;
            let (columns, _) = lists_of_one_type(call)?;
            Ok(call.call("", DataType::Boolean, columns, list::overlap))
        }
        "element_at" | "try_element_at" | "get" => element(call),
        "slice" => {
            call.count(3..=3)?;
            let (list, item) = list_argument(call, 0)?;
            let columns =
                vec![list.expr, call.as_type(1, &DataType::Int32)?, call.as_type(2, &DataType::Int32)?];
            Ok(call.call("", list_of(item), columns, list::slice))
        }
        "array_join" => join(call),
        _ => flatten(call),
    }
}

/// A list and the type of its items.
fn list_argument(call: &Call<'_>, at: usize) -> Result<(Typed, DataType)> {
    let Some(argument) = call.arguments.get(at) else {
        return SqlError::on(call.source, format!("{} takes an ARRAY", call.name));
    };
    let typed = call.typed(at)?;
    match &typed.of {
        DataType::List(item) => {
            let item = item.data_type().clone();
            Ok((typed, item))
        }
        other => SqlError::on(
            argument,
            format!("{} takes an ARRAY here, this is a {}", call.name, types::name(other)),
        ),
    }
}

fn array(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=usize::MAX)?;
    let values = (0..call.arguments.len()).map(|at| call.typed(at)).collect::<Result<Vec<_>>>()?;
    let (columns, of) = together(values, call.source)?;
    Ok(call.call("", list_of(of), columns, text::array))
}

fn changed(call: &Call<'_>, change: Change) -> Result<Typed> {
    call.count(1..=1)?;
    let (list, item) = list_argument(call, 0)?;
    Ok(call.call("", list_of(item), vec![list.expr], list::change(change)))
}

fn sort(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=2)?;
    let (list, item) = list_argument(call, 0)?;
    let ascending = match call.arguments.get(1) {
        None => true,
        Some(argument) => match call.typed(1)?.as_boolean() {
            Some(ascending) => ascending,
            None => return SqlError::on(argument, "the order of sort_array is true or false in the SQL"),
        },
    };
    let change = Change::Sort { descending: !ascending };
    Ok(call.call(&format!("{ascending}"), list_of(item), vec![list.expr], list::change(change)))
}

/// A list and a value, both of the type that holds the list's items and the value.
fn with_value(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let (list, item) = list_argument(call, 0)?;
    let value = call.typed(1)?;
    let Some(of) = types::wider(&item, &value.of) else {
        let message = format!("a {} cannot be in this {}", types::name(&value.of), types::name(&list.of));
        return SqlError::on(call.arguments[1], message);
    };
    let list = list.cast(&list_of(of.clone()), Mode::Cast, call.arguments[0])?;
    let value = value.cast(&of, Mode::Cast, call.arguments[1])?;
    let columns = vec![list.expr, value.expr];
    Ok(match call.name {
        "array_contains" => call.call("", DataType::Boolean, columns, list::contains),
        "array_position" => call.call("", DataType::Int64, columns, list::position),
        _ => call.call("", list_of(of), columns, list::remove),
    })
}

fn lists_of_one_type(call: &Call<'_>) -> Result<(Vec<datafusion::logical_expr::Expr>, DataType)> {
    for at in 0..call.arguments.len() {
        list_argument(call, at)?;
    }
    let lists = (0..call.arguments.len()).map(|at| call.typed(at)).collect::<Result<Vec<_>>>()?;
    together(lists, call.source)
}

fn two_lists(call: &Call<'_>, how: Both) -> Result<Typed> {
    call.count(2..=2)?;
    let (columns, of) = lists_of_one_type(call)?;
    Ok(call.call("", of, columns, list::both(how)))
}

/// `concat` of lists.
pub(super) fn concat(call: &Call<'_>) -> Result<Typed> {
    let (columns, of) = lists_of_one_type(call)?;
    Ok(call.call("of lists", of, columns, list::both(Both::Concat)))
}

/// `element_at` counts from 1, `get` from 0; of a map the value of a key.
fn element(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=2)?;
    let of = call.typed(0)?;
    if let (DataType::Map(..), true) = (&of.of, call.name != "get") {
        return value_of_key(of, call.typed(1)?, call.arguments[1]);
    }
    let (list, item) = list_argument(call, 0)?;
    let columns = vec![list.expr, call.as_type(1, &DataType::Int32)?];
    if call.name == "get" {
        return Ok(call.call("", item, columns, list::item_from_zero));
    }
    if call.typed(1)?.as_integer() == Some(0) {
        return SqlError::on(call.arguments[1], "places are counted from 1, or from the end when negative");
    }
    Ok(call.call("", item, columns, list::item_from_one))
}

/// `map[key]`.
pub(in crate::plan) fn value_of_key(
    map: Typed,
    key: Typed,
    source: &datafusion::sql::sqlparser::ast::Expr,
) -> Result<Typed> {
    let DataType::Map(entries, _) = &map.of else {
        return SqlError::on(source, format!("a {} has no keys", types::name(&map.of)));
    };
    let DataType::Struct(fields) = entries.data_type() else {
        return SqlError::on(source, "this MAP has no keys");
    };
    let (key_type, value_type) = (fields[0].data_type().clone(), fields[1].data_type().clone());
    let key = key.cast(&key_type, Mode::Cast, source)?;
    let expr = crate::spark::function::call(
        "value of key",
        value_type.clone(),
        vec![map.expr, key.expr],
        list::value_of_key,
    );
    Ok(Typed { expr, of: value_type })
}

/// `list[index]` and `map[key]`.
pub(in crate::plan) fn subscript(
    of: Typed,
    index: Typed,
    source: &datafusion::sql::sqlparser::ast::Expr,
) -> Result<Typed> {
    let DataType::List(item) = &of.of else { return value_of_key(of, index, source) };
    let item = item.data_type().clone();
    let index = index.cast(&DataType::Int32, Mode::Cast, source)?;
    let expr = crate::spark::function::call(
        "list item",
        item.clone(),
        vec![of.expr, index.expr],
        list::item_from_zero,
    );
    Ok(Typed { expr, of: item })
}

fn join(call: &Call<'_>) -> Result<Typed> {
    call.count(2..=3)?;
    let (list, _) = list_argument(call, 0)?;
    let list = list.cast(&list_of(DataType::Utf8), Mode::Cast, call.arguments[0])?;
    let mut columns = vec![list.expr];
    for at in 1..call.arguments.len() {
        columns.push(call.as_type(at, &DataType::Utf8)?);
    }
    Ok(call.call("", DataType::Utf8, columns, list::join))
}

fn flatten(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=1)?;
    let (list, item) = list_argument(call, 0)?;
    if !matches!(item, DataType::List(_)) {
        return SqlError::on(call.arguments[0], "flatten takes an ARRAY of ARRAYs");
    }
    Ok(call.call("", item, vec![list.expr], list::flatten))
}

fn size(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=1)?;
    let typed = call.typed(0)?;
    if !matches!(typed.of, DataType::List(_) | DataType::Map(..)) {
        let message = format!("{} takes an ARRAY or a MAP, this is a {}", call.name, types::name(&typed.of));
        return SqlError::on(call.arguments[0], message);
    }
    Ok(call.call("", DataType::Int32, vec![typed.expr], list::size))
}

fn side_of_map(call: &Call<'_>) -> Result<Typed> {
    call.count(1..=1)?;
    let typed = call.typed(0)?;
    let fields = match &typed.of {
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => fields.clone(),
            _ => Fields::empty(),
        },
        other => {
            let message = format!("{} takes a MAP, this is a {}", call.name, types::name(other));
            return SqlError::on(call.arguments[0], message);
        }
    };
    let keys = call.name == "map_keys";
    let item = fields[usize::from(!keys)].data_type().clone();
    Ok(call.call("", list_of(item), vec![typed.expr], list::side_of_map(keys)))
}

/// `map(key, value, ..)`; keys are STRINGs, as in the schemas.
fn map(call: &Call<'_>) -> Result<Typed> {
    if call.arguments.is_empty() || call.arguments.len() % 2 == 1 {
        return SqlError::on(call.source, "map takes pairs of a key and a value");
    }
    let typed = |first: usize| (first..call.arguments.len()).step_by(2).map(|at| call.typed(at));
    let keys = typed(0).collect::<Result<Vec<_>>>()?;
    let values = typed(1).collect::<Result<Vec<_>>>()?;
    let keys = keys
        .into_iter()
        .map(|key| Ok(key.cast(&DataType::Utf8, Mode::Cast, call.source)?.expr))
        .collect::<Result<Vec<_>>>()?;
    let (values, of) = together(values, call.source)?;
    let entries = Arc::new(entries_of(of));
    let returns = DataType::Map(Arc::clone(&entries), false);
    let columns = keys.into_iter().chain(values).collect();
    Ok(call.call("", returns, columns, nested::map(entries)))
}

/// `named_struct('name', value, ..)` and `struct(value, ..)`.
fn structure(call: &Call<'_>) -> Result<Typed> {
    let mut fields: Vec<Field> = Vec::new();
    let mut columns = Vec::new();
    let named = call.name == "named_struct";
    if call.arguments.is_empty() || (named && call.arguments.len() % 2 == 1) {
        return SqlError::on(call.source, "named_struct takes pairs of a name and a value");
    }
    for at in 0..call.arguments.len() {
        if named && at % 2 == 0 {
            continue;
        }
        let name = if named {
            call.constant_text(at - 1, "a member's name")?
        } else {
            member_name(call.arguments[at], at)
        };
        let typed = call.typed(at)?;
        fields.push(Field::new(name, typed.of, true));
        columns.push(typed.expr);
    }
    let fields = Fields::from(fields);
    Ok(call.call("", DataType::Struct(fields.clone()), columns, nested::structure(fields)))
}

/// A column keeps its name, anything else is numbered.
fn member_name(argument: &datafusion::sql::sqlparser::ast::Expr, at: usize) -> String {
    use datafusion::sql::sqlparser::ast::Expr as E;
    match argument {
        E::Identifier(name) => name.value.clone(),
        E::CompoundIdentifier(path) => path.last().map_or(String::new(), |name| name.value.clone()),
        _ => format!("col{}", at + 1),
    }
}

/// The field of a map's entries, as a schema's MAP has it.
fn entries_of(value: DataType) -> Field {
    let (key, value) = (Field::new("key", DataType::Utf8, false), Field::new("value", value, true));
    Field::new("key_value", DataType::Struct(vec![key, value].into()), false)
}
