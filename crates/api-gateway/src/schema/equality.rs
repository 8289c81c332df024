//! When two JSON values are the same to a schema.
//!
//! What must stay true: numbers compare by value, objects without the order of their members.

use crate::json::Json;

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
