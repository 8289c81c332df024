//! DeleteUsagePlanKey: what the key used of the plan is forgotten.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteUsagePlanKey.html>

use super::rules::{no_key, no_plan};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;

pub(crate) fn delete_usage_plan_key(call: &Call) -> Outcome {
    let (plan_id, key_id) = (call.path("usageplanId"), call.path("keyId"));
    call.edit_account(|account| {
        let plan = account.usage_plans.get_mut(plan_id).ok_or_else(no_plan)?;
        let place = plan.key_ids.iter().position(|known| known == key_id).ok_or_else(no_key)?;
        plan.key_ids.remove(place);
        Ok((Answer::Empty, vec![AccountChange::UsagePlan(plan_id.to_owned())]))
    })
}
