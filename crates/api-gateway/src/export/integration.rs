//! An integration as `x-amazon-apigateway-integration`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html>
//!
//! What must stay true: what API Gateway does unless told otherwise is not written, but for the passthrough behaviour.

use super::object::Object;
use super::options::ExportFormat;
use crate::limits::INTEGRATION_TIMEOUT_DEFAULT;
use crate::model::{ConnectionType, ContentHandling, Integration, IntegrationResponse, PassthroughBehavior};

pub(super) fn integration(integration: &Integration, format: ExportFormat) -> Object {
    let mut object = Object::new();
    let kind = integration.integration_type.as_str().to_ascii_lowercase();
    if format == ExportFormat::Swagger {
        object.put("type", kind.as_str());
    }
    object.put_some("connectionId", integration.connection_id.as_ref());
    object.put_some("credentials", integration.credentials.as_ref());
    object.put_some("httpMethod", integration.http_method.as_ref());
    object.put_some("uri", integration.uri.as_ref());
    object.put_filled("responses", responses(integration));
    object.put_filled("requestParameters", Object::from(&integration.request_parameters));
    object.put_filled("requestTemplates", Object::from(&integration.request_templates));
    object.put("passthroughBehavior", passthrough(integration.passthrough_behavior));
    if integration.connection_type == Some(ConnectionType::VpcLink) {
        object.put("connectionType", "VPC_LINK");
    }
    object.put_some("contentHandling", integration.content_handling.map(content_handling));
    object.put_some("cacheNamespace", integration.cache_namespace.as_ref());
    object.put_texts("cacheKeyParameters", &integration.cache_key_parameters);
    let is_own = |millis: &u64| u128::from(*millis) != INTEGRATION_TIMEOUT_DEFAULT.as_millis();
    let timeout = integration.timeout_in_millis.filter(is_own).and_then(|millis| i64::try_from(millis).ok());
    object.put_some("timeoutInMillis", timeout);
    let tls = integration
        .tls_config
        .map(|tls| Object::new().with("insecureSkipVerification", tls.insecure_skip_verification));
    object.put_some("tlsConfig", tls);
    if format == ExportFormat::Oas30 {
        object.put("type", kind);
    }
    object
}

fn responses(integration: &Integration) -> Object {
    let mut responses = Object::new();
    for (status, response) in &integration.integration_responses {
        let pattern = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty());
        let key = pattern.unwrap_or("default");
        if !responses.has(key) {
            responses.put(key, self::response(status, response));
        }
    }
    responses
}

fn response(status: &str, response: &IntegrationResponse) -> Object {
    let mut object = Object::new().with("statusCode", status);
    object.put_filled("responseParameters", Object::from(&response.response_parameters));
    object.put_filled("responseTemplates", Object::from(&response.response_templates));
    object.put_some("contentHandling", response.content_handling.map(content_handling));
    object
}

fn passthrough(behavior: PassthroughBehavior) -> &'static str {
    match behavior {
        PassthroughBehavior::WhenNoMatch => "when_no_match",
        PassthroughBehavior::WhenNoTemplates => "when_no_templates",
        PassthroughBehavior::Never => "never",
    }
}

fn content_handling(handling: ContentHandling) -> &'static str {
    match handling {
        ContentHandling::ConvertToBinary => "CONVERT_TO_BINARY",
        ContentHandling::ConvertToText => "CONVERT_TO_TEXT",
    }
}
