//! The seam through which an embedder lends its own objects to templates (`$input`, `$util`, `$context`). What must stay true:
//! the engine knows nothing of what stands behind it, and a host object never sees the engine's state.

use std::sync::Arc;

use crate::{HostError, Map, Value};

/// An object that the embedder defines and templates use.
///
/// `Ok(Value::Null)` is the answer for "there is no such thing": it prints as nothing, as API Gateway does, and is not an
/// error. An `Err` ends the rendering.
pub trait HostObject: Send + Sync {
    /// Appends what `$object` prints.
    fn print(&self, out: &mut String);

    /// `$object.name`, and `$object['name']` unless [`HostObject::index`] says otherwise.
    fn property(&self, name: &str) -> Result<Value, HostError> {
        let _ = name;
        Ok(Value::Null)
    }

    /// `$object.method(arguments)`.
    fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, HostError> {
        let _ = (method, arguments);
        Ok(Value::Null)
    }

    /// `$object[key]`.
    fn index(&self, key: &Value) -> Result<Value, HostError> {
        match key {
            Value::Str(name) => self.property(name),
            _ => Ok(Value::Null),
        }
    }

    /// `#set($object.name = value)`; whether the object took it. Velocity ignores a refusal.
    fn set_property(&self, name: &str, value: Value) -> Result<bool, HostError> {
        let _ = (name, value);
        Ok(false)
    }

    /// The map that this object is, for an object that differs from a map only in how it prints: properties, indexes,
    /// methods, `#set` and `#foreach` then go to the map, and only [`HostObject::print`] to the object.
    fn as_map(&self) -> Option<&Map> {
        None
    }
}

impl<T: HostObject + 'static> From<Arc<T>> for Value {
    fn from(object: Arc<T>) -> Self {
        Self::Host(object)
    }
}
