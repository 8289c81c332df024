//! API Gateway's extensions of OpenAPI: integrations, gateway responses, binary media types.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>
//!
//! What must stay true: every field that compiling can refuse has its place recorded, so the refusal points at it.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use super::document::{Member, Node};
use super::openapi::required;
use super::reader::{Located, Reader, list, map, optional_text, text, text_map};
use super::{ImportProblem, Place};
use crate::compile::Field;
use crate::model::{
    GatewayResponse, GatewayResponseType, Integration, IntegrationResponse, IntegrationType, Method,
    PassthroughBehavior,
};

const INTEGRATION_KEYS: &[&str] = &[
    "type",
    "httpMethod",
    "uri",
    "credentials",
    "requestParameters",
    "requestTemplates",
    "passthroughBehavior",
    "responses",
    "timeoutInMillis",
];
const INTEGRATION_KEYS_IDLE: &[&str] = &[
    "contentHandling",
    "cacheNamespace",
    "cacheKeyParameters",
    "connectionType",
    "connectionId",
    "tlsConfig",
];
const RESPONSE_KEYS: &[&str] = &["statusCode", "responseParameters", "responseTemplates"];

/// Where the fields of one integration stand.
pub(super) struct FieldPlaces {
    integration: Place,
    fields: HashMap<Field, Place>,
}

impl FieldPlaces {
    pub(super) fn new(integration: Place) -> Self {
        Self { integration, fields: HashMap::new() }
    }

    pub(super) fn of(&self, field: &Field) -> Place {
        self.fields.get(field).copied().unwrap_or(self.integration)
    }

    fn keep(&mut self, field: Field, owner: &IndexMap<String, Member>, key: &str) {
        if let Some(member) = owner.get(key) {
            self.fields.insert(field, member.node.place);
        }
    }

    fn keep_each(&mut self, owner: &IndexMap<String, Member>, key: &str, field: impl Fn(String) -> Field) {
        let Some(super::document::NodeValue::Map(members)) = owner.get(key).map(|member| &member.node.value)
        else {
            return;
        };
        for (name, member) in members {
            self.fields.insert(field(name.clone()), member.node.place);
        }
    }
}

pub(super) fn integration(
    reader: &mut Reader<'_>,
    within: &str,
    node: &Node,
    places: &mut FieldPlaces,
) -> Result<Integration, Located> {
    let fields = map(node, "x-amazon-apigateway-integration")?;
    let within = format!("the integration of {within}");
    reader.warn_unknown(fields, &within, INTEGRATION_KEYS, INTEGRATION_KEYS_IDLE);
    places.integration = node.place;
    places.keep(Field::Type, fields, "type");
    places.keep(Field::Uri, fields, "uri");
    places.keep(Field::HttpMethod, fields, "httpMethod");
    places.keep(Field::Credentials, fields, "credentials");
    places.keep(Field::Timeout, fields, "timeoutInMillis");
    places.keep_each(fields, "requestTemplates", Field::RequestTemplate);
    places.keep_each(fields, "requestParameters", Field::RequestParameter);
    let kind = &required(fields, "type", &within, node.place)?.node;
    let integration_type = integration_type(kind)?;
    let credentials = optional_text(fields, "credentials")?;
    if integration_type == IntegrationType::Aws && credentials.is_none() {
        let message = format!(
            "{within} names no 'credentials'; every call of it will answer 500 until it names an execution role"
        );
        reader.warn(node.place, message);
    }
    Ok(Integration {
        integration_type,
        http_method: optional_text(fields, "httpMethod")?,
        uri: optional_text(fields, "uri")?,
        credentials,
        request_parameters: text_map(fields, "requestParameters")?,
        request_templates: text_map(fields, "requestTemplates")?,
        passthrough_behavior: passthrough_behavior(fields)?,
        timeout_in_millis: timeout(fields)?,
        integration_responses: integration_responses(reader, &within, fields, places)?,
        ..Integration::default()
    })
}

fn integration_type(node: &Node) -> Result<IntegrationType, Located> {
    let value = text(node, "type")?;
    Ok(match value.to_ascii_lowercase().as_str() {
        "aws" => IntegrationType::Aws,
        "aws_proxy" => IntegrationType::AwsProxy,
        "http" => IntegrationType::Http,
        "http_proxy" => IntegrationType::HttpProxy,
        "mock" => IntegrationType::Mock,
        _ => return Err(not_allowed(node, "type", value, "aws or mock")),
    })
}

fn passthrough_behavior(fields: &IndexMap<String, Member>) -> Result<PassthroughBehavior, Located> {
    let Some(member) = fields.get("passthroughBehavior") else { return Ok(PassthroughBehavior::default()) };
    let value = text(&member.node, "passthroughBehavior")?;
    Ok(match value.to_ascii_lowercase().as_str() {
        "when_no_match" => PassthroughBehavior::WhenNoMatch,
        "when_no_templates" => PassthroughBehavior::WhenNoTemplates,
        "never" => PassthroughBehavior::Never,
        _ => {
            let allowed = "when_no_match, when_no_templates or never";
            return Err(not_allowed(&member.node, "passthroughBehavior", value, allowed));
        }
    })
}

fn timeout(fields: &IndexMap<String, Member>) -> Result<Option<u64>, Located> {
    let Some(member) = fields.get("timeoutInMillis") else { return Ok(None) };
    let value = text(&member.node, "timeoutInMillis")?;
    value
        .parse()
        .map(Some)
        .map_err(|_| not_allowed(&member.node, "timeoutInMillis", value, "a whole number of milliseconds"))
}

fn integration_responses(
    reader: &mut Reader<'_>,
    within: &str,
    fields: &IndexMap<String, Member>,
    places: &mut FieldPlaces,
) -> Result<IndexMap<String, IntegrationResponse>, Located> {
    let mut responses = IndexMap::new();
    let Some(member) = fields.get("responses") else { return Ok(responses) };
    for (pattern, member) in map(&member.node, "responses")? {
        let response = map(&member.node, pattern)?;
        reader.warn_unknown(
            response,
            &format!("response '{pattern}' of {within}"),
            RESPONSE_KEYS,
            &["contentHandling"],
        );
        let status_node = &required(
            response,
            "statusCode",
            &format!("response '{pattern}' of {within}"),
            member.node.place,
        )?
        .node;
        let status = text(status_node, "statusCode")?.to_owned();
        if responses.contains_key(&status) {
            return Err(not_allowed(
                status_node,
                "statusCode",
                &status,
                "another status: one response has it already",
            ));
        }
        places.fields.insert(Field::SelectionPattern(status.clone()), member.key_place);
        places.fields.insert(Field::Status(status.clone()), status_node.place);
        places
            .keep_each(response, "responseTemplates", |media| Field::ResponseTemplate(status.clone(), media));
        places
            .keep_each(response, "responseParameters", |name| Field::ResponseParameter(status.clone(), name));
        let integration_response = IntegrationResponse {
            selection_pattern: (pattern != "default").then(|| pattern.clone()),
            response_parameters: text_map(response, "responseParameters")?,
            response_templates: text_map(response, "responseTemplates")?,
            content_handling: None,
        };
        responses.insert(status, integration_response);
    }
    Ok(responses)
}

/// AWS answers 500 when an integration response has no method response of the same status.
pub(super) fn warn_of_undeclared_responses(
    reader: &mut Reader<'_>,
    within: &str,
    method: &Method,
    integration: &Integration,
    places: &FieldPlaces,
) {
    for status in integration.integration_responses.keys() {
        if !method.method_responses.contains_key(status) {
            let message = format!(
                "{within} does not declare response '{status}' under 'responses'; Amazon API Gateway refuses that"
            );
            reader.warn(places.of(&Field::Status(status.clone())), message);
        }
    }
}

pub(super) fn binary_media_types(top: &IndexMap<String, Member>) -> Result<Vec<String>, Located> {
    let field = "x-amazon-apigateway-binary-media-types";
    let Some(member) = top.get(field) else { return Ok(Vec::new()) };
    list(&member.node, field)?.iter().map(|item| text(item, field).map(str::to_owned)).collect()
}

pub(super) fn gateway_responses(
    reader: &mut Reader<'_>,
    top: &IndexMap<String, Member>,
) -> Result<BTreeMap<GatewayResponseType, GatewayResponse>, Located> {
    let field = "x-amazon-apigateway-gateway-responses";
    let mut responses = BTreeMap::new();
    let Some(member) = top.get(field) else { return Ok(responses) };
    for (name, member) in map(&member.node, field)? {
        let Some(response_type) = GatewayResponseType::ALL.iter().find(|known| known.as_str() == name) else {
            let problem = ImportProblem::NotAllowed {
                field: "x-amazon-apigateway-gateway-responses",
                value: name.clone(),
                allowed: "one of the gateway response types, such as DEFAULT_4XX or MISSING_AUTHENTICATION_TOKEN",
            };
            return Err((member.key_place, problem));
        };
        let response = map(&member.node, name)?;
        reader.warn_unknown(response, &format!("gateway response '{name}'"), RESPONSE_KEYS, &[]);
        let read = GatewayResponse {
            status_code: optional_text(response, "statusCode")?,
            response_parameters: text_map(response, "responseParameters")?,
            response_templates: text_map(response, "responseTemplates")?,
        };
        responses.insert(*response_type, read);
    }
    Ok(responses)
}

fn not_allowed(node: &Node, field: &'static str, value: &str, allowed: &'static str) -> Located {
    (node.place, ImportProblem::NotAllowed { field, value: value.to_owned(), allowed })
}
