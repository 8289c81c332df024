//! CreateRequestValidator. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRequestValidator.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::limits::REQUEST_VALIDATORS_MAX;
use crate::model::{RESOURCE_ID_CHARS, RequestValidator, new_id};

pub(crate) fn create_request_validator(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let validator = RequestValidator {
        id: new_id(RESOURCE_ID_CHARS),
        name: members.text("name")?.filter(|name| !name.is_empty()),
        validate_request_body: members.flag("validateRequestBody")?.unwrap_or_default(),
        validate_request_parameters: members.flag("validateRequestParameters")?.unwrap_or_default(),
    };
    members.finish()?;
    call.edit_api(|edit| {
        if edit.api.request_validators.len() >= REQUEST_VALIDATORS_MAX {
            return Err(ControlError::limit_exceeded(format!(
                "Maximum number of Request Validators for this API has been reached: {REQUEST_VALIDATORS_MAX}"
            )));
        }
        let answer = Answer::Json(views::request_validator(&validator));
        edit.api.request_validators.insert(validator.id.clone(), validator);
        Ok(answer)
    })
}
