//! PutRestApi. <https://docs.aws.amazon.com/apigateway/latest/api/API_PutRestApi.html>
//!
//! What must stay true: unless told to overwrite it merges, as AWS does.

use serde_json::json;

use super::parameters;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::routing::Outcome;
use crate::control::views;

pub(crate) fn put_rest_api(call: &Call) -> Outcome {
    let mode = parameters::import_mode(call)?;
    let parsed = parameters::definition(call)?;
    let warnings = parameters::warnings(&parsed);
    call.edit_api(|edit| {
        let api = parsed.into_rest_api(Some((&edit.api, mode)), call.now_millis());
        let mut api = api.map_err(|problem| parameters::refusal(call, &problem, None))?;
        parameters::set_endpoint_types(call, &mut api.endpoint_configuration)?;
        edit.api = api;
        let mut view = views::rest_api(&edit.api);
        if view.get("tags").is_none() {
            view["tags"] = json!({});
        }
        Ok(Answer::Json(parameters::with_warnings(view, &warnings)))
    })
}
