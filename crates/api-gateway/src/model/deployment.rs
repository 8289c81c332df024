//! A deployment: the copy of an API that callers see.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html>
//!
//! What must stay true: a deployment never changes once it is made; edits of the API show only after a new one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{ApiKeySource, GatewayResponse, GatewayResponseType, Model, RequestValidator, Resource, RestApi};

/// A copy of everything of an API that decides how a request is answered, made once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Six lower-case letters and digits.
    pub id: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// The resources as they were.
    pub resources: IndexMap<String, Resource>,
    /// The gateway responses as they were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    /// The models as they were, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub models: IndexMap<String, Model>,
    /// The request validators as they were, by id.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request_validators: IndexMap<String, RequestValidator>,
    /// The media types of bytes as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub binary_media_types: Vec<String>,
    /// The smallest answer that is compressed, in bytes, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_compression_size: Option<u32>,
    /// Where API keys were read.
    #[serde(default)]
    pub api_key_source: ApiKeySource,
    /// The resource policy as it was, JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

impl Deployment {
    /// A copy of `api` as it is now.
    pub(crate) fn of(api: &RestApi, id: String, description: Option<String>, created_millis: i64) -> Self {
        Self {
            id,
            description,
            created_millis,
            resources: api.resources.clone(),
            gateway_responses: api.gateway_responses.clone(),
            models: api.models.clone(),
            request_validators: api.request_validators.clone(),
            binary_media_types: api.binary_media_types.clone(),
            minimum_compression_size: api.minimum_compression_size,
            api_key_source: api.api_key_source,
            policy: api.policy.clone(),
        }
    }

    /// Whether it shows `api` as it is now.
    pub(crate) fn shows(&self, api: &RestApi) -> bool {
        *self == Self::of(api, self.id.clone(), self.description.clone(), self.created_millis)
    }
}
