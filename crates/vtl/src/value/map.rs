//! Maps in insertion order, and their keys. What must stay true: keys compare as Java's `equals` does (the integer 1 and the
//! long 1 differ); a map is shared by its clones; nothing that contains the map can be put into it.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::{Equivalent, IndexMap};
use num_bigint::BigInt;

use super::{
    Value,
    list::{Container, drop_flat, refuse_cycle},
};
use crate::HostError;

/// A map from keys to values, shared by its clones.
#[derive(Clone)]
pub struct Map {
    cell: Arc<MapCell>,
}

struct MapCell {
    state: Mutex<MapState>,
}

#[derive(Default)]
pub(crate) struct MapState {
    pub(crate) entries: IndexMap<Key, Value>,
    /// How often a key came or went.
    pub(crate) changes: u64,
    /// Whether what an entry holds stays, once it holds something that is no map.
    is_write_once: bool,
}

/// What a map can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// Java's `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A 32-bit integer.
    Int(i32),
    /// A 64-bit integer.
    Long(i64),
    /// A big integer.
    BigInt(Arc<BigInt>),
    /// A double, by its bits.
    Double(u64),
    /// A string.
    Str(Arc<str>),
}

impl Key {
    /// The key that `value` is; none for lists, maps and objects, which this engine does not take as keys.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Null),
            Value::Bool(truth) => Some(Self::Bool(*truth)),
            Value::Int(number) => Some(Self::Int(*number)),
            Value::Long(number) => Some(Self::Long(*number)),
            Value::BigInt(number) => Some(Self::BigInt(Arc::clone(number))),
            Value::Double(number) => Some(Self::Double(number.to_bits())),
            Value::Str(text) => Some(Self::Str(Arc::clone(text))),
            Value::List(_) | Value::Map(_) | Value::Host(_) | Value::Engine(_) => None,
        }
    }

    /// The value that this key is.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Int(number) => Value::Int(*number),
            Self::Long(number) => Value::Long(*number),
            Self::BigInt(number) => Value::BigInt(Arc::clone(number)),
            Self::Double(bits) => Value::Double(f64::from_bits(*bits)),
            Self::Str(text) => Value::Str(Arc::clone(text)),
        }
    }
}

/// Up to how many entries comparing with each is quicker than computing a hash.
const SCANNED_ENTRIES_MAX: usize = 8;

/// A string key that is not stored; hashes and compares as [`Key::Str`] does.
struct StrKey<'a>(&'a str);

impl Hash for StrKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Equivalent<Key> for StrKey<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        matches!(key, Key::Str(text) if &**text == self.0)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => {}
            Self::Bool(truth) => truth.hash(state),
            Self::Int(number) => number.hash(state),
            Self::Long(number) => number.hash(state),
            Self::BigInt(number) => number.hash(state),
            Self::Double(bits) => bits.hash(state),
            Self::Str(text) => text.hash(state),
        }
    }
}

impl Map {
    /// An empty map.
    pub fn new() -> Self {
        Self::of(IndexMap::new())
    }

    pub(crate) fn of(entries: IndexMap<Key, Value>) -> Self {
        Self { cell: Arc::new(MapCell { state: Mutex::new(MapState { entries, ..MapState::default() }) }) }
    }

    /// The same map, whose entries can be set once each: a second `#set` of one ends the rendering. Entries that are maps
    /// themselves can be replaced.
    #[must_use]
    pub fn write_once(self) -> Self {
        self.state().is_write_once = true;
        self
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, MapState> {
        self.cell.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }

    /// What tells this map from every other value.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.cell).addr()
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.state().entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a string key.
    pub fn get(&self, key: &str) -> Option<Value> {
        let state = self.state();
        if state.entries.len() > SCANNED_ENTRIES_MAX {
            return state.entries.get(&StrKey(key)).cloned();
        }
        state.entries.iter().find(|(known, _)| StrKey(key).equivalent(known)).map(|(_, value)| value.clone())
    }

    pub(crate) fn get_key(&self, key: &Key) -> Option<Value> {
        self.state().entries.get(key).cloned()
    }

    /// Puts `value` under a string key and returns what was there; refused when the map is inside `value`.
    pub fn insert(&self, key: impl Into<Arc<str>>, value: Value) -> Result<Option<Value>, HostError> {
        self.insert_key(Key::Str(key.into()), value).map(|(old, _)| old)
    }

    /// As [`Map::insert`]; returns also how many containers had to be looked at.
    pub(crate) fn insert_key(&self, key: Key, value: Value) -> Result<(Option<Value>, u64), HostError> {
        let seen = refuse_cycle(&value, Container::Map(self))?;
        let mut state = self.state();
        if state.is_write_once && state.entries.get(&key).is_some_and(|held| held.as_map().is_none()) {
            let name = if let Key::Str(name) = &key { &**name } else { "an entry" };
            return Err(HostError(format!("{name} is set a second time, and can be set once only")));
        }
        let old = state.entries.insert(key, value);
        if old.is_none() {
            state.changes += 1;
        }
        Ok((old, seen))
    }

    pub(crate) fn remove_key(&self, key: &Key) -> Option<Value> {
        let mut state = self.state();
        let old = state.entries.shift_remove(key)?;
        state.changes += 1;
        Some(old)
    }

    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.changes += 1;
        let entries = std::mem::take(&mut state.entries);
        drop(state);
        drop_flat(entries.into_values());
    }

    /// A copy of the entries as they are now, in order.
    pub fn entries(&self) -> Vec<(Key, Value)> {
        self.state().entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    pub(super) fn into_unshared_values(self) -> Vec<Value> {
        match Arc::into_inner(self.cell) {
            Some(mut cell) => cell.take_values(),
            None => Vec::new(),
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<Arc<str>>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        Self::of(entries.into_iter().map(|(key, value)| (Key::Str(key.into()), value)).collect())
    }
}

impl MapCell {
    fn take_values(&mut self) -> Vec<Value> {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.entries).into_values().collect()
    }
}

impl Drop for MapCell {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !state.entries.is_empty() {
            drop_flat(self.take_values());
        }
    }
}
