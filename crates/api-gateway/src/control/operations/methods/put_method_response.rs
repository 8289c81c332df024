//! PutMethodResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethodResponse.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::mappings;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::MethodResponse;

pub(crate) fn put_method_response(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let response = MethodResponse {
        response_parameters: members.flag_map("responseParameters")?.unwrap_or_default(),
        response_models: members.text_map("responseModels")?.unwrap_or_default(),
    };
    members.note(lookup::status_code_violation(call));
    members.finish()?;
    let status = call.path("status_code");
    call.edit_resource(|edit| {
        let method = lookup::method(&edit.api, call)?;
        mappings::check_method_response_parameters(&response.response_parameters)?;
        mappings::check_models(&edit.api, &response.response_models)?;
        if method.method_responses.contains_key(status) {
            return Err(ControlError::conflict("Response already exists for this resource"));
        }
        let view = views::method_response(status, &response);
        lookup::method_mut(&mut edit.api, call)?.method_responses.insert(status.to_owned(), response);
        Ok(Answer::Json(view))
    })
}
