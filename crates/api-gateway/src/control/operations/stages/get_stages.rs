//! GetStages: all of them, or those that show one deployment. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetStages.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;
use serde_json::json;

pub(crate) fn get_stages(call: &Call) -> Outcome {
    let api = call.rest_api()?;
    let deployment_id = call.query("deploymentId").filter(|id| !id.is_empty());
    let shown = api.stages.values().filter(|stage| deployment_id.is_none_or(|id| stage.deployment_id == id));
    Ok(Answer::Json(json!({ "item": shown.map(views::stage).collect::<Vec<_>>() })))
}
