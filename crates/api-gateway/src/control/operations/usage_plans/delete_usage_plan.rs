//! DeleteUsagePlan. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteUsagePlan.html>
//!
//! What must stay true: a plan that still lets callers in to a stage is not deleted, as on AWS.

use super::rules::{no_plan, plan};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;

pub(crate) fn delete_usage_plan(call: &Call) -> Outcome {
    let id = call.path("usageplanId");
    call.edit_account(|account| {
        if !plan(account, call)?.api_stages.is_empty() {
            let text = format!("Cannot delete Usage Plan {id}: remove its API Stages first");
            return Err(ControlError::bad_request(text));
        }
        account.usage_plans.shift_remove(id).ok_or_else(no_plan)?;
        Ok((Answer::Empty, vec![AccountChange::UsagePlan(id.to_owned())]))
    })
}
