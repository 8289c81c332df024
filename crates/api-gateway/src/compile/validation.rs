//! What of a request is checked before it goes on: required parameters, and the payload's model.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>
//!
//! What must stay true: a method without a validator checks nothing.

use crate::model::{Deployment, Method};
use crate::schema::{Schema, SchemaError};

/// What a method's validator checks.
#[derive(Debug, Default)]
pub(crate) struct Validation {
    /// Headers first, then path parameters, then query parameters: the order in which missing ones are named.
    pub(crate) required: Vec<RequiredParameter>,
    /// By media type; `$default` is for all others.
    pub(crate) bodies: Vec<(String, Schema)>,
}

/// A parameter that must be there.
#[derive(Debug)]
pub(crate) enum RequiredParameter {
    Header(String),
    Path(String),
    QueryString(String),
}

/// The models that every API has from its birth; they take any payload.
const BUILT_IN_MODELS: [&str; 2] = ["Empty", "Error"];

impl Validation {
    pub(super) fn compile(method: &Method, deployment: &Deployment) -> Result<Self, SchemaError> {
        let validator =
            method.request_validator_id.as_ref().and_then(|id| deployment.request_validators.get(id));
        let Some(validator) = validator else { return Ok(Self::default()) };
        let mut out = Self::default();
        if validator.validate_request_parameters {
            out.required.extend(required(method, "header", RequiredParameter::Header));
            out.required.extend(required(method, "path", RequiredParameter::Path));
            out.required.extend(required(method, "querystring", RequiredParameter::QueryString));
        }
        if validator.validate_request_body {
            for (media_type, model) in &method.request_models {
                let is_known = deployment.models.contains_key(model);
                if is_known || !BUILT_IN_MODELS.contains(&model.as_str()) {
                    let schema = Schema::compile(model, &deployment.models)?;
                    out.bodies.push((media_type.to_ascii_lowercase(), schema));
                }
            }
        }
        Ok(out)
    }
}

fn required<'m>(
    method: &'m Method,
    location: &'m str,
    parameter: fn(String) -> RequiredParameter,
) -> impl Iterator<Item = RequiredParameter> + 'm {
    method.request_parameters.iter().filter(|(_, is_required)| **is_required).filter_map(move |(name, _)| {
        let name = name.strip_prefix("method.request.")?.strip_prefix(location)?.strip_prefix('.')?;
        Some(parameter(name.to_owned()))
    })
}

impl RequiredParameter {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Header(name) | Self::Path(name) | Self::QueryString(name) => name,
        }
    }
}
