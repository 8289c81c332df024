//! PutIntegrationResponse: of a status that the method declares. <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html>

use super::put_integration::CONTENT_HANDLING;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::mappings;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::IntegrationResponse;

pub(crate) fn put_integration_response(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let response = IntegrationResponse {
        selection_pattern: members.text("selectionPattern")?.filter(|pattern| !pattern.is_empty()),
        response_parameters: members.text_map("responseParameters")?.unwrap_or_default(),
        response_templates: members.template_map("responseTemplates")?.unwrap_or_default(),
        content_handling: members.word("contentHandling", &CONTENT_HANDLING)?,
    };
    members.note(lookup::status_code_violation(call));
    members.finish()?;
    let status = call.path("status_code");
    call.edit_resource(|edit| {
        lookup::integration(&edit.api, call)?;
        mappings::check_templates(&response.response_templates)?;
        let declared = lookup::method_response(&edit.api, call)?;
        mappings::check_response_parameters(&response.response_parameters, declared)?;
        let view = views::integration_response(status, &response);
        let integration = lookup::integration_mut(&mut edit.api, call)?;
        integration.integration_responses.insert(status.to_owned(), response);
        Ok(Answer::Json(view))
    })
}
