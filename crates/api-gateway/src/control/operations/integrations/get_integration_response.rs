//! GetIntegrationResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegrationResponse.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_integration_response(call: &Call) -> Outcome {
    let status = lookup::status_code(call)?;
    let api = call.rest_api_of_resource()?;
    Ok(Answer::Json(views::integration_response(status, lookup::integration_response(&api, call)?)))
}
