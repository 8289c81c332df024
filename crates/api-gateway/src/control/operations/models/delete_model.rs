//! DeleteModel. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteModel.html>
//!
//! What must stay true: what a method or another model refers to stays.

use super::no_model;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::import::model_url;
use crate::model::RestApi;

pub(crate) fn delete_model(call: &Call) -> Outcome {
    call.edit_api(|edit| {
        let name = call.path("model_name");
        if !edit.api.models.contains_key(name) {
            return Err(no_model(name));
        }
        if let Some(user) = user_of(&edit.api, name) {
            return Err(ControlError::conflict(format!(
                "Cannot delete model '{name}', is referenced in {user}"
            )));
        }
        edit.api.models.shift_remove(name);
        Ok(Answer::Empty)
    })
}

/// What refers to the model, in AWS's words.
fn user_of(api: &RestApi, name: &str) -> Option<String> {
    let reference = format!("{}\"", model_url(&api.id, name));
    let other = api.models.values().find(|model| {
        model.name != name && model.schema.as_ref().is_some_and(|schema| schema.contains(&reference))
    });
    if let Some(other) = other {
        return Some(format!("model: '{}'", other.name));
    }
    for resource in api.resources.values() {
        for (verb, method) in &resource.resource_methods {
            let at = format!("{}/{verb}", resource.path);
            if method.request_models.values().any(|model| model == name) {
                return Some(format!("method request: {at}"));
            }
            let mut responses = method.method_responses.iter();
            let user =
                responses.find(|(_, response)| response.response_models.values().any(|model| model == name));
            if let Some((status, _)) = user {
                return Some(format!("method response: {at} {status}"));
            }
        }
    }
    None
}
