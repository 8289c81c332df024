//! A method: what a client may send to a resource, and what it can get back.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html>
//!
//! What must stay true: parameter names are kept as written, `method.request.{header|path|querystring}.NAME`.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Integration;

/// The verbs of API Gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the verbs of HTTP")]
pub enum HttpVerb {
    Get,
    Put,
    Post,
    Delete,
    Patch,
    Options,
    Head,
    /// Any verb that the resource has no method of its own for.
    Any,
}

impl HttpVerb {
    /// The verb in capitals.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Any => "ANY",
        }
    }
}

impl Display for HttpVerb {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not a verb of API Gateway.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an HTTP method; use GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD or ANY")]
pub struct NotAVerb(pub String);

impl FromStr for HttpVerb {
    type Err = NotAVerb;

    fn from_str(text: &str) -> Result<Self, NotAVerb> {
        Ok(match text {
            "GET" => Self::Get,
            "PUT" => Self::Put,
            "POST" => Self::Post,
            "DELETE" => Self::Delete,
            "PATCH" => Self::Patch,
            "OPTIONS" => Self::Options,
            "HEAD" => Self::Head,
            "ANY" => Self::Any,
            _ => return Err(NotAVerb(text.to_owned())),
        })
    }
}

/// Who may call a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthorizationType {
    /// Everyone.
    #[default]
    None,
    /// Callers whose signature and policies allow `execute-api:Invoke`.
    AwsIam,
    /// A Lambda authorizer; kept, but such a method cannot be deployed here.
    Custom,
    /// A Cognito user pool; kept, but such a method cannot be deployed here.
    CognitoUserPools,
}

impl AuthorizationType {
    /// API Gateway's own name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::AwsIam => "AWS_IAM",
            Self::Custom => "CUSTOM",
            Self::CognitoUserPools => "COGNITO_USER_POOLS",
        }
    }
}

/// One verb of a resource.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    /// Who may call it.
    #[serde(default)]
    pub authorization_type: AuthorizationType,
    /// The authorizer of `CUSTOM` and `COGNITO_USER_POOLS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<String>,
    /// OAuth scopes of `COGNITO_USER_POOLS`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_scopes: Vec<String>,
    /// Whether a caller must send an API key of a usage plan.
    #[serde(default)]
    pub api_key_required: bool,
    /// What of a request is checked, by id in [`super::RestApi::request_validators`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_validator_id: Option<String>,
    /// The `operationId` of the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    /// Declared parameters and whether each is required.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request_parameters: IndexMap<String, bool>,
    /// Model names of the payload by media type.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request_models: IndexMap<String, String>,
    /// Declared responses by status.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub method_responses: IndexMap<String, MethodResponse>,
    /// What answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method_integration: Option<Integration>,
}

/// A response that a method declares.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodResponse {
    /// Declared headers, `method.response.header.NAME`, and whether each is required.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub response_parameters: IndexMap<String, bool>,
    /// Model names by media type.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub response_models: IndexMap<String, String>,
}
