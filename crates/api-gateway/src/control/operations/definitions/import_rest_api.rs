//! ImportRestApi. <https://docs.aws.amazon.com/apigateway/latest/api/API_ImportRestApi.html>

use super::parameters;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::limits::REST_APIS_MAX;

pub(crate) fn import_rest_api(call: &Call) -> Outcome {
    let parsed = parameters::definition(call)?;
    let warnings = parameters::warnings(&parsed);
    if call.gateway.rest_apis().len() >= REST_APIS_MAX {
        return Err(ControlError::limit_exceeded("Maximum number of APIs per account has been reached"));
    }
    let api = parsed.into_rest_api(None, call.now_millis());
    let mut api = api.map_err(|problem| parameters::refusal(call, &problem, None))?;
    parameters::set_endpoint_types(call, &mut api.endpoint_configuration)?;
    let api = call.gateway.add_api(api).map_err(|error| ControlError::not_saved(&error))?;
    Ok(Answer::Json(parameters::with_warnings(views::rest_api(&api), &warnings)))
}
