//! A stage: the name under which a deployment is called, and how.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html>
//!
//! What must stay true: a stage shows one deployment; its settings change without a new one.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A name under which a deployment is called.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// The first segment of the invoke path.
    pub stage_name: String,
    /// The deployment that answers.
    pub deployment_id: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `$stageVariables`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub variables: IndexMap<String, String>,
    /// By method: `*/*`, or the resource's path without its first slash, then `/` and the verb: `pets/{id}/GET`, `/GET` for the root.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub method_settings: IndexMap<String, MethodSetting>,
    /// Where and in which format each request is logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_log_settings: Option<AccessLogSettings>,
    /// A second deployment for a share of the requests; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary_settings: Option<CanarySettings>,
    /// Whether answers would be cached; kept, and without effect here.
    #[serde(default)]
    pub cache_cluster_enabled: bool,
    /// The size of the cache in GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_cluster_size: Option<String>,
    /// The version of the documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation_version: Option<String>,
    /// The certificate shown to HTTPS backends; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate_id: Option<String>,
    /// Whether requests are traced; kept, and without effect here.
    #[serde(default)]
    pub tracing_enabled: bool,
    /// A firewall's ARN; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_acl_arn: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z of the last change.
    pub last_updated_millis: i64,
}

/// How one method, or all of a stage, is run.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the switches are API Gateway's own")]
pub struct MethodSetting {
    /// Whether metrics are kept for each method.
    #[serde(default)]
    pub metrics_enabled: bool,
    /// `OFF`, `ERROR` or `INFO`; absent means `OFF`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging_level: Option<String>,
    /// Whether execution logs show payloads.
    #[serde(default)]
    pub data_trace_enabled: bool,
    /// Requests at once; absent or -1 means the account's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttling_burst_limit: Option<i64>,
    /// Requests per second; absent or -1 means the account's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttling_rate_limit: Option<f64>,
    /// Whether answers would be cached; kept, and without effect here.
    #[serde(default)]
    pub caching_enabled: bool,
    /// Seconds that an answer would be cached.
    #[serde(default = "default_cache_ttl")]
    pub cache_ttl_in_seconds: i64,
    /// Whether cached answers would be encrypted.
    #[serde(default)]
    pub cache_data_encrypted: bool,
    /// Whether a client needs a permission to pass over the cache.
    #[serde(default = "default_true")]
    pub require_authorization_for_cache_control: bool,
    /// What a client without it gets.
    #[serde(default = "default_cache_control_strategy")]
    pub unauthorized_cache_control_header_strategy: String,
}

/// Seconds that API Gateway caches unless told otherwise.
fn default_cache_ttl() -> i64 {
    300
}

fn default_true() -> bool {
    true
}

fn default_cache_control_strategy() -> String {
    "SUCCEED_WITH_RESPONSE_HEADER".to_owned()
}

impl Default for MethodSetting {
    fn default() -> Self {
        Self {
            metrics_enabled: false,
            logging_level: None,
            data_trace_enabled: false,
            throttling_burst_limit: None,
            throttling_rate_limit: None,
            caching_enabled: false,
            cache_ttl_in_seconds: default_cache_ttl(),
            cache_data_encrypted: false,
            require_authorization_for_cache_control: true,
            unauthorized_cache_control_header_strategy: default_cache_control_strategy(),
        }
    }
}

/// Where each request is logged.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessLogSettings {
    /// A text with `$context` variables; one line per request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The ARN of a log group or delivery stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_arn: Option<String>,
}

/// A second deployment for a share of the requests.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CanarySettings {
    /// 0 to 100.
    #[serde(default)]
    pub percent_traffic: f64,
    /// The deployment that answers them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// Variables of its own.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub stage_variable_overrides: IndexMap<String, String>,
    /// Whether it shares the stage's cache.
    #[serde(default)]
    pub use_stage_cache: bool,
}
