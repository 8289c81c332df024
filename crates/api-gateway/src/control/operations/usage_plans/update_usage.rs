//! UpdateUsage: gives a key more of its quota, or less, until the period ends.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateUsage.html>

use serde_json::json;

use super::get_usage::of_key;
use super::rules::{no_key, plan};
use crate::access::{date_text, day_of};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;

const TABLE: PatchTable<()> = PatchTable {
    rules: &[Rule { path: "/remaining", ops: &[Op::Replace], kind: () }],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_usage(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let key_id = call.path("keyId");
    let plan_id = plan(&call.gateway.account(), call)?.id.clone();
    let environment = &call.gateway.0.environment;
    let plans = environment.access.plans();
    let membership = plans.membership(&plan_id, key_id).ok_or_else(no_key)?;
    let quota = membership.quota.as_ref().ok_or_else(|| {
        ControlError::bad_request(format!("Usage Plan {plan_id} has no quota, so nothing of it can remain"))
    })?;
    let mut remaining = None;
    for operation in &operations {
        let step = TABLE.step(operation)?;
        let value: i32 = step.number()?;
        if value < 0 {
            return Err(step.invalid_value());
        }
        remaining = Some(i64::from(value));
    }
    let today = day_of(environment.clock.since_epoch());
    if let Some(remaining) = remaining {
        membership.usage.set_remaining(quota, today, remaining);
        environment.access.mark_usage_unsaved();
        call.gateway.save_usage().map_err(|error| ControlError::not_saved(&error))?;
    }
    let date = date_text(today);
    let values = json!({ key_id: of_key(call, &plan_id, key_id, (today, today)) });
    Ok(Answer::Json(json!({ "usagePlanId": plan_id, "startDate": date, "endDate": date, "values": values })))
}
