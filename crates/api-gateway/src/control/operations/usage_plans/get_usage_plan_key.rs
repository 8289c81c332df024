//! GetUsagePlanKey. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlanKey.html>

use super::rules::{no_key, plan};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_usage_plan_key(call: &Call) -> Outcome {
    let account = call.gateway.account();
    let key_id = call.path("keyId");
    let is_member = plan(&account, call)?.key_ids.iter().any(|known| known == key_id);
    let key = account.api_keys().get(key_id).filter(|_| is_member).ok_or_else(no_key)?;
    Ok(Answer::Json(views::usage_plan_key(key, true)))
}
