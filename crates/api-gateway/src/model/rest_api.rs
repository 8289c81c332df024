//! A REST API: a tree of resources, and what surrounds it.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html>
//!
//! What must stay true: there is exactly one root resource, its path is `/`, and every other resource's parent is in the map.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{GatewayResponse, GatewayResponseType, Resource, Stage};

/// A REST API as it is being edited. Callers see what a [`super::Deployment`] copied from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
