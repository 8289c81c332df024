//! GetGatewayResponses and GetGatewayResponse.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_GetGatewayResponse.html>
//!
//! What must stay true: all types are listed, customised or not.

use super::response_type;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::Page;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::GatewayResponseType;

pub(crate) fn get_gateway_responses(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let keyed = GatewayResponseType::ALL.iter().map(|kind| (kind.as_str().to_owned(), *kind));
    Ok(Answer::Json(page.list(keyed, |kind| views::gateway_response(&api, kind))))
}

pub(crate) fn get_gateway_response(call: &Call) -> Outcome {
    let kind = response_type(call)?;
    let api = call.rest_api()?;
    Ok(Answer::Json(views::gateway_response(&api, kind)))
}
