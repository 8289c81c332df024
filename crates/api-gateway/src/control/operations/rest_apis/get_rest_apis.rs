//! GetRestApis: the oldest first. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::{Page, by_creation};
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_rest_apis(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let apis = call.gateway.rest_apis();
    let keyed = apis.iter().map(|api| (by_creation(api.created_millis, &api.id), api));
    Ok(Answer::Json(page.list(keyed, |api| views::rest_api(api))))
}
