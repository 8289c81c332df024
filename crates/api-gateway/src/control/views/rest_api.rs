//! A REST API as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html>

use serde_json::Value;

use super::{filled, object, plain, seconds};
use crate::model::RestApi;

/// A REST API as AWS shows it.
pub(crate) fn rest_api(api: &RestApi) -> Value {
    let root = api.resources.values().find(|resource| resource.parent_id.is_none());
    object([
        ("id", plain(&api.id)),
        ("name", plain(&api.name)),
        ("description", plain(&api.description)),
        ("createdDate", Some(seconds(api.created_millis))),
        ("version", plain(&api.version)),
        ("binaryMediaTypes", filled(&api.binary_media_types)),
        ("minimumCompressionSize", plain(&api.minimum_compression_size)),
        ("apiKeySource", plain(&api.api_key_source)),
        ("endpointConfiguration", plain(&api.endpoint_configuration)),
        ("policy", api.policy.as_deref().map(escaped)),
        ("tags", filled(&api.tags)),
        ("disableExecuteApiEndpoint", plain(&api.disable_execute_api_endpoint)),
        ("rootResourceId", root.and_then(|root| plain(&root.id))),
        ("securityPolicy", plain(&api.security_policy)),
        ("endpointAccessMode", plain(&api.endpoint_access_mode)),
        ("apiStatus", Some(Value::from("AVAILABLE"))),
    ])
}

/// A policy as AWS shows it: a JSON string without its quotes, which clients unquote once more.
fn escaped(policy: &str) -> Value {
    let quoted = Value::from(policy).to_string();
    Value::from(quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted))
}
