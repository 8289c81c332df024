//! Integrations and their responses as AWS shows them. <https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html>
//!
//! What must stay true: what a client left out shows as AWS's default.

use serde_json::{Map, Value};

use super::{filled, object, plain};
use crate::limits::INTEGRATION_TIMEOUT_MILLIS_MAX;
use crate::model::{ConnectionType, Integration, IntegrationResponse, IntegrationType};

/// An integration of a method of this resource as AWS shows it.
pub(crate) fn integration(integration: &Integration, resource_id: &str) -> Value {
    let is_http = matches!(integration.integration_type, IntegrationType::Http | IntegrationType::HttpProxy);
    let connection_type = integration.connection_type.or(is_http.then_some(ConnectionType::Internet));
    let responses = integration.integration_responses.iter();
    let responses: Map<String, Value> = responses
        .map(|(status, response)| (status.clone(), integration_response(status, response)))
        .collect();
    object([
        ("type", plain(&integration.integration_type)),
        ("httpMethod", plain(&integration.http_method)),
        ("uri", plain(&integration.uri)),
        ("connectionType", plain(&connection_type)),
        ("connectionId", plain(&integration.connection_id)),
        ("credentials", plain(&integration.credentials)),
        ("requestParameters", filled(&integration.request_parameters)),
        ("requestTemplates", filled(&integration.request_templates)),
        ("passthroughBehavior", plain(&integration.passthrough_behavior)),
        ("contentHandling", plain(&integration.content_handling)),
        ("timeoutInMillis", plain(&integration.timeout_in_millis.unwrap_or(INTEGRATION_TIMEOUT_MILLIS_MAX))),
        ("cacheNamespace", plain(&integration.cache_namespace.as_deref().unwrap_or(resource_id))),
        ("cacheKeyParameters", plain(&integration.cache_key_parameters)),
        ("integrationResponses", (!responses.is_empty()).then_some(Value::Object(responses))),
        ("tlsConfig", plain(&integration.tls_config)),
        ("responseTransferMode", plain(&integration.response_transfer_mode)),
        ("integrationTarget", plain(&integration.integration_target)),
    ])
}

/// An integration response as AWS shows it.
pub(crate) fn integration_response(status: &str, response: &IntegrationResponse) -> Value {
    object([
        ("statusCode", plain(&status)),
        ("selectionPattern", plain(&response.selection_pattern)),
        ("responseParameters", filled(&response.response_parameters)),
        ("responseTemplates", filled(&response.response_templates)),
        ("contentHandling", plain(&response.content_handling)),
    ])
}
