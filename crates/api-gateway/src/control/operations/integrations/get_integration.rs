//! GetIntegration. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegration.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_integration(call: &Call) -> Outcome {
    let api = call.rest_api_of_resource()?;
    Ok(Answer::Json(views::integration(lookup::integration(&api, call)?, call.path("resource_id"))))
}
