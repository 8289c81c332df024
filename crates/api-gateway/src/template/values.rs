//! JSON to the values that templates compute with.
//!
//! What must stay true: objects become maps, arrays become lists that print as JSON, numbers keep Java's kinds.

use alluvium_vtl::{Map, Value};
use num_bigint::BigInt;

use crate::json::Json;

pub(super) fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Int(value) => i32::try_from(*value).map_or(Value::Long(*value), Value::Int),
        Json::BigInt(digits) => digits.parse::<BigInt>().map_or(Value::Null, Value::from),
        Json::Double(value) => Value::Double(*value),
        Json::Decimal(text) => text.parse().map_or(Value::Null, Value::Double),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::json_array(items.iter().map(value_of).collect()),
        Json::Object(members) => {
            let map: Map = members.iter().map(|(key, value)| (key.as_str(), value_of(value))).collect();
            Value::from(map)
        }
    }
}
