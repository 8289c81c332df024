//! DeleteResource: with all below it. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteResource.html>

use super::tree;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::routing::Outcome;

pub(crate) fn delete_resource(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        let resource = lookup::resource(&edit.api, call)?;
        if resource.parent_id.is_none() {
            return Err(ControlError::bad_request("The root resource cannot be deleted"));
        }
        let gone = tree::with_descendants(&edit.api, &resource.id.clone());
        edit.api.resources.retain(|id, _| !gone.contains(id));
        Ok(Answer::Empty)
    })
}
