//! A stage as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html>
//!
//! What must stay true: a method setting shows the account's throttling where it has none of its own.

use serde_json::{Map, Value, json};

use super::{filled, object, plain, seconds};
use crate::limits::{THROTTLING_BURST_DEFAULT, THROTTLING_RATE_DEFAULT};
use crate::model::{MethodSetting, Stage};

/// A stage as AWS shows it.
pub(crate) fn stage(stage: &Stage) -> Value {
    let settings = stage.method_settings.iter().map(|(key, setting)| (key.clone(), method_setting(setting)));
    let cache_status = if stage.cache_cluster_enabled { "AVAILABLE" } else { "NOT_AVAILABLE" };
    object([
        ("deploymentId", plain(&stage.deployment_id)),
        ("clientCertificateId", plain(&stage.client_certificate_id)),
        ("stageName", plain(&stage.stage_name)),
        ("description", plain(&stage.description)),
        ("cacheClusterEnabled", plain(&stage.cache_cluster_enabled)),
        ("cacheClusterSize", plain(&stage.cache_cluster_size)),
        ("cacheClusterStatus", Some(Value::from(cache_status))),
        ("methodSettings", Some(Value::Object(settings.collect::<Map<_, _>>()))),
        ("variables", filled(&stage.variables)),
        ("documentationVersion", plain(&stage.documentation_version)),
        ("accessLogSettings", plain(&stage.access_log_settings)),
        ("canarySettings", plain(&stage.canary_settings)),
        ("tracingEnabled", plain(&stage.tracing_enabled)),
        ("webAclArn", plain(&stage.web_acl_arn)),
        ("tags", filled(&stage.tags)),
        ("createdDate", Some(seconds(stage.created_millis))),
        ("lastUpdatedDate", Some(seconds(stage.last_updated_millis))),
    ])
}

fn method_setting(setting: &MethodSetting) -> Value {
    let mut view = plain(setting).unwrap_or_default();
    view["throttlingBurstLimit"] = json!(setting.throttling_burst_limit.unwrap_or(THROTTLING_BURST_DEFAULT));
    view["throttlingRateLimit"] = json!(setting.throttling_rate_limit.unwrap_or(THROTTLING_RATE_DEFAULT));
    view
}
