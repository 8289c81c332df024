//! API keys and usage plans: who may call how often.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>
//!
//! What must stay true: the value of a key is a secret; nothing prints it but the calls that AWS lets show it.

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A key that callers send in `x-api-key`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Ten lower-case letters and digits.
    pub id: String,
    /// The secret that callers send; 20 to 128 characters.
    pub value: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The customer of AWS Marketplace; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Whether it lets its bearer in.
    #[serde(default)]
    pub enabled: bool,
    /// Stages it was tied to before there were usage plans, as `{api-id}/{stage}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stage_keys: Vec<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub created_millis: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z of the last change.
    pub last_updated_millis: i64,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// How often the bearers of some keys may call some stages.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsagePlan {
    /// Six lower-case letters and digits.
    pub id: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The stages that it lets in to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_stages: Vec<ApiStage>,
    /// Requests per second and at once, for each key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle: Option<ThrottleSettings>,
    /// Requests in a period, for each key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<QuotaSettings>,
    /// The product of AWS Marketplace; kept, and without effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_code: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
    /// The ids of its keys, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_ids: Vec<String>,
}

/// One stage of a usage plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiStage {
    /// The API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_id: Option<String>,
    /// The stage's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// By method, `/{path}/{verb}`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub throttle: IndexMap<String, ThrottleSettings>,
}

/// Requests per second and at once.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThrottleSettings {
    /// Requests at once.
    #[serde(default)]
    pub burst_limit: i64,
    /// Requests per second over time.
    #[serde(default)]
    pub rate_limit: f64,
}

/// Requests in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaSettings {
    /// Requests.
    #[serde(default)]
    pub limit: i64,
    /// The day of the period on which it begins, 0 for the first.
    #[serde(default)]
    pub offset: i64,
    /// How long a period is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<QuotaPeriod>,
}

/// How long a quota's period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum QuotaPeriod {
    /// A day.
    Day,
    /// A week, from Sunday.
    Week,
    /// A month of the calendar.
    Month,
}
