//! DeleteRestApi: with its stages and deployments. <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteRestApi.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;

pub(crate) fn delete_rest_api(call: &Call) -> Outcome {
    let id = call.path("restapi_id");
    let account = call.gateway.account();
    let mut mappings = account.domain_names.values().flat_map(|domain| domain.base_path_mappings.values());
    if mappings.any(|mapping| mapping.rest_api_id == id) {
        return Err(ControlError::bad_request(
            "Please remove all base path mappings related to the API in your account before deleting the API.",
        ));
    }
    match call.gateway.remove_api(id) {
        Ok(true) => Ok(Answer::Empty),
        Ok(false) => Err(call.no_api(id)),
        Err(error) => Err(ControlError::not_saved(&error)),
    }
}
