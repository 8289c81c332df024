//! A resource: one node of the path tree.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Resource.html>
//!
//! What must stay true: `path` is the parent's path joined with `path_part`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{HttpVerb, Method};

/// One node of the path tree with its methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Six (the root: ten) lower-case letters and digits.
    pub id: String,
    /// `None` for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// The last segment: `streams`, `{stream-name}` or `{proxy+}`; `None` for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_part: Option<String>,
    /// The whole path from `/`.
    pub path: String,
    /// The methods by verb.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub resource_methods: IndexMap<HttpVerb, Method>,
}
