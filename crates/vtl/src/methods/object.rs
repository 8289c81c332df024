//! Properties and methods of the engine's own objects: `$foreach`, iterators, entries of maps. What must stay true: a property and
//! its getter answer alike.

use std::sync::Arc;

use crate::{
    error::Failure,
    value::{EngineValue, ForeachScope, ListKind, Opaque, Value},
};

/// `target.name`.
pub(super) fn property(target: &EngineValue, name: &str) -> Value {
    match target {
        EngineValue::Foreach(scope) => foreach_property(scope, name).unwrap_or_default(),
        EngineValue::Entry(entry) => match name {
            "key" | "Key" => entry.key.to_value(),
            "value" | "Value" => entry.value.clone(),
            _ => Value::Null,
        },
        EngineValue::Class(full) => class_property(full, name).unwrap_or_default(),
        EngineValue::Block(_) | EngineValue::Iterator(_) => Value::Null,
    }
}

/// `target.name(arguments)`; nothing when there is no such method.
pub(super) fn call(target: &EngineValue, name: &str, arguments: &[Value]) -> Result<Option<Value>, Failure> {
    Ok(match target {
        EngineValue::Foreach(scope) if arguments.is_empty() => {
            let property = match name {
                "hasNext" => "HasNext",
                _ => match name.strip_prefix("get").or_else(|| name.strip_prefix("is")) {
                    Some(property) => property,
                    None => return Ok(None),
                },
            };
            foreach_property(scope, property)
        }
        EngineValue::Entry(entry) => match (name, arguments) {
            ("getKey", []) => Some(entry.key.to_value()),
            ("getValue", []) => Some(entry.value.clone()),
            _ => None,
        },
        EngineValue::Iterator(iterator) => match (name, arguments) {
            ("hasNext", []) => Some(Value::Bool(iterator.has_next())),
            ("next", []) => match iterator.next() {
                None => return Err(Failure::Method("next was called at the end of an iterator".to_owned())),
                item => item,
            },
            _ => None,
        },
        EngineValue::Class(full) => match (name.strip_prefix("get"), arguments) {
            (Some(property), []) => class_property(full, property),
            _ => None,
        },
        EngineValue::Foreach(_) | EngineValue::Block(_) => None,
    })
}

fn foreach_property(scope: &Arc<ForeachScope>, name: &str) -> Option<Value> {
    let count = scope.count();
    Some(match name {
        "index" | "Index" => Value::Int(count.cast_signed() - 1),
        "count" | "Count" => Value::Int(count.cast_signed()),
        "hasNext" | "HasNext" => Value::Bool(scope.has_next()),
        "first" | "First" => Value::Bool(count <= 1),
        "last" | "Last" => Value::Bool(!scope.has_next()),
        "parent" | "Parent" => scope_value(scope.parent.as_ref()?),
        "topmost" | "Topmost" => {
            let mut topmost = scope;
            while let Some(parent) = &topmost.parent {
                topmost = parent;
            }
            scope_value(topmost)
        }
        "replaced" | "Replaced" => scope.replaced.clone(),
        _ => return None,
    })
}

fn scope_value(scope: &Arc<ForeachScope>) -> Value {
    Value::Engine(Opaque(EngineValue::Foreach(Arc::clone(scope))))
}

/// The class of a value, which templates ask for to tell what they were given. Nothing can be made or called through it.
pub(super) fn class_of(value: &Value) -> Value {
    let name = match value {
        Value::Null | Value::Host(_) => return Value::Null,
        Value::Bool(_) => "java.lang.Boolean",
        Value::Int(_) => "java.lang.Integer",
        Value::Long(_) => "java.lang.Long",
        Value::BigInt(_) => "java.math.BigInteger",
        Value::Double(_) => "java.lang.Double",
        Value::Str(_) => "java.lang.String",
        Value::List(list) => match list.kind() {
            ListKind::Java => "java.util.ArrayList",
            ListKind::Json => "net.minidev.json.JSONArray",
            ListKind::Array => "[Ljava.lang.Object;",
            ListKind::Set => "java.util.LinkedHashMap$LinkedKeySet",
        },
        Value::Map(_) => "java.util.LinkedHashMap",
        Value::Engine(Opaque(value)) => match value {
            EngineValue::Block(_) => "org.apache.velocity.runtime.directive.Block$Reference",
            EngineValue::Foreach(_) => "org.apache.velocity.runtime.directive.ForeachScope",
            EngineValue::Iterator(_) => "java.util.ArrayList$Itr",
            EngineValue::Entry(_) => "java.util.LinkedHashMap$Entry",
            EngineValue::Class(_) => "java.lang.Class",
        },
    };
    Value::Engine(Opaque(EngineValue::Class(name)))
}

fn class_property(full: &str, name: &str) -> Option<Value> {
    match name {
        "name" | "Name" | "typeName" | "TypeName" => Some(Value::from(full)),
        "simpleName" | "SimpleName" => Some(Value::from(full.rsplit(['.', '$']).next().unwrap_or(full))),
        _ => None,
    }
}
