//! Deployments and stages: the copy of an API that callers see, and the name they see it under.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html>
//!
//! What must stay true: a deployment never changes once it is made; edits of the API show only after a new one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{GatewayResponse, GatewayResponseType, Resource};

/// A copy of an API's resources, made once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}

/// A name under which a deployment is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// The first segment of the invoke path.
    pub stage_name: String,
    /// The deployment that answers.
    pub deployment_id: String,
    /// `$stageVariables`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub variables: IndexMap<String, String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z of the last change.
    pub last_updated_millis: i64,
}
