//! Gateway responses as AWS shows them. <https://docs.aws.amazon.com/apigateway/latest/api/API_GatewayResponse.html>
//!
//! What must stay true: what a type does not say comes from `DEFAULT_4XX` or `DEFAULT_5XX`, and then from AWS's own default.

use serde_json::{Value, json};

use super::{object, plain};
use crate::model::{GatewayResponse, GatewayResponseType, RestApi};

/// The template of a type that nobody gave another one.
const DEFAULT_TEMPLATE: &str = "{\"message\":$context.error.messageString}";

/// A gateway response as AWS shows it.
pub(crate) fn gateway_response(api: &RestApi, kind: GatewayResponseType) -> Value {
    let own = api.gateway_responses.get(&kind);
    let inherited =
        kind.parent().and_then(|parent| api.gateway_responses.get(&parent)).filter(|_| own.is_none());
    let settings: Option<&GatewayResponse> = own.or(inherited);
    let status = settings.and_then(|settings| settings.status_code.clone());
    let status = status.or_else(|| kind.default_status().map(|status| status.to_string()));
    let parameters = settings.map(|settings| &settings.response_parameters);
    let templates =
        settings.map(|settings| &settings.response_templates).filter(|templates| !templates.is_empty());
    object([
        ("responseType", Some(json!(kind.as_str()))),
        ("statusCode", status.map(Value::from)),
        ("responseParameters", parameters.map_or_else(|| Some(json!({})), plain)),
        (
            "responseTemplates",
            templates.map_or_else(|| Some(json!({"application/json": DEFAULT_TEMPLATE})), plain),
        ),
        ("defaultResponse", Some(json!(own.is_none()))),
    ])
}
