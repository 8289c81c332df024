//! Lists: what `[..]` makes, JSON arrays, Java arrays and the sets that maps hand out. What must stay true: a list is shared
//! by its clones; nothing that contains the list can be put into it; dropping a deep nest does not recurse.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Value, map::Map};
use crate::HostError;

/// Which of Java's collections a list stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// `java.util.ArrayList`.
    Java,
    /// A JSON array: an `ArrayList` whose text is JSON.
    Json,
    /// A Java array: its size never changes.
    Array,
    /// A set or collection view: no access by index.
    Set,
}

/// A list of values, shared by its clones.
#[derive(Clone)]
pub struct List {
    cell: Arc<ListCell>,
}

struct ListCell {
    kind: ListKind,
    state: Mutex<ListState>,
}

#[derive(Default)]
pub(crate) struct ListState {
    pub(crate) items: Vec<Value>,
    /// How often an item came or went; a loop over a list that changes under it fails, as Java's does.
    pub(crate) changes: u64,
}

impl List {
    /// A list that prints `[1, 2]`.
    pub fn new(items: Vec<Value>) -> Self {
        Self::of_kind(ListKind::Java, items)
    }

    /// A list that prints as JSON.
    pub fn json(items: Vec<Value>) -> Self {
        Self::of_kind(ListKind::Json, items)
    }

    pub(crate) fn of_kind(kind: ListKind, items: Vec<Value>) -> Self {
        Self { cell: Arc::new(ListCell { kind, state: Mutex::new(ListState { items, changes: 0 }) }) }
    }

    pub(crate) fn kind(&self) -> ListKind {
        self.cell.kind
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, ListState> {
        self.cell.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }

    /// What tells this list from every other value.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.cell).addr()
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.state().items.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, from 0.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.state().items.get(index).cloned()
    }

    /// A copy of the items as they are now.
    pub fn to_vec(&self) -> Vec<Value> {
        self.state().items.clone()
    }

    /// Adds `value` at the end; refused when the list is inside `value`.
    pub fn push(&self, value: Value) -> Result<(), HostError> {
        self.push_counted(value).map(|_| ())
    }

    /// As [`List::push`]; returns how many containers had to be looked at.
    pub(crate) fn push_counted(&self, value: Value) -> Result<u64, HostError> {
        let seen = refuse_cycle(&value, Container::List(self))?;
        let mut state = self.state();
        state.items.push(value);
        state.changes += 1;
        Ok(seen)
    }
}

/// A list or a map that is about to receive a value.
#[derive(Clone, Copy)]
pub(crate) enum Container<'a> {
    List(&'a List),
    Map(&'a Map),
}

/// Fails when `container` can be reached from `value`, which would make a value without end. Returns how many containers
/// were looked at.
pub(crate) fn refuse_cycle(value: &Value, container: Container<'_>) -> Result<u64, HostError> {
    if !matches!(value, Value::List(_) | Value::Map(_) | Value::Engine(_)) {
        return Ok(0);
    }
    let target = match container {
        Container::List(list) => list.address(),
        Container::Map(map) => map.address(),
    };
    let mut seen = HashSet::new();
    let mut waiting = vec![value.clone()];
    while let Some(next) = waiting.pop() {
        let address = match &next {
            Value::List(list) => list.address(),
            Value::Map(map) => map.address(),
            Value::Engine(opaque) => opaque.0.address(),
            _ => continue,
        };
        if address == target {
            return Err(HostError("a list or map cannot be put into itself".to_owned()));
        }
        if seen.insert(address) {
            push_children(&next, &mut waiting);
        }
    }
    Ok(seen.len() as u64)
}

fn push_children(value: &Value, waiting: &mut Vec<Value>) {
    let is_container = |child: &&Value| matches!(child, Value::List(_) | Value::Map(_) | Value::Engine(_));
    match value {
        Value::List(list) => waiting.extend(list.state().items.iter().filter(is_container).cloned()),
        Value::Map(map) => waiting.extend(map.state().entries.values().filter(is_container).cloned()),
        Value::Engine(opaque) => waiting.extend(opaque.0.children()),
        _ => {}
    }
}

/// Drops values with a list of work in place of the stack, so that the depth of a nest does not matter.
pub(super) fn drop_flat(values: impl IntoIterator<Item = Value>) {
    let can_nest = |value: &Value| matches!(value, Value::List(_) | Value::Map(_) | Value::Engine(_));
    let mut waiting: Vec<Value> = values.into_iter().filter(can_nest).collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut cell) = Arc::into_inner(list.cell) {
                    waiting.append(&mut cell.take_items());
                }
            }
            Value::Map(map) => waiting.extend(map.into_unshared_values()),
            Value::Engine(opaque) => waiting.extend(opaque.0.into_unshared_children()),
            _ => {}
        }
    }
}

impl ListCell {
    fn take_items(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.state.get_mut().unwrap_or_else(PoisonError::into_inner).items)
    }
}

impl Drop for ListCell {
    fn drop(&mut self) {
        let items = self.take_items();
        if !items.is_empty() {
            drop_flat(items);
        }
    }
}
