//! CreateUsagePlanKey. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlanKey.html>

use super::rules::{add_key, no_key};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::AccountChange;

pub(crate) fn create_usage_plan_key(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let key_id = members.required_text("keyId")?;
    let key_type = members.required_text("keyType")?;
    members.finish()?;
    if key_type != "API_KEY" {
        return Err(ControlError::bad_request("Invalid keyType specified. Must be one of: [API_KEY]"));
    }
    let plan_id = call.path("usageplanId");
    call.edit_account(|account| {
        add_key(account, plan_id, &key_id)?;
        let key = account.api_keys().get(&key_id).ok_or_else(no_key)?;
        Ok((
            Answer::Json(views::usage_plan_key(key, true)),
            vec![AccountChange::UsagePlan(plan_id.to_owned())],
        ))
    })
}
