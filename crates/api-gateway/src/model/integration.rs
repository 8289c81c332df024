//! An integration: how a method request becomes a call of a backend, and its answer a method response.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html>
//!
//! What must stay true: templates and mappings are kept as written; parsing them is the deployment's work.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What kind of backend answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationType {
    /// An action of an AWS service, with mapping templates.
    Aws,
    /// A Lambda function that gets the whole request.
    AwsProxy,
    /// An HTTP endpoint, with mapping templates.
    Http,
    /// An HTTP endpoint that gets the whole request.
    HttpProxy,
    /// No backend: the request template itself names the status.
    #[default]
    Mock,
}

impl IntegrationType {
    /// API Gateway's own name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::AwsProxy => "AWS_PROXY",
            Self::Http => "HTTP",
            Self::HttpProxy => "HTTP_PROXY",
            Self::Mock => "MOCK",
        }
    }
}

/// What happens to a body whose media type has no mapping template.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PassthroughBehavior {
    /// It passes unchanged.
    #[default]
    WhenNoMatch,
    /// It passes only when the integration has no template at all; otherwise 415.
    WhenNoTemplates,
    /// It never passes: 415.
    Never,
}

/// Whether a payload changes between text and bytes on its way.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContentHandling {
    /// Base64 text becomes bytes.
    ConvertToBinary,
    /// Bytes become base64 text.
    ConvertToText,
}

/// How the backend is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConnectionType {
    /// Over the network.
    Internet,
    /// Through a VPC link; kept, but such a method cannot be deployed here.
    VpcLink,
}

/// How an HTTPS backend's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsConfig {
    /// Whether certificates of unknown authorities are taken.
    #[serde(default)]
    pub insecure_skip_verification: bool,
}

/// What answers a method.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    /// The kind of backend.
    #[serde(rename = "type")]
    pub integration_type: IntegrationType,
    /// The verb of the call to the backend; absent only for MOCK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_method: Option<String>,
    /// `arn:aws:apigateway:{region}:{service}:{action|path}/{api}`; absent for MOCK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// The ARN of the role that API Gateway acts as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    /// How the backend is reached; absent means `INTERNET`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_type: Option<ConnectionType>,
    /// The VPC link of `VPC_LINK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// What happens to the request's payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
    /// The namespace of cached answers; the resource's id when a caller names none. Answers are not cached here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_namespace: Option<String>,
    /// Parameters that tell cached answers apart. Answers are not cached here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_key_parameters: Vec<String>,
    /// How an HTTPS backend's certificate is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_config: Option<TlsConfig>,
    /// `integration.request.{header|path|querystring}.NAME` to its mapping expression.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request_parameters: IndexMap<String, String>,
    /// Mapping templates by media type.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request_templates: IndexMap<String, String>,
    /// For bodies without a template.
    #[serde(default)]
    pub passthrough_behavior: PassthroughBehavior,
    /// Milliseconds, 50 to 29,000; absent means 29,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_in_millis: Option<u64>,
    /// `BUFFERED` or `STREAM`; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_transfer_mode: Option<String>,
    /// The load balancer's listener behind a VPC link; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_target: Option<String>,
    /// Responses by the method's status.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub integration_responses: IndexMap<String, IntegrationResponse>,
}

/// How one kind of backend answer becomes a method response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationResponse {
    /// A regular expression over the backend's status; absent or empty makes this the default response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection_pattern: Option<String>,
    /// `method.response.header.NAME` to its mapping expression.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub response_parameters: IndexMap<String, String>,
    /// Mapping templates by media type.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub response_templates: IndexMap<String, String>,
    /// What happens to the backend's payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
}
