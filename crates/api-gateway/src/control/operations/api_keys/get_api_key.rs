//! GetApiKey. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKey.html>

use super::{includes_value, no_api_key};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_api_key(call: &Call) -> Outcome {
    let account = call.gateway.account();
    let key = account.api_keys().get(call.path("api_Key")).ok_or_else(no_api_key)?;
    Ok(Answer::Json(views::api_key(key, includes_value(call, "includeValue"))))
}
