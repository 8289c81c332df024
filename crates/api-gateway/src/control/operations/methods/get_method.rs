//! GetMethod. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetMethod.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_method(call: &Call) -> Outcome {
    let api = call.rest_api_of_resource()?;
    let method = lookup::method(&api, call)?;
    Ok(Answer::Json(views::method(lookup::verb(call)?, method, call.path("resource_id"))))
}
