//! DeleteIntegrationResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteIntegrationResponse.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;

pub(crate) fn delete_integration_response(call: &Call) -> Outcome {
    let status = lookup::status_code(call)?;
    call.edit_resource(|edit| {
        lookup::integration_response(&edit.api, call)?;
        lookup::integration_mut(&mut edit.api, call)?.integration_responses.shift_remove(status);
        Ok(Answer::Empty)
    })
}
