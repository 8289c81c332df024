//! DeleteDeployment: refused while a stage shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteDeployment.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup::no_deployment;
use crate::control::routing::Outcome;

pub(crate) fn delete_deployment(call: &Call) -> Outcome {
    let id = call.path("deployment_id");
    call.edit_api(|edit| {
        edit.deployment(id).ok_or_else(no_deployment)?;
        if edit.api.stages.values().any(|stage| stage.deployment_id == id) {
            return Err(ControlError::bad_request(
                "Active stages pointing to this deployment must be moved or deleted",
            ));
        }
        let canaries = edit.api.stages.values().filter_map(|stage| stage.canary_settings.as_ref());
        if canaries.into_iter().any(|canary| canary.deployment_id.as_deref() == Some(id)) {
            return Err(ControlError::bad_request(
                "Active stages with canary settings pointing to this deployment must be moved or deleted",
            ));
        }
        edit.remove_deployment(id);
        Ok(Answer::Empty)
    })
}
