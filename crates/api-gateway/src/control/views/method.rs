//! Methods and method responses as AWS shows them. <https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html>

use serde_json::{Map, Value};

use super::{filled, integration, object, plain};
use crate::model::{HttpVerb, Method, MethodResponse};

/// A method as AWS shows it.
pub(crate) fn method(verb: HttpVerb, method: &Method, resource_id: &str) -> Value {
    let responses = method.method_responses.iter();
    let responses: Map<String, Value> =
        responses.map(|(status, response)| (status.clone(), method_response(status, response))).collect();
    object([
        ("httpMethod", plain(&verb)),
        ("authorizationType", plain(&method.authorization_type)),
        ("authorizerId", plain(&method.authorizer_id)),
        ("apiKeyRequired", plain(&method.api_key_required)),
        ("requestValidatorId", plain(&method.request_validator_id)),
        ("operationName", plain(&method.operation_name)),
        ("requestParameters", filled(&method.request_parameters)),
        ("requestModels", filled(&method.request_models)),
        ("methodResponses", (!responses.is_empty()).then_some(Value::Object(responses))),
        ("methodIntegration", method.method_integration.as_ref().map(|it| integration(it, resource_id))),
        ("authorizationScopes", filled(&method.authorization_scopes)),
    ])
}

/// A method response as AWS shows it.
pub(crate) fn method_response(status: &str, response: &MethodResponse) -> Value {
    object([
        ("statusCode", plain(&status)),
        ("responseParameters", filled(&response.response_parameters)),
        ("responseModels", filled(&response.response_models)),
    ])
}
