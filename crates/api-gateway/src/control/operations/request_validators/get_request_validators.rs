//! GetRequestValidators and GetRequestValidator.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRequestValidator.html>

use super::no_request_validator;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_request_validators(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let keyed = api.request_validators.values().map(|validator| (validator.id.clone(), validator));
    Ok(Answer::Json(page.list(keyed, views::request_validator)))
}

pub(crate) fn get_request_validator(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let validator = api.request_validators.get(call.path("requestvalidator_id"));
    Ok(Answer::Json(views::request_validator(validator.ok_or_else(no_request_validator)?)))
}
