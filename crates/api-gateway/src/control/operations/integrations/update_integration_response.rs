//! UpdateIntegrationResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateIntegrationResponse.html>

use super::put_integration::CONTENT_HANDLING;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::mappings;
use crate::control::patch::{Op, PatchTable, Refusal, Rule};
use crate::control::routing::Outcome;
use crate::control::views;

#[derive(Debug, Clone, Copy)]
enum Kind {
    ContentHandling,
    ResponseParameter,
    ResponseTemplate,
    SelectionPattern,
}

const ENTRY: &[Op] = &[Op::Add, Op::Remove, Op::Replace];
const VALUE: &[Op] = &[Op::Replace, Op::Remove];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/contentHandling", ops: VALUE, kind: Kind::ContentHandling },
        Rule { path: "/responseParameters/{name}", ops: ENTRY, kind: Kind::ResponseParameter },
        Rule { path: "/responseTemplates/{content_type}", ops: ENTRY, kind: Kind::ResponseTemplate },
        Rule { path: "/selectionPattern", ops: VALUE, kind: Kind::SelectionPattern },
    ],
    refusal: Refusal::ByPath,
};

pub(crate) fn update_integration_response(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let status = lookup::status_code(call)?;
    call.edit_resource(|edit| {
        let mut response = lookup::integration_response(&edit.api, call)?.clone();
        for operation in &operations {
            let step = TABLE.step(operation)?;
            match step.kind {
                Kind::ContentHandling => response.content_handling = step.word_or_none(&CONTENT_HANDLING)?,
                Kind::ResponseParameter => {
                    let (parameters, source) = (&mut response.response_parameters, step.text().to_owned());
                    step.change_entry(parameters, source, "Invalid parameter name specified")?;
                }
                Kind::ResponseTemplate => {
                    let (templates, template) = (&mut response.response_templates, step.text().to_owned());
                    step.change_entry(templates, template, "Invalid content type specified")?;
                }
                Kind::SelectionPattern => response.selection_pattern = step.text_or_none(),
            }
        }
        mappings::check_templates(&response.response_templates)?;
        let declared = lookup::method_response(&edit.api, call)?;
        mappings::check_response_parameters(&response.response_parameters, declared)?;
        let view = views::integration_response(status, &response);
        let integration = lookup::integration_mut(&mut edit.api, call)?;
        integration.integration_responses.insert(status.to_owned(), response);
        Ok(Answer::Json(view))
    })
}
