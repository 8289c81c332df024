//! `x-amazon-apigateway-integration`: what answers an operation.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html>
//!
//! What must stay true: every field that compiling can refuse has its place recorded, so the refusal points at it.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::Place;
use super::document::{Node, NodeValue};
use super::reader::{
    Fields, Located, Reader, map, not_allowed, optional_boolean, optional_number, optional_text,
    optional_texts, required, text,
};
use crate::compile::Field;
use crate::model::{
    ConnectionType, ContentHandling, HttpVerb, Integration, IntegrationResponse, IntegrationType, Method,
    PassthroughBehavior, TlsConfig,
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
    "contentHandling",
    "cacheNamespace",
    "cacheKeyParameters",
    "connectionType",
    "connectionId",
    "tlsConfig",
    "payloadFormatVersion",
];
const INTEGRATION_KEYS_IDLE: &[&str] = &["integrationSubtype", "integrationTarget"];
const RESPONSE_KEYS: &[&str] = &["statusCode", "responseParameters", "responseTemplates", "contentHandling"];

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

    fn keep(&mut self, field: Field, owner: &Fields, key: &str) {
        if let Some(member) = owner.get(key) {
            self.fields.insert(field, member.node.place);
        }
    }

    fn keep_each(&mut self, owner: &Fields, key: &str, field: impl Fn(String) -> Field) {
        let Some(NodeValue::Map(members)) = owner.get(key).map(|member| &member.node.value) else { return };
        for (name, member) in members {
            self.fields.insert(field(name.clone()), member.node.place);
        }
    }
}

/// The method whose integration is read.
pub(super) struct Subject<'s> {
    pub(super) path: &'s str,
    pub(super) verb: HttpVerb,
}

impl Subject<'_> {
    /// In our words.
    fn title(&self) -> String {
        format!("the integration of {} {}", self.verb, self.path)
    }

    /// In the words of Amazon's warnings.
    fn amazon(&self) -> String {
        format!("resource '{}' and method '{}'", self.path, self.verb)
    }
}

pub(super) fn integration(
    reader: &mut Reader<'_>,
    subject: &Subject<'_>,
    node: &Node,
    places: &mut FieldPlaces,
) -> Result<Integration, Located> {
    let fields = map(node, "x-amazon-apigateway-integration")?;
    let within = subject.title();
    reader.warn_unknown(fields, &within, INTEGRATION_KEYS, INTEGRATION_KEYS_IDLE);
    keep_places(fields, node.place, places);
    let kind = &required(fields, "type", &within, node.place)?.node;
    let integration_type = integration_type(kind)?;
    let credentials = optional_text(fields, "credentials")?;
    if reader.is_strict() && integration_type == IntegrationType::Aws && credentials.is_none() {
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
        connection_type: connection_type(fields)?,
        connection_id: optional_text(fields, "connectionId")?,
        content_handling: content_handling(fields)?,
        cache_namespace: optional_text(fields, "cacheNamespace")?,
        cache_key_parameters: optional_texts(fields, "cacheKeyParameters")?.unwrap_or_default(),
        tls_config: tls_config(fields)?,
        request_parameters: reader.text_map(fields, "requestParameters", &subject.amazon())?,
        request_templates: reader.text_map(fields, "requestTemplates", &subject.amazon())?,
        passthrough_behavior: passthrough_behavior(fields)?,
        timeout_in_millis: optional_number(fields, "timeoutInMillis", "a whole number of milliseconds")?,
        response_transfer_mode: None,
        integration_target: None,
        integration_responses: integration_responses(reader, subject, fields, places)?,
    })
}

fn keep_places(fields: &Fields, integration: Place, places: &mut FieldPlaces) {
    places.integration = integration;
    places.keep(Field::Type, fields, "type");
    places.keep(Field::Uri, fields, "uri");
    places.keep(Field::HttpMethod, fields, "httpMethod");
    places.keep(Field::Credentials, fields, "credentials");
    places.keep(Field::Timeout, fields, "timeoutInMillis");
    places.keep_each(fields, "requestTemplates", Field::RequestTemplate);
    places.keep_each(fields, "requestParameters", Field::RequestParameter);
}

fn integration_type(node: &Node) -> Result<IntegrationType, Located> {
    let value = text(node, "type")?;
    Ok(match value.to_ascii_lowercase().as_str() {
        "aws" => IntegrationType::Aws,
        "aws_proxy" => IntegrationType::AwsProxy,
        "http" => IntegrationType::Http,
        "http_proxy" => IntegrationType::HttpProxy,
        "mock" => IntegrationType::Mock,
        _ => return Err(not_allowed(node, "type", value, "aws, http, http_proxy, aws_proxy or mock")),
    })
}

fn passthrough_behavior(fields: &Fields) -> Result<PassthroughBehavior, Located> {
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

fn content_handling(fields: &Fields) -> Result<Option<ContentHandling>, Located> {
    let Some(member) = fields.get("contentHandling") else { return Ok(None) };
    let value = text(&member.node, "contentHandling")?;
    match value.to_ascii_uppercase().as_str() {
        "CONVERT_TO_BINARY" => Ok(Some(ContentHandling::ConvertToBinary)),
        "CONVERT_TO_TEXT" => Ok(Some(ContentHandling::ConvertToText)),
        _ => Err(not_allowed(&member.node, "contentHandling", value, "CONVERT_TO_BINARY or CONVERT_TO_TEXT")),
    }
}

fn connection_type(fields: &Fields) -> Result<Option<ConnectionType>, Located> {
    let Some(member) = fields.get("connectionType") else { return Ok(None) };
    let value = text(&member.node, "connectionType")?;
    match value.to_ascii_uppercase().as_str() {
        "INTERNET" => Ok(Some(ConnectionType::Internet)),
        "VPC_LINK" => Ok(Some(ConnectionType::VpcLink)),
        _ => Err(not_allowed(&member.node, "connectionType", value, "INTERNET or VPC_LINK")),
    }
}

fn tls_config(fields: &Fields) -> Result<Option<TlsConfig>, Located> {
    let Some(member) = fields.get("tlsConfig") else { return Ok(None) };
    let tls = map(&member.node, "tlsConfig")?;
    let insecure_skip_verification = optional_boolean(tls, "insecureSkipVerification")?.unwrap_or_default();
    Ok(Some(TlsConfig { insecure_skip_verification }))
}

fn integration_responses(
    reader: &mut Reader<'_>,
    subject: &Subject<'_>,
    fields: &Fields,
    places: &mut FieldPlaces,
) -> Result<IndexMap<String, IntegrationResponse>, Located> {
    let mut responses = IndexMap::new();
    let Some(member) = fields.get("responses") else { return Ok(responses) };
    for (pattern, member) in map(&member.node, "responses")? {
        let response = map(&member.node, pattern)?;
        let within = format!("response '{pattern}' of {}", subject.title());
        reader.warn_unknown(response, &within, RESPONSE_KEYS, &[]);
        let status_node = &required(response, "statusCode", &within, member.node.place)?.node;
        let status = text(status_node, "statusCode")?.to_owned();
        if responses.contains_key(&status) {
            let allowed = "another status: one response has it already";
            if reader.is_strict() {
                return Err(not_allowed(status_node, "statusCode", &status, allowed));
            }
            reader.warn(
                status_node.place,
                format!("{within} has no effect: another has status {status} already"),
            );
            continue;
        }
        places.fields.insert(Field::SelectionPattern(status.clone()), member.key_place);
        places.fields.insert(Field::Status(status.clone()), status_node.place);
        places
            .keep_each(response, "responseTemplates", |media| Field::ResponseTemplate(status.clone(), media));
        places
            .keep_each(response, "responseParameters", |name| Field::ResponseParameter(status.clone(), name));
        let integration_response = IntegrationResponse {
            selection_pattern: (pattern != "default").then(|| pattern.clone()),
            response_parameters: reader.text_map(response, "responseParameters", &subject.amazon())?,
            response_templates: reader.text_map(response, "responseTemplates", &subject.amazon())?,
            content_handling: content_handling(response)?,
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
