//! UpdateMethodResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateMethodResponse.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::mappings;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;

#[derive(Debug, Clone, Copy)]
enum Kind {
    ResponseModel,
    ResponseParameter,
}

const ENTRY: &[Op] = &[Op::Add, Op::Remove, Op::Replace];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/responseModels/{content_type}", ops: ENTRY, kind: Kind::ResponseModel },
        Rule { path: "/responseParameters/{name}", ops: ENTRY, kind: Kind::ResponseParameter },
    ],
    refusal: Refusal::ByPath,
};

pub(crate) fn update_method_response(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let status = lookup::status_code(call)?;
    call.edit_resource(|edit| {
        let mut response = lookup::method_response(&edit.api, call)?.clone();
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::ResponseModel => {
                    let (models, model) = (&mut response.response_models, step.text().to_owned());
                    step.change_entry(models, model, "Invalid content type specified")?;
                    mappings::check_models(&edit.api, &response.response_models)?;
                }
                Kind::ResponseParameter => {
                    let (parameters, is_required) = (&mut response.response_parameters, step.flag());
                    step.change_entry(parameters, is_required, "Invalid parameter name specified")?;
                    mappings::check_method_response_parameters(&response.response_parameters)?;
                }
            }
        }
        let view = views::method_response(status, &response);
        lookup::method_mut(&mut edit.api, call)?.method_responses.insert(status.to_owned(), response);
        Ok(Answer::Json(view))
    })
}
