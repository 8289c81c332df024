//! GetUsagePlans: all, or those of a key. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlans.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_usage_plans(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let key_id = call.query("keyId");
    let account = call.gateway.account();
    let plans = account
        .usage_plans
        .values()
        .filter(|plan| key_id.is_none_or(|key_id| plan.key_ids.iter().any(|known| known == key_id)));
    Ok(Answer::Json(page.list(plans.map(|plan| (plan.id.clone(), plan)), views::usage_plan)))
}
