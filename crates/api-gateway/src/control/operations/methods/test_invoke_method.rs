//! TestInvokeMethod: a method as it is being edited, run without a deployment.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeMethod.html>

use std::future::Future;
use std::pin::Pin;

use serde_json::json;

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup;
use crate::control::routing::Outcome;
use crate::execution::TestRequest;

pub(crate) fn test_invoke_method(call: Call) -> Pin<Box<dyn Future<Output = Outcome> + Send>> {
    Box::pin(async move {
        let test = read(&call)?;
        let verb = {
            let api = call.rest_api_of_resource()?;
            lookup::method(&api, &call)?;
            lookup::verb(&call)?
        };
        let (api_id, resource_id) = (call.path("restapi_id"), call.path("resource_id"));
        let invoked = call.gateway.test_invoke_method(api_id, resource_id, verb, test).await;
        let invoked = invoked.ok_or_else(lookup::no_method)?;
        Ok(Answer::Json(json!({
            "status": invoked.status,
            "body": invoked.body,
            "headers": invoked.headers,
            "multiValueHeaders": invoked.multi_value_headers,
            "log": invoked.log,
            "latency": invoked.latency,
        })))
    })
}

fn read(call: &Call) -> Result<TestRequest, crate::control::error::ControlError> {
    let mut members = call.members()?;
    let test = TestRequest {
        path_with_query_string: members.text("pathWithQueryString")?,
        headers: members.text_map("headers")?.unwrap_or_default(),
        multi_value_headers: members.texts_map("multiValueHeaders")?.unwrap_or_default(),
        body: members.text("body")?.unwrap_or_default(),
        stage_variables: members.text_map("stageVariables")?.unwrap_or_default(),
    };
    // The certificate is kept with the stage and has no effect here.
    members.text("clientCertificateId")?;
    members.finish()?;
    Ok(test)
}
