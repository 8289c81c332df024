//! An API key as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_ApiKey.html>
//!
//! What must stay true: the value is shown only where AWS shows it.

use serde_json::{Value, json};

use super::{filled, object, plain, seconds};
use crate::model::ApiKey;

/// An API key, with its value where that was asked for.
pub(crate) fn api_key(key: &ApiKey, includes_value: bool) -> Value {
    object([
        ("id", plain(&key.id)),
        ("value", includes_value.then(|| Value::from(key.value.as_str()))),
        ("name", plain(&key.name)),
        ("customerId", plain(&key.customer_id)),
        ("description", plain(&key.description)),
        ("enabled", Some(Value::from(key.enabled))),
        ("createdDate", Some(seconds(key.created_millis))),
        ("lastUpdatedDate", Some(seconds(key.last_updated_millis))),
        ("stageKeys", Some(json!(key.stage_keys))),
        ("tags", filled(&key.tags)),
    ])
}

/// An API key as a member of a usage plan. <https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlanKey.html>
pub(crate) fn usage_plan_key(key: &ApiKey, includes_value: bool) -> Value {
    object([
        ("id", plain(&key.id)),
        ("type", Some(Value::from("API_KEY"))),
        ("value", includes_value.then(|| Value::from(key.value.as_str()))),
        ("name", plain(&key.name)),
    ])
}
