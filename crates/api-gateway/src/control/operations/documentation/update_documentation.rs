//! UpdateDocumentationPart and UpdateDocumentationVersion: each has one path.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDocumentationPart.html>

use super::{check_properties, no_part, no_version};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;

const PART: PatchTable<()> = PatchTable {
    rules: &[Rule { path: "/properties", ops: &[Op::Replace], kind: () }],
    refusal: Refusal::ByPaths,
};
const VERSION: PatchTable<()> = PatchTable {
    rules: &[Rule { path: "/description", ops: &[Op::Replace], kind: () }],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_documentation_part(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let part = edit.api.documentation_parts.get_mut(call.path("part_id")).ok_or_else(no_part)?;
        for operation in &operations {
            let step = PART.step(operation)?;
            check_properties(step.text())?;
            step.text().clone_into(&mut part.properties);
        }
        Ok(Answer::Json(views::documentation_part(part)))
    })
}

pub(crate) fn update_documentation_version(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let version = edit.api.documentation_versions.get_mut(call.path("doc_version"));
        let version = version.ok_or_else(no_version)?;
        for operation in &operations {
            version.description = VERSION.step(operation)?.text_or_none();
        }
        Ok(Answer::Json(views::documentation_version(version)))
    })
}
