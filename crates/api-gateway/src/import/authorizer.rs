//! `x-amazon-apigateway-authorizer`: a Lambda function or a user pool that decides about callers.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html>
//!
//! What must stay true: an authorizer is kept with everything that its definition says, whether or not it can run here.

use super::document::Node;
use super::reader::{
    Fields, Located, Reader, map, not_allowed, optional_number, optional_text, optional_texts, required, text,
};
use crate::model::Authorizer;

const AUTHORIZER_KEYS: &[&str] = &[
    "type",
    "authorizerUri",
    "authorizerCredentials",
    "authorizerResultTtlInSeconds",
    "identitySource",
    "identityValidationExpression",
    "providerARNs",
];
const AUTHORIZER_KEYS_IDLE: &[&str] =
    &["authorizerPayloadFormatVersion", "enableSimpleResponses", "jwtConfiguration"];

/// The authorizer that the security scheme `name` is; `None` for one that only HTTP APIs have.
pub(super) fn authorizer(
    reader: &mut Reader<'_>,
    name: &str,
    scheme: &Fields,
    node: &Node,
) -> Result<Option<Authorizer>, Located> {
    let fields = map(node, "x-amazon-apigateway-authorizer")?;
    let within = format!("the authorizer '{name}'");
    reader.warn_unknown(fields, &within, AUTHORIZER_KEYS, AUTHORIZER_KEYS_IDLE);
    let kind = &required(fields, "type", &within, node.place)?.node;
    let kind_text = text(kind, "type")?;
    let authorizer_type = match kind_text.to_ascii_uppercase().as_str() {
        known @ ("TOKEN" | "REQUEST" | "COGNITO_USER_POOLS") => known.to_owned(),
        "JWT" => {
            reader.warn(kind.place, format!("{within} has no effect: JWT authorizers are for HTTP APIs"));
            return Ok(None);
        }
        _ => return Err(not_allowed(kind, "type", kind_text, "token, request or cognito_user_pools")),
    };
    let default_auth_type =
        if authorizer_type == "COGNITO_USER_POOLS" { "cognito_user_pools" } else { "custom" };
    Ok(Some(Authorizer {
        id: String::new(),
        name: name.to_owned(),
        auth_type: Some(
            optional_text(scheme, "x-amazon-apigateway-authtype")?
                .unwrap_or_else(|| default_auth_type.to_owned()),
        ),
        provider_arns: optional_texts(fields, "providerARNs")?.unwrap_or_default(),
        authorizer_uri: optional_text(fields, "authorizerUri")?,
        authorizer_credentials: optional_text(fields, "authorizerCredentials")?,
        identity_source: match optional_text(fields, "identitySource")? {
            Some(source) => Some(source),
            None => identity_source(scheme)?,
        },
        identity_validation_expression: optional_text(fields, "identityValidationExpression")?,
        authorizer_result_ttl_in_seconds: optional_number(
            fields,
            "authorizerResultTtlInSeconds",
            "a whole number of seconds, 0 to 3600",
        )?,
        authorizer_type,
    }))
}

/// What the scheme itself names: the header or query parameter that carries the identity.
fn identity_source(scheme: &Fields) -> Result<Option<String>, Located> {
    let Some(name) = optional_text(scheme, "name")?.filter(|name| name != "Unused") else { return Ok(None) };
    let location = match optional_text(scheme, "in")?.as_deref() {
        Some("query") => "querystring",
        _ => "header",
    };
    Ok(Some(format!("method.request.{location}.{name}")))
}
