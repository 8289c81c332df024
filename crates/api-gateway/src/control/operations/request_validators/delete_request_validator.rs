//! DeleteRequestValidator. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteRequestValidator.html>
//!
//! What must stay true: no method names a validator that is not there.

use super::no_request_validator;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;

pub(crate) fn delete_request_validator(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        let id = call.path("requestvalidator_id");
        let mut methods = edit.api.resources.values().flat_map(|resource| resource.resource_methods.values());
        if methods.any(|method| method.request_validator_id.as_deref() == Some(id)) {
            let text = format!("Cannot delete request validator '{id}', is referenced in a method");
            return Err(ControlError::conflict(text));
        }
        edit.api.request_validators.shift_remove(id).ok_or_else(no_request_validator)?;
        Ok(Answer::Empty)
    })
}
