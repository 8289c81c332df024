//! GetDeployment. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDeployment.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::lookup::no_deployment;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_deployment(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let found = call.gateway.deployments(&api.id);
    let deployment = found.iter().find(|deployment| deployment.id == call.path("deployment_id"));
    let with_summary = call.query_all("embed").any(|embedded| embedded == "apisummary");
    Ok(Answer::Json(views::deployment(deployment.ok_or_else(no_deployment)?, with_summary)))
}
