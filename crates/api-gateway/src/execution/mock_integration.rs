//! MOCK: no backend; the rendered request template names the status.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html>
//!
//! What must stay true: the status is an integer in the rendered template, read leniently, as API Gateway does.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::integration_request::IntegrationRequest;
use super::{GatewayError, IntegrationAnswer};
use crate::json::{self, Json};

pub(super) fn answer(request: &IntegrationRequest) -> Result<IntegrationAnswer, GatewayError> {
    let refuse = || {
        let cause = "a MOCK integration needs a request template that renders JSON with an integer statusCode, such as {\"statusCode\": 200}";
        GatewayError::configuration(cause)
    };
    let text = String::from_utf8_lossy(&request.body);
    let Ok(Json::Object(members)) = json::parse_lenient(&text) else { return Err(refuse()) };
    let Some(Json::Int(status)) = members.get("statusCode") else { return Err(refuse()) };
    let status = u16::try_from(*status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    Ok(IntegrationAnswer {
        status: status.ok_or_else(refuse)?,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    })
}
