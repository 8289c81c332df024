//! DeleteDocumentationPart and DeleteDocumentationVersion.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteDocumentationVersion.html>
//!
//! What must stay true: a version that a stage shows stays.

use super::{no_part, no_version};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;

pub(crate) fn delete_documentation_part(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        edit.api.documentation_parts.shift_remove(call.path("part_id")).ok_or_else(no_part)?;
        Ok(Answer::Empty)
    })
}

pub(crate) fn delete_documentation_version(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        let version = call.path("doc_version");
        let mut stages = edit.api.stages.values();
        if let Some(stage) = stages.find(|stage| stage.documentation_version.as_deref() == Some(version)) {
            let text = format!("Documentation version '{version}' is shown by stage '{}'", stage.stage_name);
            return Err(ControlError::conflict(text));
        }
        edit.api.documentation_versions.shift_remove(version).ok_or_else(no_version)?;
        Ok(Answer::Empty)
    })
}
