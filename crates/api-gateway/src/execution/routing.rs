//! Routing: which method of which resource a request is for.
//!
//! What must stay true: a path without a resource and a resource without the verb answer alike, 403 Missing Authentication Token.

use std::sync::Arc;

use http::Method;

use super::GatewayError;
use crate::compile::{DeployedMethod, DeployedStage};
use crate::invoke_url::InvokeUrl;
use crate::model::{GatewayResponseType, HttpVerb};

/// The method, and the path parameters that led to it.
pub(super) struct Routed {
    pub(super) method: Arc<DeployedMethod>,
    pub(super) path_parameters: Vec<(String, String)>,
}

pub(super) fn route(stage: &DeployedStage, url: &InvokeUrl, verb: &Method) -> Result<Routed, GatewayError> {
    let not_found = |what: &str| {
        let cause = format!("{what} for {verb} {} in stage '{}'", url.path, stage.stage_name);
        GatewayError::of(GatewayResponseType::MissingAuthenticationToken).with_cause(cause)
    };
    let matched = stage.router.find(&url.path).ok_or_else(|| not_found("no resource"))?;
    let methods = matched.resource;
    let method = methods
        .iter()
        .find(|(known, _)| known.as_str() == verb.as_str())
        .or_else(|| methods.iter().find(|(known, _)| *known == HttpVerb::Any))
        .ok_or_else(|| not_found("no method"))?;
    Ok(Routed { method: Arc::clone(&method.1), path_parameters: matched.parameters })
}
