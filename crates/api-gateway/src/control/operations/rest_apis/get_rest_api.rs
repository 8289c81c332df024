//! GetRestApi. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApi.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_rest_api(call: &Call) -> Outcome {
    Ok(Answer::Json(views::rest_api(&*call.rest_api()?)))
}
