//! DeleteStage. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteStage.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup::no_stage;
use crate::control::routing::Outcome;

pub(crate) fn delete_stage(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        edit.api.stages.shift_remove(call.path("stage_name")).ok_or_else(no_stage)?;
        Ok(Answer::Empty)
    })
}
