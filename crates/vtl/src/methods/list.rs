//! Methods of `java.util.ArrayList`, of Java's arrays and of the sets that maps hand out. What must stay true: an index out of
//! range fails as it does in Java; an array or a set refuses to grow.

use std::sync::Arc;

use super::{Call, null_argument, same};
use crate::{
    HostError,
    error::Failure,
    eval::Budget,
    value::{EngineValue, List, ListKind, Opaque, Value, ValueIterator, compare, java_size},
};

/// `list.name(arguments)`; nothing when there is no such method.
pub(super) fn call(
    call: &mut Call<'_>,
    list: &List,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    let is_set = list.kind() == ListKind::Set;
    Ok(Some(match (name, arguments) {
        ("size", []) => Value::Int(java_size(list.len())),
        ("isEmpty", []) => Value::Bool(list.is_empty()),
        ("get", [Value::Int(place)]) if !is_set => get(list, *place)?,
        ("set", [Value::Int(place), value]) if !is_set => set(call.budget, list, *place, value.clone())?,
        ("contains", [item]) => Value::Bool(position(call, list, item)?.is_some()),
        ("containsAll", [Value::List(items)]) => {
            for item in items.to_vec() {
                if position(call, list, &item)?.is_none() {
                    return Ok(Some(Value::Bool(false)));
                }
            }
            Value::Bool(true)
        }
        ("indexOf", [item]) if !is_set => place_of(position(call, list, item)?),
        ("lastIndexOf", [item]) if !is_set => last_position(call, list, item)?,
        ("iterator", []) => {
            call.budget.entries(list.len())?;
            Value::Engine(Opaque(EngineValue::Iterator(Arc::new(ValueIterator::new(list.to_vec())))))
        }
        ("toArray", []) => copy(call, list, ListKind::Array)?,
        ("subList", [Value::Int(from), Value::Int(to)]) if !is_set => sub_list(call, list, *from, *to)?,
        ("clone", []) if list.kind() == ListKind::Java => copy(call, list, ListKind::Java)?,
        ("toJSONString", []) if list.kind() == ListKind::Json => {
            Value::Str(call.text(&Value::List(list.clone()))?)
        }
        ("sort" | "add" | "addAll" | "remove" | "removeAll" | "retainAll" | "clear", _) => {
            return change(call, list, name, arguments);
        }
        _ => return Ok(None),
    }))
}

fn change(
    call: &mut Call<'_>,
    list: &List,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    if matches!(list.kind(), ListKind::Array | ListKind::Set) && name != "sort" {
        return Err(Failure::Method(format!(
            "{name} is not possible on an array or on the keys or values of a map"
        )));
    }
    Ok(Some(match (name, arguments) {
        ("add", [item]) => {
            call.budget.entries(1)?;
            call.budget.steps(list.push_counted(item.clone())?)?;
            Value::Bool(true)
        }
        ("add", [Value::Int(place), item]) => {
            insert_all(call, list, *place, vec![item.clone()])?;
            Value::from("")
        }
        ("addAll", [items]) => {
            let place = java_size(list.len());
            return add_all(call, list, place, items);
        }
        ("addAll", [Value::Int(place), items]) => return add_all(call, list, *place, items),
        ("remove", [Value::Int(place)]) => {
            let index = checked(list, *place)?;
            call.budget.steps((list.len() - index) as u64)?;
            let mut state = list.state();
            state.changes += 1;
            state.items.remove(index)
        }
        ("remove", [item]) => match position(call, list, item)? {
            Some(index) => {
                let mut state = list.state();
                state.changes += 1;
                state.items.remove(index);
                Value::Bool(true)
            }
            None => Value::Bool(false),
        },
        ("removeAll" | "retainAll", [Value::List(others)]) => keep(call, list, others, name == "retainAll")?,
        ("sort", [Value::Null]) if list.kind() != ListKind::Set => sort(call, list)?,
        ("clear", []) => {
            let mut state = list.state();
            state.changes += 1;
            let items = std::mem::take(&mut state.items);
            drop(state);
            drop(items);
            Value::from("")
        }
        _ => return Ok(None),
    }))
}

/// The item at `place`.
pub(super) fn get(list: &List, place: i32) -> Result<Value, Failure> {
    let index = checked(list, place)?;
    Ok(list.get(index).unwrap_or_default())
}

/// Puts `value` at `place` and returns what was there.
pub(super) fn set(budget: &mut Budget, list: &List, place: i32, value: Value) -> Result<Value, Failure> {
    let index = checked(list, place)?;
    budget.steps(list.refuse_to_contain_itself(&value)?)?;
    let mut state = list.state();
    Ok(match state.items.get_mut(index) {
        Some(item) => std::mem::replace(item, value),
        None => Value::Null,
    })
}

fn checked(list: &List, place: i32) -> Result<usize, Failure> {
    let size = list.len();
    usize::try_from(place).ok().filter(|index| *index < size).ok_or_else(|| out_of_range(place, size))
}

fn out_of_range(place: i32, size: usize) -> Failure {
    Failure::Method(format!("index {place} is out of range for a list of {size}"))
}

fn place_of(index: Option<usize>) -> Value {
    Value::Int(index.map_or(-1, java_size))
}

fn position(call: &mut Call<'_>, list: &List, item: &Value) -> Result<Option<usize>, Failure> {
    call.budget.steps(list.len() as u64)?;
    let items = list.to_vec();
    Ok(items.iter().position(|other| same(call, item, other)))
}

fn last_position(call: &mut Call<'_>, list: &List, item: &Value) -> Result<Value, Failure> {
    call.budget.steps(list.len() as u64)?;
    let items = list.to_vec();
    Ok(place_of(items.iter().rposition(|other| same(call, item, other))))
}

fn copy(call: &mut Call<'_>, list: &List, kind: ListKind) -> Result<Value, Failure> {
    call.budget.entries(list.len())?;
    Ok(Value::List(List::of_kind(kind, list.to_vec())))
}

fn sub_list(call: &mut Call<'_>, list: &List, from: i32, to: i32) -> Result<Value, Failure> {
    let size = list.len();
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
    let Some((from, to)) = range.filter(|(from, to)| from <= to && *to <= size) else {
        return Err(Failure::Method(format!(
            "the range {from} to {to} is out of range for a list of {size}"
        )));
    };
    call.budget.entries(to - from)?;
    let items = list.state().items.get(from..to).map(<[Value]>::to_vec).unwrap_or_default();
    Ok(Value::List(List::of_kind(list.kind(), items)))
}

fn add_all(call: &mut Call<'_>, list: &List, place: i32, items: &Value) -> Result<Option<Value>, Failure> {
    let items = match items {
        Value::List(items) if items.kind() != ListKind::Array => items.to_vec(),
        Value::Null => return Err(null_argument("addAll")),
        _ => return Ok(None),
    };
    let has_items = !items.is_empty();
    insert_all(call, list, place, items)?;
    Ok(Some(Value::Bool(has_items)))
}

fn insert_all(call: &mut Call<'_>, list: &List, place: i32, items: Vec<Value>) -> Result<(), Failure> {
    let size = list.len();
    let index = usize::try_from(place).ok().filter(|index| *index <= size);
    let index = index.ok_or_else(|| out_of_range(place, size))?;
    call.budget.entries(items.len())?;
    call.budget.steps((size - index) as u64)?;
    for item in &items {
        call.budget.steps(list.refuse_to_contain_itself(item)?)?;
    }
    let mut state = list.state();
    let index = index.min(state.items.len());
    state.items.splice(index..index, items);
    state.changes += 1;
    Ok(())
}

fn keep(call: &mut Call<'_>, list: &List, others: &List, keeps_common: bool) -> Result<Value, Failure> {
    let mut kept = Vec::new();
    let items = list.to_vec();
    let size = items.len();
    for item in items {
        if position(call, others, &item)?.is_some() == keeps_common {
            kept.push(item);
        }
    }
    let has_changed = kept.len() != size;
    let mut state = list.state();
    state.changes += u64::from(has_changed);
    let removed = std::mem::replace(&mut state.items, kept);
    drop(state);
    drop(removed);
    Ok(Value::Bool(has_changed))
}

impl List {
    fn refuse_to_contain_itself(&self, value: &Value) -> Result<u64, HostError> {
        crate::value::refuse_cycle(value, crate::value::Container::List(self))
    }
}

/// Sorts by the items' own order; fails where Java's items could not be compared.
fn sort(call: &mut Call<'_>, list: &List) -> Result<Value, Failure> {
    let mut items = list.to_vec();
    let size = items.len() as u64;
    call.budget.steps(size * u64::from(size.checked_ilog2().unwrap_or(0) + 1))?;
    let is_one_class =
        items.windows(2).all(|pair| std::mem::discriminant(&pair[0]) == std::mem::discriminant(&pair[1]));
    let is_ordered =
        items.iter().all(|item| item.is_number() || matches!(item, Value::Str(_) | Value::Bool(_)));
    if items.len() > 1 && !(is_one_class && is_ordered) {
        return Err(Failure::Method("only texts, or numbers of one type, can be sorted".to_owned()));
    }
    items.sort_by(|left, right| match (left, right) {
        (Value::Str(left), Value::Str(right)) => left.encode_utf16().cmp(right.encode_utf16()),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => compare(left, right).unwrap_or(std::cmp::Ordering::Equal),
    });
    let mut state = list.state();
    state.changes += 1;
    state.items = items;
    Ok(Value::from(""))
}
