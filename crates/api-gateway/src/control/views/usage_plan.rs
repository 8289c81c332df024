//! A usage plan as AWS shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlan.html>

use serde_json::{Value, json};

use super::{filled, object, plain};
use crate::model::UsagePlan;

/// A usage plan; its keys are a list of their own.
pub(crate) fn usage_plan(plan: &UsagePlan) -> Value {
    object([
        ("id", plain(&plan.id)),
        ("name", plain(&plan.name)),
        ("description", plain(&plan.description)),
        ("apiStages", Some(json!(plan.api_stages))),
        ("throttle", plain(&plan.throttle)),
        ("quota", plain(&plan.quota)),
        ("productCode", plain(&plan.product_code)),
        ("tags", filled(&plan.tags)),
    ])
}
