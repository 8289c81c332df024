//! `#foreach`. What must stay true: the loop variable and the counters are put back after the loop, everything else that the
//! body sets stays; a collection that changes under its loop is an error, as it is in Java.

use std::sync::Arc;

use super::{Interrupt, Renderer, Step};
use crate::{
    ast::{Expression, Foreach, Slot},
    error::Failure,
    value::{EngineValue, ForeachScope, List, Map, Opaque, Value, ValueIterator, java_size},
};

/// What a loop runs over.
enum Items {
    Range { next: i64, last: i64 },
    List { list: List, next: usize, changes: u64 },
    Values { map: Map, next: usize, changes: u64 },
    Iterator(Arc<ValueIterator>),
}

impl Items {
    /// The items of a value; nothing for a value that is no collection.
    fn of(value: Value) -> Option<Self> {
        Some(match value {
            Value::List(list) => {
                let changes = list.state().changes;
                Self::List { list, next: 0, changes }
            }
            Value::Engine(Opaque(EngineValue::Iterator(iterator))) => Self::Iterator(iterator),
            other => {
                let map = other.as_map()?.clone();
                let changes = map.state().changes;
                Self::Values { map, next: 0, changes }
            }
        })
    }

    /// The next item, and whether another follows; nothing at the end.
    fn next(&mut self) -> Result<Option<(Value, bool)>, Failure> {
        let changed = || Failure::Method("the collection changed while #foreach ran over it".to_owned());
        match self {
            Self::Range { next, last } => {
                if next == last {
                    return Ok(None);
                }
                let value = Value::integer(*next);
                *next += if next < last { 1 } else { -1 };
                Ok(Some((value, next != last)))
            }
            Self::List { list, next, changes } => {
                let state = list.state();
                if *next == state.items.len() {
                    return Ok(None);
                }
                let item = state.items.get(*next).filter(|_| state.changes == *changes);
                *next += 1;
                item.map(|item| Some((item.clone(), *next != state.items.len()))).ok_or_else(changed)
            }
            Self::Values { map, next, changes } => {
                let state = map.state();
                if *next >= state.entries.len() {
                    return Ok(None);
                }
                let entry = state.entries.get_index(*next).filter(|_| state.changes == *changes);
                *next += 1;
                entry.map(|(_, value)| Some((value.clone(), *next < state.entries.len()))).ok_or_else(changed)
            }
            Self::Iterator(iterator) => Ok(iterator.next().map(|item| (item, iterator.has_next()))),
        }
    }
}

impl Renderer<'_> {
    pub(super) fn foreach(&mut self, foreach: &Foreach) -> Step<()> {
        let Some(items) = self.items(&foreach.items)? else { return Ok(()) };
        let slots = self.template.loop_slots;
        let saved = [Some(foreach.slot), slots.velocity_count, slots.velocity_has_next]
            .map(|slot| slot.map(|slot| (slot, self.variable(slot).clone())));
        let scope = slots.foreach.map(|slot| {
            let previous = self.variable(slot).clone();
            let scope = Arc::new(ForeachScope::new(foreach.id, previous));
            self.set_variable(slot, Value::Engine(Opaque(EngineValue::Foreach(Arc::clone(&scope)))));
            scope
        });
        let outcome = self.rounds(foreach, items, scope.as_deref());
        for (slot, value) in saved.into_iter().flatten() {
            self.set_variable(slot, value);
        }
        if let Some(slot) = slots.foreach {
            self.leave_scope(slot);
        }
        outcome
    }

    fn items(&mut self, items: &Expression) -> Step<Option<Items>> {
        if let Expression::Range(bounds) = items {
            let Some((first, last)) = self.range_bounds(bounds)? else { return Ok(None) };
            let (first, last) = (i64::from(first), i64::from(last));
            return Ok(Some(Items::Range {
                next: first,
                last: if first < last { last + 1 } else { last - 1 },
            }));
        }
        Ok(Items::of(self.value(items)?))
    }

    fn rounds(&mut self, foreach: &Foreach, mut items: Items, scope: Option<&ForeachScope>) -> Step<()> {
        let slots = self.template.loop_slots;
        for round in 1..=self.limits.foreach_iterations_max {
            let next = self.budget.step().and_then(|()| items.next());
            let next = next.map_err(|failure| self.failed(failure, foreach.position, &foreach.literal))?;
            let Some((item, has_next)) = next else { break };
            if let Some(slot) = slots.velocity_count {
                self.set_variable(slot, Value::Int(java_size(round)));
            }
            if let Some(slot) = slots.velocity_has_next {
                self.set_variable(slot, Value::Bool(has_next));
            }
            if let Some(scope) = scope {
                scope.begin_round(has_next);
            }
            self.set_variable(foreach.slot, item);
            match self.block(&foreach.body) {
                Ok(()) => {}
                Err(Interrupt::Break(None)) => break,
                Err(Interrupt::Break(Some(owner))) if owner == foreach.id => break,
                Err(interrupt) => return Err(interrupt),
            }
        }
        Ok(())
    }

    /// Puts `$foreach` back to the loop around, or to what it was before all loops.
    fn leave_scope(&mut self, slot: Slot) {
        let outer = match self.variable(slot) {
            Value::Engine(Opaque(EngineValue::Foreach(scope))) => match &scope.parent {
                Some(parent) => Value::Engine(Opaque(EngineValue::Foreach(Arc::clone(parent)))),
                None => scope.replaced.clone(),
            },
            _ => return,
        };
        self.set_variable(slot, outer);
    }
}
