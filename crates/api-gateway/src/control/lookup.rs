//! Finding what a path names, or AWS's word that it is not there.

use std::sync::Arc;

use super::call::Call;
use super::error::ControlError;
use crate::model::{
    HttpVerb, Integration, IntegrationResponse, Method, MethodResponse, Resource, RestApi, Stage,
};

impl Call {
    /// The API that the path names.
    pub(crate) fn rest_api(&self) -> Result<Arc<RestApi>, ControlError> {
        let id = self.path("restapi_id");
        self.gateway.rest_api(id).ok_or_else(|| self.no_api(id))
    }

    /// The API, for operations below its resources: there AWS says that the resource is unknown.
    pub(crate) fn rest_api_of_resource(&self) -> Result<Arc<RestApi>, ControlError> {
        self.gateway.rest_api(self.path("restapi_id")).ok_or_else(no_resource)
    }

    /// There is no API of this id.
    pub(crate) fn no_api(&self, id: &str) -> ControlError {
        ControlError::not_found(format!("Invalid API identifier specified {}:{id}", self.account_id()))
    }
}

/// The path names no resource.
pub(crate) fn no_resource() -> ControlError {
    ControlError::not_found("Invalid Resource identifier specified")
}

/// The resource has no such method.
pub(crate) fn no_method() -> ControlError {
    ControlError::not_found("Invalid Method identifier specified")
}

/// The method has no integration.
pub(crate) fn no_integration() -> ControlError {
    ControlError::not_found("Invalid Integration identifier specified")
}

/// There is no response of this status.
pub(crate) fn no_response() -> ControlError {
    ControlError::not_found("Invalid Response status code specified")
}

/// The resource that the path names.
pub(crate) fn resource<'a>(api: &'a RestApi, call: &Call) -> Result<&'a Resource, ControlError> {
    api.resources.get(call.path("resource_id")).ok_or_else(no_resource)
}

/// The verb that the path names.
pub(crate) fn verb(call: &Call) -> Result<HttpVerb, ControlError> {
    call.path("http_method").parse().map_err(|_| no_method())
}

/// The method that the path names.
pub(crate) fn method<'a>(api: &'a RestApi, call: &Call) -> Result<&'a Method, ControlError> {
    resource(api, call)?.resource_methods.get(&verb(call)?).ok_or_else(no_method)
}

/// The method that the path names, to be changed.
pub(crate) fn method_mut<'a>(api: &'a mut RestApi, call: &Call) -> Result<&'a mut Method, ControlError> {
    let resource = api.resources.get_mut(call.path("resource_id")).ok_or_else(no_resource)?;
    resource.resource_methods.get_mut(&verb(call)?).ok_or_else(no_method)
}

/// The integration that the path names.
pub(crate) fn integration<'a>(api: &'a RestApi, call: &Call) -> Result<&'a Integration, ControlError> {
    method(api, call)?.method_integration.as_ref().ok_or_else(no_integration)
}

/// The integration that the path names, to be changed.
pub(crate) fn integration_mut<'a>(
    api: &'a mut RestApi,
    call: &Call,
) -> Result<&'a mut Integration, ControlError> {
    method_mut(api, call)?.method_integration.as_mut().ok_or_else(no_integration)
}

/// The status that the path names.
pub(crate) fn status_code(call: &Call) -> Result<&str, ControlError> {
    let violations: Vec<String> = status_code_violation(call).into_iter().collect();
    super::members::refuse(&violations)?;
    Ok(call.path("status_code"))
}

/// What is wrong with the status that the path names.
pub(crate) fn status_code_violation(call: &Call) -> Option<String> {
    let status = call.path("status_code");
    let is_status = matches!(status.as_bytes(), [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9']);
    let constraint = "Member must satisfy regular expression pattern: [1-5]\\d\\d";
    (!is_status).then(|| super::members::violation("statusCode", &format!("'{status}'"), constraint))
}

/// The integration response that the path names.
pub(crate) fn integration_response<'a>(
    api: &'a RestApi,
    call: &Call,
) -> Result<&'a IntegrationResponse, ControlError> {
    let responses = &integration(api, call)?.integration_responses;
    responses.get(call.path("status_code")).ok_or_else(no_response)
}

/// The method response that the path names.
pub(crate) fn method_response<'a>(api: &'a RestApi, call: &Call) -> Result<&'a MethodResponse, ControlError> {
    method(api, call)?.method_responses.get(call.path("status_code")).ok_or_else(no_response)
}

/// There is no deployment of this id.
pub(crate) fn no_deployment() -> ControlError {
    ControlError::not_found("Invalid Deployment identifier specified")
}

/// There is no stage of this name.
pub(crate) fn no_stage() -> ControlError {
    ControlError::not_found("Invalid stage identifier specified")
}

/// The stage that the path names.
pub(crate) fn stage<'a>(api: &'a RestApi, call: &Call) -> Result<&'a Stage, ControlError> {
    api.stages.get(call.path("stage_name")).ok_or_else(no_stage)
}
