//! UpdateRequestValidator. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateRequestValidator.html>

use super::no_request_validator;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Name,
    Parameters,
    Body,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/name", ops: &[Op::Replace], kind: Kind::Name },
        Rule { path: "/validateRequestParameters", ops: &[Op::Replace], kind: Kind::Parameters },
        Rule { path: "/validateRequestBody", ops: &[Op::Replace], kind: Kind::Body },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_request_validator(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        let validator = edit.api.request_validators.get_mut(call.path("requestvalidator_id"));
        let validator = validator.ok_or_else(no_request_validator)?;
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::Name if step.text().is_empty() => {
                    return Err(ControlError::bad_request("Request Validator name cannot be blank"));
                }
                Kind::Name => validator.name = step.text_or_none(),
                Kind::Parameters => validator.validate_request_parameters = step.flag(),
                Kind::Body => validator.validate_request_body = step.flag(),
            }
        }
        Ok(Answer::Json(views::request_validator(validator)))
    })
}
