//! GetTags. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetTags.html>

use serde_json::json;

use super::resource_arn::Tagged;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;

pub(crate) fn get_tags(call: &Call) -> Outcome {
    let tags = Tagged::of(call)?.tags(call)?;
    Ok(Answer::Json(json!({ "tags": tags })))
}
