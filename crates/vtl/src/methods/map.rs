//! Methods of `java.util.LinkedHashMap`. What must stay true: the order of entries is that of their first insertion; a key that
//! this engine cannot hold (a list, a map) is in no map.

use super::{Call, entry_values, null_argument, same};
use crate::{
    error::Failure,
    eval::Budget,
    value::{Key, List, ListKind, Map, Value, java_size},
};

/// `map.name(arguments)`; nothing when there is no such method.
pub(super) fn call(
    call: &mut Call<'_>,
    map: &Map,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Failure> {
    Ok(Some(match (name, arguments) {
        ("get", [key]) => get(map, key),
        ("getOrDefault", [key, default]) => match Key::of(key).and_then(|key| map.get_key(&key)) {
            Some(value) => value,
            None => default.clone(),
        },
        ("size", []) => Value::Int(java_size(map.len())),
        ("isEmpty", []) => Value::Bool(map.is_empty()),
        ("containsKey", [key]) => Value::Bool(Key::of(key).is_some_and(|key| map.get_key(&key).is_some())),
        ("containsValue", [value]) => {
            call.budget.steps(map.len() as u64)?;
            let entries = map.entries();
            Value::Bool(entries.iter().any(|(_, other)| same(call, value, other)))
        }
        ("keySet", []) => {
            call.budget.entries(map.len())?;
            let keys = map.entries().iter().map(|(key, _)| key.to_value()).collect();
            set(keys)
        }
        ("values", []) => {
            call.budget.entries(map.len())?;
            let values = map.entries().into_iter().map(|(_, value)| value).collect();
            set(values)
        }
        ("entrySet", []) => {
            call.budget.entries(map.len())?;
            set(entry_values(map))
        }
        ("put" | "putIfAbsent" | "replace" | "putAll" | "remove" | "clear", _) => {
            return change(call, map, name, arguments);
        }
        ("clone", []) => {
            let entries = map.entries();
            call.budget.entries(entries.len())?;
            Value::Map(Map::of(entries.into_iter().collect()))
        }
        _ => return Ok(None),
    }))
}

fn change(call: &mut Call<'_>, map: &Map, name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    Ok(Some(match (name, arguments) {
        ("put", [key, value]) => {
            call.budget.entries(1)?;
            put(call.budget, map, key, value.clone())?
        }
        ("putIfAbsent", [key, value]) => {
            call.budget.entries(1)?;
            match get(map, key) {
                Value::Null => put(call.budget, map, key, value.clone())?,
                old => old,
            }
        }
        ("replace", [key, value]) => match Key::of(key).filter(|key| map.get_key(key).is_some()) {
            Some(key) => put(call.budget, map, &key.to_value(), value.clone())?,
            None => Value::Null,
        },
        ("putAll", [Value::Null]) => return Err(null_argument("putAll")),
        ("putAll", [others]) => match others.as_map() {
            Some(others) => {
                let entries = others.entries();
                call.budget.entries(entries.len())?;
                for (key, value) in entries {
                    let (_, seen) = map.insert_key(key, value)?;
                    call.budget.steps(seen)?;
                }
                Value::from("")
            }
            None => return Ok(None),
        },
        ("remove", [key]) => {
            call.budget.steps(map.len() as u64)?;
            Key::of(key).and_then(|key| map.remove_key(&key)).unwrap_or_default()
        }
        ("clear", []) => {
            map.clear();
            Value::from("")
        }
        _ => return Ok(None),
    }))
}

/// The value under `key`.
pub(super) fn get(map: &Map, key: &Value) -> Value {
    match key {
        Value::Str(key) => map.get(key).unwrap_or_default(),
        key => Key::of(key).and_then(|key| map.get_key(&key)).unwrap_or_default(),
    }
}

/// Puts `value` under `key` and returns what was there.
pub(super) fn put(budget: &mut Budget, map: &Map, key: &Value, value: Value) -> Result<Value, Failure> {
    let Some(key) = Key::of(key) else {
        return Err(Failure::Method("a list, map or object cannot be the key of a map".to_owned()));
    };
    let (old, seen) = map.insert_key(key, value)?;
    budget.steps(seen)?;
    Ok(old.unwrap_or_default())
}

fn set(items: Vec<Value>) -> Value {
    Value::List(List::of_kind(ListKind::Set, items))
}
