//! Routing: which method of which resource a request is for.
//!
//! What must stay true: a path without a resource and a resource without the verb answer alike, 403 Missing Authentication Token.

use super::GatewayError;
use super::arrival::Arrival;
use crate::compile::DeployedMethod;
use crate::model::{GatewayResponseType, HttpVerb};

/// The method, and the path parameters that led to it.
pub(super) struct Routed<'a> {
    pub(super) method: &'a DeployedMethod,
    pub(super) path_parameters: Vec<(String, String)>,
}

pub(super) fn route<'a>(arrival: &Arrival<'a>) -> Result<Routed<'a>, GatewayError> {
    let (stage, path, verb) = (arrival.stage, &arrival.url.path, &arrival.parts.method);
    let not_found = |what: &str| {
        let cause = format!("{what} for {verb} {path} in stage '{}'", stage.stage_name);
        GatewayError::of(GatewayResponseType::MissingAuthenticationToken).with_cause(cause)
    };
    let matched = stage.router.find(path).ok_or_else(|| not_found("no resource"))?;
    let methods = matched.resource;
    // ANY is any verb of API Gateway: policies name verbs as they are written, and `get` is no GET to them.
    let wanted = verb.as_str().parse().ok().filter(|verb| *verb != HttpVerb::Any);
    let wanted: HttpVerb = wanted.ok_or_else(|| not_found("no such verb"))?;
    let (_, method) = methods
        .iter()
        .find(|(known, _)| *known == wanted)
        .or_else(|| methods.iter().find(|(known, _)| *known == HttpVerb::Any))
        .ok_or_else(|| not_found("no method"))?;
    Ok(Routed { method, path_parameters: matched.parameters })
}
