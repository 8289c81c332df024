//! A REST API: a tree of resources, and what surrounds it.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html>
//!
//! What must stay true: there is exactly one root resource, its path is `/`, and every other resource's parent is in the map.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{
    Authorizer, DocumentationPart, DocumentationVersion, GatewayResponse, GatewayResponseType, Model,
    RequestValidator, Resource, Stage,
};

/// Where a caller's API key is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ApiKeySource {
    /// In `x-api-key`.
    #[default]
    Header,
    /// In what a custom authorizer answers.
    Authorizer,
}

/// How an API is reached on AWS; here every API is reached alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointConfiguration {
    /// `EDGE`, `REGIONAL` or `PRIVATE`, exactly one.
    pub types: Vec<String>,
    /// `ipv4` or `dualstack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// Endpoints of a private API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vpc_endpoint_ids: Vec<String>,
}

impl Default for EndpointConfiguration {
    fn default() -> Self {
        let (types, ip_address_type) = (vec!["EDGE".to_owned()], Some("ipv4".to_owned()));
        Self { types, ip_address_type, vpc_endpoint_ids: Vec::new() }
    }
}

/// A REST API as it is being edited. Callers see what a [`super::Deployment`] copied from it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestApi {
    /// Ten lower-case letters and digits; the first label of the invoke host.
    pub id: String,
    /// The title of the definition.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The `info.version` of the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// Media types whose bodies are bytes rather than text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub binary_media_types: Vec<String>,
    /// The smallest answer that is compressed for clients who take gzip, in bytes; absent compresses nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_compression_size: Option<u32>,
    /// Where a caller's API key is read.
    #[serde(default)]
    pub api_key_source: ApiKeySource,
    /// How it is reached on AWS.
    #[serde(default)]
    pub endpoint_configuration: EndpointConfiguration,
    /// Whether its own invoke URLs are switched off, so that custom domain names alone reach it.
    #[serde(default)]
    pub disable_execute_api_endpoint: bool,
    /// Who may call it: a resource policy, JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The oldest TLS that clients may use on AWS; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
    /// `BASIC` or `STRICT`; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_access_mode: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
    /// Models by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub models: IndexMap<String, Model>,
    /// Request validators by id.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request_validators: IndexMap<String, RequestValidator>,
    /// Authorizers by id.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub authorizers: IndexMap<String, Authorizer>,
    /// Documentation parts by id.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub documentation_parts: IndexMap<String, DocumentationPart>,
    /// Documentation versions by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub documentation_versions: IndexMap<String, DocumentationVersion>,
    /// The resources by id, the root first.
    pub resources: IndexMap<String, Resource>,
    /// Gateway responses that differ from the defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    /// The stages by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub stages: IndexMap<String, Stage>,
}

impl RestApi {
    /// The resource at `path`, such as `/streams/{stream-name}`.
    pub fn resource_at(&self, path: &str) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.path == path)
    }
}
