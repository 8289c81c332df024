//! Equality: Java's `equals`, and the looser `==` of Velocity. What must stay true: comparing is paid for by a budget, since a
//! small nest that shares its parts can stand for an endless comparison.

use super::{EngineValue, ListKind, Printer, Value, compare, print_value};
use crate::{
    error::Failure,
    limits::{BYTES_PER_STEP, Limits},
};

/// Java's `left.equals(right)`. `budget` is what the comparison may still touch.
pub(crate) fn java_equals(left: &Value, right: &Value, budget: &mut u64) -> bool {
    equals_at(left, right, budget, 0)
}

fn equals_at(left: &Value, right: &Value, budget: &mut u64, depth: u32) -> bool {
    if *budget == 0 || depth > crate::limits::VALUE_DEPTH_MAX {
        return false;
    }
    *budget -= 1;
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Long(left), Value::Long(right)) => left == right,
        (Value::BigInt(left), Value::BigInt(right)) => left == right,
        (Value::Double(left), Value::Double(right)) => left.to_bits() == right.to_bits(),
        (Value::Str(left), Value::Str(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            if left.is_same(right) {
                return true;
            }
            let is_alike = (left.kind() == ListKind::Set) == (right.kind() == ListKind::Set)
                && left.len() == right.len();
            if !is_alike {
                return false;
            }
            *budget = budget.saturating_sub(left.len() as u64);
            let (left_items, right_items) = (left.to_vec(), right.to_vec());
            left_items.len() == right_items.len()
                && left_items
                    .iter()
                    .zip(&right_items)
                    .all(|(left, right)| equals_at(left, right, budget, depth + 1))
        }
        (Value::Map(left), Value::Map(right)) => {
            if left.is_same(right) {
                return true;
            }
            if left.len() != right.len() {
                return false;
            }
            *budget = budget.saturating_sub(left.len() as u64);
            let left_entries = left.entries();
            left_entries.len() == right.len()
                && left_entries.iter().all(|(key, left_value)| {
                    right
                        .get_key(key)
                        .is_some_and(|right_value| equals_at(left_value, &right_value, budget, depth + 1))
                })
        }
        (Value::Host(left), Value::Host(right)) => std::sync::Arc::ptr_eq(left, right),
        (Value::Engine(left), Value::Engine(right)) => engine_equals(&left.0, &right.0, budget, depth),
        _ => false,
    }
}

fn engine_equals(left: &EngineValue, right: &EngineValue, budget: &mut u64, depth: u32) -> bool {
    use std::sync::Arc;
    match (left, right) {
        (EngineValue::Entry(left), EngineValue::Entry(right)) => {
            left.key == right.key && equals_at(&left.value, &right.value, budget, depth + 1)
        }
        (EngineValue::Class(left), EngineValue::Class(right)) => left == right,
        (EngineValue::Block(left), EngineValue::Block(right)) => Arc::ptr_eq(left, right),
        (EngineValue::Foreach(left), EngineValue::Foreach(right)) => Arc::ptr_eq(left, right),
        (EngineValue::Iterator(left), EngineValue::Iterator(right)) => Arc::ptr_eq(left, right),
        _ => false,
    }
}

/// Velocity's `==`: numbers by value, things of one class by `equals`, everything else by what it prints.
pub(crate) fn loosely_equal(
    left: &Value,
    right: &Value,
    limits: &Limits,
    budget: &mut u64,
) -> Result<bool, Failure> {
    if left.is_number() && right.is_number() {
        return Ok(compare(left, right) == Some(std::cmp::Ordering::Equal));
    }
    if left.is_null() || right.is_null() {
        return Ok(left.is_null() && right.is_null());
    }
    let is_one_class = match (left, right) {
        (Value::List(left), Value::List(right)) => {
            (left.kind() == ListKind::Set) == (right.kind() == ListKind::Set)
        }
        _ => std::mem::discriminant(left) == std::mem::discriminant(right),
    };
    if is_one_class {
        return Ok(java_equals(left, right, budget));
    }
    let (left, right) = (printed(left, limits)?, printed(right, limits)?);
    *budget = budget.saturating_sub((left.len() + right.len()) as u64 / BYTES_PER_STEP);
    Ok(left == right)
}

fn printed(value: &Value, limits: &Limits) -> Result<String, Failure> {
    let mut text = String::new();
    print_value(&mut Printer::new(&mut text, limits), value)?;
    Ok(text)
}
