//! DeleteMethodResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteMethodResponse.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;

pub(crate) fn delete_method_response(call: &Call) -> Outcome {
    let status = lookup::status_code(call)?;
    call.edit_resource(|edit| {
        lookup::method_response(&edit.api, call)?;
        lookup::method_mut(&mut edit.api, call)?.method_responses.shift_remove(status);
        Ok(Answer::Empty)
    })
}
