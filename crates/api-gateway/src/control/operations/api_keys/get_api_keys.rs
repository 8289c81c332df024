//! GetApiKeys: the oldest first. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKeys.html>

use super::includes_value;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::{Page, by_creation};
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_api_keys(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let shows_values = includes_value(call, "includeValues");
    let (name, customer) = (call.query("name"), call.query("customerId"));
    let account = call.gateway.account();
    let keys = account.api_keys().values().filter(|key| {
        let begins =
            |text: &Option<String>, with: &str| text.as_deref().is_some_and(|text| text.starts_with(with));
        name.is_none_or(|name| begins(&key.name, name))
            && customer.is_none_or(|customer| key.customer_id.as_deref() == Some(customer))
    });
    let keyed = keys.map(|key| (by_creation(key.created_millis, &key.id), key));
    Ok(Answer::Json(page.list(keyed, |key| views::api_key(key, shows_values))))
}
