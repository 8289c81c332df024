//! Values that only the engine makes: a block of `#define`, the scope of a `#foreach`, an iterator, an entry of a map. What must
//! stay true: they never hold a path back to themselves, and dropping a deep nest of them does not recurse.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use super::{Opaque, Value, list::drop_flat, map::Key};
use crate::ast::Block;

/// The engine's own objects.
#[derive(Clone)]
pub(crate) enum EngineValue {
    /// What `#define` binds.
    Block(Arc<BlockReference>),
    /// `$foreach`.
    Foreach(Arc<ForeachScope>),
    /// What `.iterator()` gives.
    Iterator(Arc<ValueIterator>),
    /// An item of `.entrySet()`.
    Entry(Arc<Entry>),
    /// What `.class` gives: the full name of a Java class.
    Class(&'static str),
}

impl EngineValue {
    /// What tells this object from every other value.
    pub(crate) fn address(&self) -> usize {
        match self {
            Self::Block(block) => Arc::as_ptr(block).addr(),
            Self::Foreach(scope) => Arc::as_ptr(scope).addr(),
            Self::Iterator(iterator) => Arc::as_ptr(iterator).addr(),
            Self::Entry(entry) => Arc::as_ptr(entry).addr(),
            Self::Class(name) => name.as_ptr().addr(),
        }
    }

    /// The values directly inside.
    pub(crate) fn children(&self) -> Vec<Value> {
        match self {
            Self::Block(_) | Self::Class(_) => Vec::new(),
            Self::Foreach(scope) => {
                let outer = scope
                    .parent
                    .iter()
                    .map(|parent| Value::Engine(Opaque(Self::Foreach(Arc::clone(parent)))));
                outer.chain([scope.replaced.clone()]).collect()
            }
            Self::Iterator(iterator) => iterator.with(|state| state.items.clone()),
            Self::Entry(entry) => vec![entry.value.clone()],
        }
    }

    /// The values directly inside, taken out, when nobody else holds this object.
    pub(super) fn into_unshared_children(self) -> Vec<Value> {
        match self {
            Self::Block(_) | Self::Class(_) => Vec::new(),
            Self::Foreach(scope) => Arc::into_inner(scope)
                .map(|mut scope| std::mem::take(&mut scope.replaced))
                .into_iter()
                .collect(),
            Self::Iterator(iterator) => {
                Arc::into_inner(iterator).map(|mut iterator| iterator.take_items()).unwrap_or_default()
            }
            Self::Entry(entry) => {
                Arc::into_inner(entry).map(|mut entry| std::mem::take(&mut entry.value)).into_iter().collect()
            }
        }
    }
}

/// A block made by `#define`, rendered where it is printed.
pub(crate) struct BlockReference {
    /// The template whose variables the block's slots mean; a block is nothing in any other.
    pub(crate) template: u64,
    pub(crate) block: Arc<Block>,
    /// How often it is inside itself right now.
    pub(crate) depth: AtomicU32,
}

impl BlockReference {
    /// Enters the block unless it is inside itself `depth_max` times already.
    pub(crate) fn enter(&self, depth_max: u32) -> bool {
        if self.depth.fetch_add(1, Ordering::Relaxed) < depth_max {
            return true;
        }
        self.leave();
        false
    }

    pub(crate) fn leave(&self) {
        self.depth.fetch_sub(1, Ordering::Relaxed);
    }
}

/// `$foreach` inside a loop.
pub(crate) struct ForeachScope {
    /// Which `#foreach` of the template it belongs to.
    pub(crate) owner: u32,
    /// Rounds begun, and whether another follows: `index` is one less than the low part.
    count: AtomicU32,
    has_next: AtomicU32,
    pub(crate) parent: Option<Arc<ForeachScope>>,
    /// What `$foreach` was before the outermost loop.
    pub(crate) replaced: Value,
}

impl ForeachScope {
    pub(crate) fn new(owner: u32, previous: Value) -> Self {
        let (parent, replaced) = match previous {
            Value::Engine(Opaque(EngineValue::Foreach(scope))) => (Some(scope), Value::Null),
            other => (None, other),
        };
        Self { owner, count: AtomicU32::new(0), has_next: AtomicU32::new(0), parent, replaced }
    }

    pub(crate) fn begin_round(&self, has_next: bool) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.has_next.store(u32::from(has_next), Ordering::Relaxed);
    }

    /// The round, from 1.
    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn has_next(&self) -> bool {
        self.has_next.load(Ordering::Relaxed) != 0
    }
}

/// An iterator over the items that a collection had when it was made.
pub(crate) struct ValueIterator {
    state: Mutex<IteratorState>,
}

pub(crate) struct IteratorState {
    pub(crate) items: Vec<Value>,
    pub(crate) next: usize,
}

impl ValueIterator {
    pub(crate) fn new(items: Vec<Value>) -> Self {
        Self { state: Mutex::new(IteratorState { items, next: 0 }) }
    }

    pub(crate) fn with<T>(&self, use_state: impl FnOnce(&mut IteratorState) -> T) -> T {
        use_state(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn has_next(&self) -> bool {
        self.with(|state| state.next < state.items.len())
    }

    pub(crate) fn next(&self) -> Option<Value> {
        self.with(|state| {
            let item = state.items.get(state.next).cloned()?;
            state.next += 1;
            Some(item)
        })
    }

    fn take_items(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.state.get_mut().unwrap_or_else(PoisonError::into_inner).items)
    }
}

impl Drop for ValueIterator {
    fn drop(&mut self) {
        drop_flat(self.take_items());
    }
}

/// A key and its value.
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Value,
}

impl Drop for Entry {
    fn drop(&mut self) {
        drop_flat([std::mem::take(&mut self.value)]);
    }
}

impl Drop for ForeachScope {
    fn drop(&mut self) {
        drop_flat([std::mem::take(&mut self.replaced)]);
        let mut parent = self.parent.take();
        while let Some(scope) = parent {
            parent = Arc::into_inner(scope).and_then(|mut scope| scope.parent.take());
        }
    }
}
