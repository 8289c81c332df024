//! GetUsagePlan. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlan.html>

use super::rules::plan;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn get_usage_plan(call: &Call) -> Outcome {
    Ok(Answer::Json(views::usage_plan(plan(&call.gateway.account(), call)?)))
}
