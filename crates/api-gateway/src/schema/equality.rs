//! When two JSON values are the same to a schema.
//!
//! What must stay true: numbers compare by value, objects without the order of their members; equal values have equal hashes.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::json::Json;

/// Whether two of `items` are the same. It takes time in proportion to their size, however many there are.
pub(super) fn has_duplicates(items: &[Json]) -> bool {
    // A client that knew the hashes could make all of them the same, so each check has its own.
    let hasher = RandomState::new();
    let mut seen: HashMap<u64, Vec<&Json>> = HashMap::with_capacity(items.len());
    items.iter().any(|item| {
        let alike = seen.entry(hash_of(&hasher, item)).or_default();
        let is_known = alike.iter().any(|other| are_equal(other, item));
        alike.push(item);
        is_known
    })
}

fn hash_of(hasher: &RandomState, value: &Json) -> u64 {
    match value {
        Json::Null => hasher.hash_one(0_u8),
        Json::Bool(value) => hasher.hash_one(value),
        Json::String(text) => hasher.hash_one(text),
        Json::Array(items) => {
            let of_items: Vec<u64> = items.iter().map(|item| hash_of(hasher, item)).collect();
            hasher.hash_one(of_items)
        }
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| hasher.hash_one((name, hash_of(hasher, value))))
            .fold(1, u64::wrapping_add),
        // A zero has two forms that are equal.
        number => hasher.hash_one(number.as_f64().map(|number| (number + 0.0).to_bits())),
    }
}

pub(super) fn are_equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| are_equal(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| are_equal(value, other)))
        }
        (Json::Int(left), Json::Int(right)) => left == right,
        _ => match (left.as_f64(), right.as_f64()) {
            #[expect(clippy::float_cmp, reason = "an enumeration names exact values")]
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        },
    }
}
