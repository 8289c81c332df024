//! DeleteApiKey: also from its usage plans. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteApiKey.html>

use super::no_api_key;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::edit::AccountChange;

pub(crate) fn delete_api_key(call: &Call) -> Outcome {
    let id = call.path("api_Key");
    call.edit_account(|account| {
        account.remove_api_key(id).ok_or_else(no_api_key)?;
        let mut changes = vec![AccountChange::ApiKey(id.to_owned())];
        for plan in account.usage_plans.values_mut() {
            if plan.key_ids.iter().any(|known| known == id) {
                plan.key_ids.retain(|known| known != id);
                changes.push(AccountChange::UsagePlan(plan.id.clone()));
            }
        }
        Ok((Answer::Empty, changes))
    })
}
