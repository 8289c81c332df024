//! PutMethod. <https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html>

use super::parameters;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup;
use crate::control::mappings;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::Method;

pub(crate) fn put_method(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let authorization_type = members.required_text("authorizationType")?;
    let mut method = Method {
        authorizer_id: members.text("authorizerId")?,
        api_key_required: members.flag("apiKeyRequired")?.unwrap_or_default(),
        operation_name: members.text("operationName")?,
        request_parameters: members.flag_map("requestParameters")?.unwrap_or_default(),
        request_models: members.text_map("requestModels")?.unwrap_or_default(),
        request_validator_id: members.text("requestValidatorId")?.filter(|id| !id.is_empty()),
        authorization_scopes: members.texts("authorizationScopes")?.unwrap_or_default(),
        ..Method::default()
    };
    members.finish()?;
    call.edit_resource(|edit| {
        let resource = lookup::resource(&edit.api, call)?;
        let verb = call.path("http_method").parse().map_err(|_| parameters::invalid_verb())?;
        mappings::check_method_parameters(&method.request_parameters)?;
        method.authorization_type = parameters::authorization_type(&authorization_type)?;
        parameters::check_authorizer(&edit.api, &method)?;
        parameters::check_validator(&edit.api, method.request_validator_id.as_deref())?;
        mappings::check_models(&edit.api, &method.request_models)?;
        if resource.resource_methods.contains_key(&verb) {
            return Err(ControlError::conflict("Method already exists for this resource"));
        }
        let view = views::method(verb, &method, &resource.id);
        if let Some(resource) = edit.api.resources.get_mut(call.path("resource_id")) {
            resource.resource_methods.insert(verb, method);
        }
        Ok(Answer::Json(view))
    })
}
