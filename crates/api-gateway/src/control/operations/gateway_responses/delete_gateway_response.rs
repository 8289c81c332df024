//! DeleteGatewayResponse. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteGatewayResponse.html>

use super::{no_gateway_response, response_type};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;

pub(crate) fn delete_gateway_response(call: &Call) -> Outcome {
    let kind = response_type(call)?;
    call.edit_api(|edit| {
        edit.api.gateway_responses.remove(&kind).ok_or_else(no_gateway_response)?;
        Ok(Answer::Empty)
    })
}
