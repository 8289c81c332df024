//! Models and request validators: what a payload must look like, and which parts of a request are checked.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>
//!
//! What must stay true: a schema is kept byte for byte as it was given.

use serde::{Deserialize, Serialize};

/// A JSON Schema (draft 4) for payloads of one media type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// Six lower-case letters and digits.
    pub id: String,
    /// Letters and digits; methods refer to a model by its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The schema, JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The media type of the payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// Which parts of a request are checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestValidator {
    /// Six lower-case letters and digits.
    pub id: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the payload is checked against the method's models.
    #[serde(default)]
    pub validate_request_body: bool,
    /// Whether required parameters must be there.
    #[serde(default)]
    pub validate_request_parameters: bool,
}
