//! A custom domain name, and which API and stage answer below each of its base paths.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html>
//!
//! What must stay true: a mapping is kept under its own base path; no private key is kept, since TLS does not end here.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::EndpointConfiguration;

/// The base path of a mapping without one, as AWS writes it.
pub(crate) const NO_BASE_PATH: &str = "(none)";

/// A custom domain name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainName {
    /// The name itself, in lower case; `*.` before it stands for any one label.
    pub domain_name: String,
    /// The first label of the host names that AWS would give it.
    pub label: String,
    /// The name of the certificate; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_name: Option<String>,
    /// The certificate of an edge-optimised name; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_arn: Option<String>,
    /// The name of a regional certificate; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regional_certificate_name: Option<String>,
    /// The certificate of a regional name; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regional_certificate_arn: Option<String>,
    /// What shows that the name is the account's; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership_verification_certificate_arn: Option<String>,
    /// How it is reached on AWS.
    #[serde(default)]
    pub endpoint_configuration: EndpointConfiguration,
    /// The oldest TLS that clients may use on AWS; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
    /// `BASIC` or `STRICT`; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_access_mode: Option<String>,
    /// How requests find their API; absent is `BASE_PATH_MAPPING_ONLY`. There are no routing rules here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_mode: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// Mappings by base path.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub base_path_mappings: IndexMap<String, BasePathMapping>,
}

/// Which API and stage answer below a base path.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_BasePathMapping.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BasePathMapping {
    /// One segment of a path, or `(none)`.
    pub base_path: String,
    /// The API.
    pub rest_api_id: String,
    /// The stage; without one the client's path names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}
