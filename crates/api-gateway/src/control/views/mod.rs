//! What operations answer, made from the model with AWS's member names: times in seconds, absent maps absent.

mod account;
mod api_key;
mod authorizer;
mod client_certificate;
mod deployment;
mod documentation;
mod domain_name;
mod gateway_response;
mod integration;
mod method;
mod resource;
mod rest_api;
mod schema;
mod stage;
mod usage_plan;

use serde_json::{Map, Number, Value};

pub(crate) use account::account;
pub(crate) use api_key::{api_key, usage_plan_key};
pub(crate) use authorizer::authorizer;
pub(crate) use client_certificate::client_certificate;
pub(crate) use deployment::deployment;
pub(crate) use documentation::{documentation_part, documentation_version};
pub(crate) use domain_name::{base_path_mapping, domain_name};
pub(crate) use gateway_response::gateway_response;
pub(crate) use integration::{integration, integration_response};
pub(crate) use method::{method, method_response};
pub(crate) use resource::{Methods, resource};
pub(crate) use rest_api::rest_api;
pub(crate) use schema::{model, request_validator};
pub(crate) use stage::stage;
pub(crate) use usage_plan::usage_plan;

/// A time in seconds since 1970-01-01T00:00:00Z; whole, as API Gateway's times are.
pub(crate) fn seconds(millis: i64) -> Value {
    Value::Number(Number::from(millis.div_euclid(1000)))
}

/// An object without the members that are absent.
pub(crate) fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

/// What of the model serialises as AWS names it.
pub(crate) fn plain<T: serde::Serialize>(value: &T) -> Option<Value> {
    serde_json::to_value(value).ok().filter(|value| !value.is_null())
}

/// As [`plain`], but absent when there is nothing in it.
pub(crate) fn filled<T: serde::Serialize>(value: &T) -> Option<Value> {
    plain(value).filter(|value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    })
}
