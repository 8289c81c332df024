//! CreateDocumentationVersion. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDocumentationVersion.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::DocumentationVersion;

pub(crate) fn create_documentation_version(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let version = DocumentationVersion {
        version: members.required_text("documentationVersion")?,
        description: members.text("description")?,
        created_millis: call.now_millis(),
    };
    let stage_name = members.text("stageName")?.filter(|name| !name.is_empty());
    members.finish()?;
    call.edit_api(|edit| {
        if version.version.is_empty() {
            return Err(ControlError::bad_request("Documentation version cannot be empty"));
        }
        if edit.api.documentation_versions.contains_key(&version.version) {
            let text = format!("Documentation version '{}' already exists", version.version);
            return Err(ControlError::conflict(text));
        }
        if let Some(name) = &stage_name {
            let stage = edit.api.stages.get_mut(name);
            let stage = stage.ok_or_else(|| ControlError::not_found("Invalid stage identifier specified"))?;
            stage.documentation_version = Some(version.version.clone());
        }
        let answer = Answer::Json(views::documentation_version(&version));
        edit.api.documentation_versions.insert(version.version.clone(), version);
        Ok(answer)
    })
}
