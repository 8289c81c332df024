//! Properties, indexes and methods of values, as Java's classes have them. What must stay true: what a class does not have
//! answers `null` (it prints as nothing); what throws in Java is a [`Failure`]; wrong argument types mean "no such method".

mod format;
mod hash;
mod list;
mod map;
mod number;
mod object;
mod regex;
mod string;
mod utf16;

use std::sync::Arc;

pub(crate) use self::regex::RegexCache;
use crate::{
    error::Failure,
    eval::Budget,
    host::HostObject,
    limits::Limits,
    value::{EngineValue, Key, ListKind, Map, Opaque, Printer, Value, java_size, print_value},
};

/// What a method may spend and keep.
pub(crate) struct Call<'a> {
    pub(crate) budget: &'a mut Budget,
    pub(crate) regexes: &'a RegexCache,
    pub(crate) limits: &'a Limits,
}

impl Call<'_> {
    /// What `value` prints.
    fn text(&mut self, value: &Value) -> Result<Arc<str>, Failure> {
        if let Value::Str(text) = value {
            return Ok(Arc::clone(text));
        }
        let mut text = String::new();
        print_value(&mut Printer::new(&mut text, self.limits), value)?;
        self.budget.bytes(text.len() as u64)?;
        Ok(text.into())
    }

    /// Fails when a text of `bytes` would be longer than a text may be.
    fn allow_text(&mut self, bytes: usize) -> Result<(), Failure> {
        if bytes > self.limits.output_bytes_max {
            return Err(Failure::Limit { limit: self.limits.output_bytes_max as u64, unit: "bytes of text" });
        }
        Ok(())
    }
}

/// `target.name`.
pub(crate) fn property(target: &Value, name: &str) -> Result<Value, Failure> {
    // Every Java object has this one, and Velocity finds it before the entry of a map.
    if matches!(name, "class" | "Class") && !matches!(target, Value::Host(_)) {
        return Ok(object::class_of(target));
    }
    if let Some(map) = target.as_map() {
        return Ok(map.get(name).unwrap_or_default());
    }
    Ok(match target {
        Value::Host(object) => object.property(name)?,
        Value::Engine(Opaque(value)) => object::property(value, name),
        Value::Str(text) if matches!(name, "empty" | "Empty") => Value::Bool(text.is_empty()),
        Value::Str(text) if matches!(name, "blank" | "Blank") => Value::Bool(string::is_blank(text)),
        Value::List(list) if matches!(name, "empty" | "Empty") => Value::Bool(list.is_empty()),
        _ => Value::Null,
    })
}

/// `target[index]`.
pub(crate) fn index(target: &Value, index: &Value) -> Result<Value, Failure> {
    match target {
        Value::Host(object) if object.as_map().is_none() => Ok(object.index(index)?),
        _ => {
            let index = adjusted(target, index)?;
            match target {
                Value::List(list) if list.kind() != ListKind::Set => match index {
                    Value::Int(place) => list::get(list, place),
                    _ => Ok(Value::Null),
                },
                _ => Ok(target.as_map().map(|map| map::get(map, &index)).unwrap_or_default()),
            }
        }
    }
}

/// A negative index counts from the end of what has a size.
fn adjusted(target: &Value, index: &Value) -> Result<Value, Failure> {
    let Value::Int(place) = index else { return Ok(index.clone()) };
    if *place >= 0 {
        return Ok(index.clone());
    }
    let size = match target {
        Value::List(list) => list.len(),
        _ => match target.as_map() {
            Some(map) => map.len(),
            None => {
                return Err(Failure::Method(format!(
                    "the index {place} counts from the end of what has no size"
                )));
            }
        },
    };
    Ok(Value::Int(java_size(size).wrapping_add(*place)))
}

/// `#set(target[index] = value)`.
pub(crate) fn set_index(
    budget: &mut Budget,
    target: &Value,
    index: &Value,
    value: Value,
) -> Result<(), Failure> {
    if target.is_null() {
        return Ok(());
    }
    match target {
        Value::Host(object) if object.as_map().is_none() => match index {
            Value::Str(name) => set_property(budget, target, Key::Str(Arc::clone(name)), value),
            _ => Ok(()),
        },
        _ => match (target, adjusted(target, index)?) {
            (Value::List(list), Value::Int(place)) if list.kind() != ListKind::Set => {
                list::set(budget, list, place, value).map(|_| ())
            }
            (_, index) => match target.as_map() {
                Some(map) => map::put(budget, map, &index, value).map(|_| ()),
                None => Ok(()),
            },
        },
    }
}

/// `#set(target.name = value)`; what has no such property is left as it is.
pub(crate) fn set_property(
    budget: &mut Budget,
    target: &Value,
    name: Key,
    value: Value,
) -> Result<(), Failure> {
    if let Some(map) = target.as_map() {
        let (_, seen) = map.insert_key(name, value)?;
        return budget.steps(seen);
    }
    if let (Value::Host(object), Key::Str(name)) = (target, name) {
        object.set_property(&name, value)?;
    }
    Ok(())
}

/// `target.name(arguments)`.
pub(crate) fn call(
    budget: &mut Budget,
    regexes: &RegexCache,
    limits: &Limits,
    target: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let mut call = Call { budget, regexes, limits };
    let own = match target {
        Value::Null => return Ok(Value::Null),
        Value::Str(text) => string::call(&mut call, text, name, arguments)?,
        Value::List(list) => list::call(&mut call, list, name, arguments)?,
        Value::Map(map) => map::call(&mut call, map, name, arguments)?,
        Value::Host(object) => return host(&mut call, object.as_ref(), name, arguments),
        Value::Bool(_) | Value::Int(_) | Value::Long(_) | Value::BigInt(_) | Value::Double(_) => {
            number::call(&mut call, target, name, arguments)?
        }
        Value::Engine(Opaque(value)) => object::call(value, name, arguments)?,
    };
    match own {
        Some(value) => Ok(value),
        None if !arguments.is_empty() && takes_nothing(target, name) => {
            Err(Failure::Method(format!("{name} takes no arguments")))
        }
        None => of_any(&mut call, target, name, arguments),
    }
}

fn host(
    call: &mut Call<'_>,
    object: &dyn HostObject,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Failure> {
    if let Some(map) = object.as_map()
        && name != "toString"
        && let Some(value) = map::call(call, map, name, arguments)?
    {
        return Ok(value);
    }
    Ok(object.call(name, arguments)?)
}

/// Whether the method has a form without arguments: Velocity 1.7 finds that form for any arguments, and fails to call it.
fn takes_nothing(target: &Value, name: &str) -> bool {
    let of_class = match target {
        Value::Str(_) => matches!(
            name,
            "length"
                | "isEmpty"
                | "isBlank"
                | "trim"
                | "strip"
                | "stripLeading"
                | "stripTrailing"
                | "toUpperCase"
                | "toLowerCase"
                | "intern"
                | "toCharArray"
                | "getBytes"
        ),
        Value::List(_) => matches!(name, "size" | "isEmpty" | "iterator" | "toArray" | "clear" | "clone"),
        Value::Map(_) => {
            matches!(name, "size" | "isEmpty" | "keySet" | "values" | "entrySet" | "clear" | "clone")
        }
        Value::Int(_) | Value::Long(_) | Value::BigInt(_) | Value::Double(_) => matches!(
            name,
            "intValue" | "longValue" | "doubleValue" | "floatValue" | "shortValue" | "byteValue"
        ),
        Value::Bool(_) => name == "booleanValue",
        Value::Engine(_) => {
            matches!(name, "hasNext" | "next" | "getKey" | "getValue" | "getIndex" | "getCount")
        }
        Value::Null | Value::Host(_) => false,
    };
    of_class
        || (matches!(name, "toString" | "hashCode" | "getClass")
            && !matches!(target, Value::Null | Value::Host(_)))
}

/// The methods that every object has.
fn of_any(call: &mut Call<'_>, target: &Value, name: &str, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(match (name, arguments) {
        ("toString", []) => Value::Str(call.text(target)?),
        ("getClass", []) => object::class_of(target),
        ("equals", [other]) => Value::Bool(same(call, target, other)),
        ("hashCode", []) => hash::code(call, target, 0)?.map_or(Value::Null, Value::Int),
        _ => Value::Null,
    })
}

/// Java's `equals`, paid for.
fn same(call: &mut Call<'_>, left: &Value, right: &Value) -> bool {
    crate::value::java_equals(left, right, call.budget.steps_mut())
}

/// The failure of a method that was given `null` where Java throws.
fn null_argument(name: &str) -> Failure {
    Failure::Method(format!("{name} was given null"))
}

/// The entries of a map as values of their own.
fn entry_values(map: &Map) -> Vec<Value> {
    let entries = map.entries().into_iter();
    entries
        .map(|(key, value)| {
            Value::Engine(Opaque(EngineValue::Entry(Arc::new(crate::value::Entry { key, value }))))
        })
        .collect()
}
