//! UpdateModel. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateModel.html>

use super::{check_schema, no_model};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Description,
    Schema,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/schema", ops: &[Op::Replace], kind: Kind::Schema },
        Rule { path: "/description", ops: &[Op::Replace], kind: Kind::Description },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_model(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let name = call.path("model_name");
        let model = edit.api.models.get_mut(name).ok_or_else(|| no_model(name))?;
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::Description => model.description = step.text_or_none(),
                Kind::Schema if step.text().is_empty() => {
                    return Err(ControlError::bad_request(
                        "Model schema must have at least 1 property or array items defined",
                    ));
                }
                Kind::Schema => {
                    check_schema(Some(step.text()), model.content_type.as_deref())?;
                    model.schema = Some(step.text().to_owned());
                }
            }
        }
        Ok(Answer::Json(views::model(model)))
    })
}
