//! ImportDocumentationParts: the parts of a definition's `x-amazon-apigateway-documentation`.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_ImportDocumentationParts.html>
//!
//! What must stay true: nothing else of the definition is imported.

use serde_json::json;

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::operations::definitions::{definition, import_mode};
use crate::control::routing::Outcome;
use crate::import::{ImportMode, put_documentation_parts};

pub(crate) fn import_documentation_parts(call: &Call) -> Outcome {
    let mode = import_mode(call)?;
    let parts = definition(call)?.documentation_parts;
    call.edit_api(|edit| {
        let known = edit.api.documentation_parts.clone();
        if mode == ImportMode::Overwrite {
            edit.api.documentation_parts.clear();
        }
        let ids = put_documentation_parts(&mut edit.api, parts, &known);
        Ok(Answer::Json(json!({ "ids": ids, "warnings": [] })))
    })
}
