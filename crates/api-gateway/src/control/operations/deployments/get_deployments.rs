//! GetDeployments: the oldest first. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDeployments.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::page::{Page, by_creation};
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_deployments(call: &Call) -> Outcome {
    let page = Page::of(call)?;
    let api = call.rest_api()?;
    let found = call.gateway.deployments(&api.id);
    let keyed =
        found.iter().map(|deployment| (by_creation(deployment.created_millis, &deployment.id), deployment));
    Ok(Answer::Json(page.list(keyed, |deployment| views::deployment(deployment, false))))
}
