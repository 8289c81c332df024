//! DeleteMethod. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteMethod.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;

pub(crate) fn delete_method(call: &Call) -> Outcome {
    call.edit_resource(|edit| {
        let verb = lookup::verb(call)?;
        lookup::method(&edit.api, call)?;
        if let Some(resource) = edit.api.resources.get_mut(call.path("resource_id")) {
            resource.resource_methods.shift_remove(&verb);
        }
        Ok(Answer::Empty)
    })
}
