//! UpdateGatewayResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateGatewayResponse.html>
//!
//! What must stay true: the first update of a type makes it a customised one.

use indexmap::IndexMap;

use super::response_type;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Parameter,
    Status,
    Template,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule {
            path: "/responseParameters/{name}",
            ops: &[Op::Add, Op::Remove, Op::Replace],
            kind: Kind::Parameter,
        },
        Rule {
            path: "/responseTemplates/{type}",
            ops: &[Op::Add, Op::Remove, Op::Replace],
            kind: Kind::Template,
        },
        Rule { path: "/statusCode", ops: &[Op::Replace], kind: Kind::Status },
    ],
    refusal: Refusal::ByPaths,
};

pub(crate) fn update_gateway_response(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let kind = response_type(call)?;
    call.edit_api(|edit| {
        let response = edit.api.gateway_responses.entry(kind).or_default();
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::Parameter => change(&mut response.response_parameters, &step, "responseParameters")?,
                Kind::Template => change(&mut response.response_templates, &step, "responseTemplates")?,
                Kind::Status => response.status_code = step.text_or_none(),
            }
        }
        Ok(Answer::Json(views::gateway_response(&edit.api, kind)))
    })
}

fn change(
    map: &mut IndexMap<String, String>,
    step: &Step<'_, Kind>,
    field: &str,
) -> Result<(), ControlError> {
    match (step.op, step.value) {
        (Op::Remove, _) => drop(map.shift_remove(step.name())),
        (_, None) => {
            let text = format!("Invalid null or empty value in /{field}/{}", step.name());
            return Err(ControlError::bad_request(text));
        }
        (_, Some(value)) => drop(map.insert(step.name().to_owned(), value.to_owned())),
    }
    Ok(())
}
