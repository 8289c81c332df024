//! API Gateway's extensions of the whole definition: validators, gateway responses, policy, media types, endpoint, tags.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>
//!
//! What must stay true: an extension is read whole or refused at its place.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::ImportProblem;
use super::definition::ParsedEndpoint;
use super::document::NodeValue;
use super::reader::{
    Fields, Located, Reader, list, map, not_allowed, optional_boolean, optional_map, optional_text,
    optional_texts, required, text, wrong_type,
};
use crate::json;
use crate::model::{
    ApiKeySource, DocumentationLocation, DocumentationPart, GatewayResponse, GatewayResponseType,
    RequestValidator,
};

const GATEWAY_RESPONSE_KEYS: &[&str] = &["statusCode", "responseParameters", "responseTemplates"];
const REQUEST_VALIDATOR_KEYS: &[&str] = &["validateRequestBody", "validateRequestParameters"];
const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

pub(super) fn gateway_responses(
    reader: &mut Reader<'_>,
    top: &Fields,
) -> Result<BTreeMap<GatewayResponseType, GatewayResponse>, Located> {
    let field = "x-amazon-apigateway-gateway-responses";
    let mut responses = BTreeMap::new();
    let Some(member) = top.get(field) else { return Ok(responses) };
    for (name, member) in map(&member.node, field)? {
        let Some(response_type) = GatewayResponseType::ALL.iter().find(|known| known.as_str() == name) else {
            let allowed =
                "one of the gateway response types, such as DEFAULT_4XX or MISSING_AUTHENTICATION_TOKEN";
            return Err((
                member.key_place,
                ImportProblem::NotAllowed { field, value: name.clone(), allowed },
            ));
        };
        let response = map(&member.node, name)?;
        let subject = format!("gateway response '{name}'");
        reader.warn_unknown(response, &subject, GATEWAY_RESPONSE_KEYS, &[]);
        let read = GatewayResponse {
            status_code: optional_text(response, "statusCode")?,
            response_parameters: reader.text_map(response, "responseParameters", &subject)?,
            response_templates: reader.text_map(response, "responseTemplates", &subject)?,
        };
        responses.insert(*response_type, read);
    }
    Ok(responses)
}

/// Request validators by name, without ids.
pub(super) fn request_validators(
    reader: &mut Reader<'_>,
    top: &Fields,
) -> Result<IndexMap<String, RequestValidator>, Located> {
    let field = "x-amazon-apigateway-request-validators";
    let mut validators = IndexMap::new();
    let Some(member) = top.get(field) else { return Ok(validators) };
    for (name, member) in map(&member.node, field)? {
        let fields = map(&member.node, name)?;
        reader.warn_unknown(fields, &format!("request validator '{name}'"), REQUEST_VALIDATOR_KEYS, &[]);
        let validator = RequestValidator {
            id: String::new(),
            name: Some(name.clone()),
            validate_request_body: optional_boolean(fields, "validateRequestBody")?.unwrap_or_default(),
            validate_request_parameters: optional_boolean(fields, "validateRequestParameters")?
                .unwrap_or_default(),
        };
        validators.insert(name.clone(), validator);
    }
    Ok(validators)
}

pub(super) fn api_key_source(top: &Fields) -> Result<Option<ApiKeySource>, Located> {
    let field = "x-amazon-apigateway-api-key-source";
    let Some(member) = top.get(field) else { return Ok(None) };
    let value = text(&member.node, field)?;
    match value.to_ascii_uppercase().as_str() {
        "HEADER" => Ok(Some(ApiKeySource::Header)),
        "AUTHORIZER" => Ok(Some(ApiKeySource::Authorizer)),
        _ => Err(not_allowed(&member.node, field, value, "HEADER or AUTHORIZER")),
    }
}

/// The resource policy as JSON text.
pub(super) fn policy(top: &Fields) -> Result<Option<String>, Located> {
    let field = "x-amazon-apigateway-policy";
    let Some(member) = top.get(field) else { return Ok(None) };
    match &member.node.value {
        NodeValue::Map(_) => Ok(Some(member.node.to_json().to_string())),
        NodeValue::String(text) if json::parse(text).is_ok() => Ok(Some(text.clone())),
        _ => Err(wrong_type(&member.node, field, "a policy document")),
    }
}

/// Tags: the definition's `tags` that have a value.
pub(super) fn tags(top: &Fields) -> Result<IndexMap<String, String>, Located> {
    let mut tags = IndexMap::new();
    let Some(member) = top.get("tags") else { return Ok(tags) };
    for item in list(&member.node, "tags")? {
        let fields = map(item, "tags")?;
        if let Some(value) = optional_text(fields, "x-amazon-apigateway-tag-value")? {
            let name = text(&required(fields, "name", "a tag", item.place)?.node, "name")?;
            tags.insert(name.to_owned(), value);
        }
    }
    Ok(tags)
}

/// How the API is reached: Swagger says it at the top, OpenAPI 3 with the first server.
pub(super) fn endpoint(top: &Fields) -> Result<ParsedEndpoint, Located> {
    let at_server = match top.get("servers") {
        Some(member) => match list(&member.node, "servers")?.first() {
            Some(server) => map(server, "servers")?.get(ENDPOINT),
            None => None,
        },
        None => None,
    };
    let Some(member) = at_server.or_else(|| top.get(ENDPOINT)) else { return Ok(ParsedEndpoint::default()) };
    let fields = map(&member.node, ENDPOINT)?;
    Ok(ParsedEndpoint {
        disable_execute_api_endpoint: optional_boolean(fields, "disableExecuteApiEndpoint")?,
        vpc_endpoint_ids: optional_texts(fields, "vpcEndpointIds")?,
        ip_address_type: optional_text(fields, "ipAddressType")?,
    })
}

/// Documentation parts without ids. Properties are kept as JSON text.
pub(super) fn documentation_parts(top: &Fields) -> Result<Vec<DocumentationPart>, Located> {
    let field = "x-amazon-apigateway-documentation";
    let Some(documentation) = optional_map(top, field)? else { return Ok(Vec::new()) };
    let Some(member) = documentation.get("documentationParts") else { return Ok(Vec::new()) };
    let mut parts: Vec<DocumentationPart> = Vec::new();
    for item in list(&member.node, "documentationParts")? {
        let fields = map(item, "documentationParts")?;
        let within = "a documentation part";
        let place = &required(fields, "location", within, item.place)?.node;
        let location = map(place, "location")?;
        let kind = &required(location, "type", "a location", place.place)?.node;
        let properties = &required(fields, "properties", within, item.place)?.node;
        map(properties, "properties")?;
        let location = DocumentationLocation {
            location_type: text(kind, "type")?.to_ascii_uppercase(),
            path: optional_text(location, "path")?,
            method: optional_text(location, "method")?,
            status_code: optional_text(location, "statusCode")?,
            name: optional_text(location, "name")?,
        };
        parts.retain(|known| known.location != location);
        parts.push(DocumentationPart {
            id: String::new(),
            location,
            properties: properties.to_json().to_string(),
        });
    }
    Ok(parts)
}
