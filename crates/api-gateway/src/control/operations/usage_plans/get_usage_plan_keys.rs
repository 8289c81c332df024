//! GetUsagePlanKeys: without their values. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlanKeys.html>

use super::rules::plan;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::{Page, by_creation};
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_usage_plan_keys(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let name = call.query("name");
    let account = call.gateway.account();
    let keys = plan(&account, call)?.key_ids.iter().filter_map(|id| account.api_keys().get(id));
    let named = keys.filter(|key| {
        name.is_none_or(|name| key.name.as_deref().is_some_and(|known| known.starts_with(name)))
    });
    let keyed = named.map(|key| (by_creation(key.created_millis, &key.id), key));
    Ok(Answer::Json(page.list(keyed, |key| views::usage_plan_key(key, false))))
}
