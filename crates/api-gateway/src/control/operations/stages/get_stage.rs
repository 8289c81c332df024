//! GetStage. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetStage.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_stage(call: &Call) -> Outcome {
    Ok(Answer::Json(views::stage(lookup::stage(&*call.rest_api()?, call)?)))
}
