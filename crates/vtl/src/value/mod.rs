//! The values that templates compute with, as Java has them: 32-bit, 64-bit and big integers, doubles, UTF-16 string
//! semantics, lists and maps shared by reference. What must stay true: a clone is cheap and shares; a list or map never
//! contains itself, so printing, comparing and dropping end.

mod engine;
mod json;
mod list;
mod map;
mod number;
mod print;
mod same;

use std::sync::Arc;

use num_bigint::BigInt;

pub use self::list::List;
pub use self::map::{Key, Map};
pub(crate) use self::{
    engine::{BlockReference, EngineValue, Entry, ForeachScope, ValueIterator},
    json::write_json,
    list::{Container, ListKind, refuse_cycle},
    number::{Arithmetic, arithmetic, compare, double_text, java_size, to_double},
    print::{Printer, print_value},
    same::{java_equals, loosely_equal},
};
use crate::HostObject;

/// A value of a template.
// The tag takes a whole word, so that a move is of whole words: with a byte for a tag it is not, and moves dominate.
#[derive(Clone, Default)]
#[repr(u64)]
pub enum Value {
    /// Java's `null`; a reference to it prints as nothing.
    #[default]
    Null,
    /// `java.lang.Boolean`.
    Bool(bool),
    /// `java.lang.Integer`.
    Int(i32),
    /// `java.lang.Long`.
    Long(i64),
    /// `java.math.BigInteger`.
    BigInt(Arc<BigInt>),
    /// `java.lang.Double`.
    Double(f64),
    /// `java.lang.String`.
    Str(Arc<str>),
    /// A list, array or set.
    List(List),
    /// A map that keeps its order.
    Map(Map),
    /// An object of the embedder.
    Host(Arc<dyn HostObject>),
    /// An object of the engine itself: a block made by `#define`, `$foreach`, an iterator, an entry of a map.
    Engine(Opaque),
}

/// A value that only the engine can make and look into.
#[derive(Clone)]
pub struct Opaque(pub(crate) EngineValue);

impl Value {
    /// A list such as `[1, 2]` in a template makes; it prints `[1, 2]`.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(List::new(items))
    }

    /// An array that came out of JSON; it prints as JSON.
    pub fn json_array(items: Vec<Self>) -> Self {
        Self::List(List::json(items))
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The string, when this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The map, when this is one or a host object that is one but for how it prints.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            Self::Host(object) => object.as_map(),
            _ => None,
        }
    }

    /// Whether this is one of Java's numbers.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Int(_) | Self::Long(_) | Self::BigInt(_) | Self::Double(_))
    }

    /// The smallest of Java's integer types that holds `number`, as Java's literals and JSON parsers choose it.
    pub(crate) fn integer(number: i64) -> Self {
        i32::try_from(number).map_or(Self::Long(number), Self::Int)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Self::Str(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Long(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<BigInt> for Value {
    fn from(number: BigInt) -> Self {
        Self::BigInt(Arc::new(number))
    }
}
