//! TestInvokeAuthorizer: refused, since authorizers do not run here.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeAuthorizer.html>

use super::no_authorizer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;

pub(crate) fn test_invoke_authorizer(call: &Call) -> Outcome {
    let mut members = call.members()?;
    members.text_map("headers")?;
    members.texts_map("multiValueHeaders")?;
    members.text("pathWithQueryString")?;
    members.text("body")?;
    members.text_map("stageVariables")?;
    members.text_map("additionalContext")?;
    members.finish()?;
    let api = call.rest_api()?;
    if !api.authorizers.contains_key(call.path("authorizer_id")) {
        return Err(no_authorizer());
    }
    Err(ControlError::bad_request("TestInvokeAuthorizer is not supported: authorizers do not run here"))
}
