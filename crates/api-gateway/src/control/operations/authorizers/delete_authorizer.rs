//! DeleteAuthorizer. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteAuthorizer.html>
//!
//! What must stay true: no method names an authorizer that is not there.

use super::no_authorizer;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;

pub(crate) fn delete_authorizer(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        let id = call.path("authorizer_id");
        let mut methods = edit.api.resources.values().flat_map(|resource| resource.resource_methods.values());
        if methods.any(|method| method.authorizer_id.as_deref() == Some(id)) {
            let text = format!("Cannot delete authorizer '{id}', is referenced in a method");
            return Err(ControlError::conflict(text));
        }
        edit.api.authorizers.shift_remove(id).ok_or_else(no_authorizer)?;
        Ok(Answer::Empty)
    })
}
