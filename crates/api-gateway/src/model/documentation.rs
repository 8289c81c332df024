//! Documentation of an API: texts that belong to its parts, and the versions under which they are published.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-documenting-api.html>
//!
//! What must stay true: no two parts of an API have the same location; properties are kept byte for byte.

use serde::{Deserialize, Serialize};

/// What is said of one part of an API.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentationPart {
    /// Six lower-case letters and digits.
    pub id: String,
    /// What it is said of.
    pub location: DocumentationLocation,
    /// What is said: a JSON object, as text.
    pub properties: String,
}

/// A part of an API.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentationLocation {
    /// What kind of part, such as `METHOD`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// The resource's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The verb, or `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The status of a response, or `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    /// The name of a parameter, a header, a model or an authorizer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A name under which documentation is published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentationVersion {
    /// The name.
    pub version: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
}
