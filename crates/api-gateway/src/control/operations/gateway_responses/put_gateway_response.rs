//! PutGatewayResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_PutGatewayResponse.html>

use super::response_type;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::GatewayResponse;

pub(crate) fn put_gateway_response(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let response = GatewayResponse {
        status_code: members.text("statusCode")?,
        response_parameters: members.text_map("responseParameters")?.unwrap_or_default(),
        response_templates: members.text_map("responseTemplates")?.unwrap_or_default(),
    };
    members.finish()?;
    let kind = response_type(call)?;
    call.edit_api(|edit| {
        edit.api.gateway_responses.insert(kind, response);
        Ok(Answer::Json(views::gateway_response(&edit.api, kind)))
    })
}
