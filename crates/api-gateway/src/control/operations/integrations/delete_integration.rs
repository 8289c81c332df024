//! DeleteIntegration. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteIntegration.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;

pub(crate) fn delete_integration(call: &Call) -> Outcome {
    call.edit_resource(|edit| {
        lookup::integration(&edit.api, call)?;
        lookup::method_mut(&mut edit.api, call)?.method_integration = None;
        Ok(Answer::Empty)
    })
}
