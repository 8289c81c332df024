//! UpdateRestApi. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateRestApi.html>
//!
//! What must stay true: a replaced media type goes to the end of the list, as on AWS.

use serde_json::json;

use super::create_rest_api::{
    ENDPOINT_ACCESS_MODES, ENDPOINT_TYPES, IP_ADDRESS_TYPES, SECURITY_POLICIES, compression_size,
};
use crate::access::read_policy;
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::{ApiKeySource, EndpointConfiguration, RestApi};

#[derive(Debug, Clone, Copy)]
enum Kind {
    ApiKeySource,
    BinaryMediaType,
    Description,
    DisableExecuteApiEndpoint,
    EndpointAccessMode,
    EndpointType,
    IpAddressType,
    MinimumCompressionSize,
    Name,
    Policy,
    SecurityPolicy,
    Version,
    VpcEndpointIds,
    VpcEndpointId,
}

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/apiKeySource", ops: &[Op::Replace], kind: Kind::ApiKeySource },
        Rule {
            path: "/binaryMediaTypes/{type}",
            ops: &[Op::Add, Op::Remove, Op::Replace],
            kind: Kind::BinaryMediaType,
        },
        Rule { path: "/description", ops: &[Op::Replace, Op::Remove], kind: Kind::Description },
        Rule {
            path: "/disableExecuteApiEndpoint",
            ops: &[Op::Replace],
            kind: Kind::DisableExecuteApiEndpoint,
        },
        Rule { path: "/endpointAccessMode", ops: &[Op::Replace], kind: Kind::EndpointAccessMode },
        Rule { path: "/endpointConfiguration/types/{type}", ops: &[Op::Replace], kind: Kind::EndpointType },
        Rule { path: "/endpointConfiguration/ipAddressType", ops: &[Op::Replace], kind: Kind::IpAddressType },
        Rule {
            path: "/endpointConfiguration/vpcEndpointIds",
            ops: &[Op::Add, Op::Remove, Op::Replace],
            kind: Kind::VpcEndpointIds,
        },
        Rule {
            path: "/endpointConfiguration/vpcEndpointIds/{id}",
            ops: &[Op::Add, Op::Remove],
            kind: Kind::VpcEndpointId,
        },
        Rule { path: "/minimumCompressionSize", ops: &[Op::Replace], kind: Kind::MinimumCompressionSize },
        Rule { path: "/name", ops: &[Op::Replace], kind: Kind::Name },
        Rule { path: "/policy", ops: &[Op::Replace, Op::Remove], kind: Kind::Policy },
        Rule { path: "/securityPolicy", ops: &[Op::Replace], kind: Kind::SecurityPolicy },
        Rule { path: "/version", ops: &[Op::Replace, Op::Remove], kind: Kind::Version },
    ],
    refusal: Refusal::ByPath,
};

pub(crate) fn update_rest_api(call: &Call) -> Outcome {
    let operations = call.patch()?;
    call.edit_api(|edit| {
        for operation in &operations {
            apply(call, &mut edit.api, &TABLE.step(operation)?)?;
        }
        check_endpoint(&edit.api.endpoint_configuration)?;
        let mut view = views::rest_api(&edit.api);
        if view.get("tags").is_none() {
            view["tags"] = json!({});
        }
        Ok(Answer::Json(view))
    })
}

fn apply(call: &Call, api: &mut RestApi, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::ApiKeySource => {
            api.api_key_source = match step.text() {
                "HEADER" => ApiKeySource::Header,
                "AUTHORIZER" => ApiKeySource::Authorizer,
                _ => return Err(step.invalid_value()),
            };
        }
        Kind::BinaryMediaType => change_media_type(api, step)?,
        Kind::Description => api.description = step.text_or_none(),
        Kind::DisableExecuteApiEndpoint => api.disable_execute_api_endpoint = step.flag(),
        Kind::EndpointAccessMode => {
            one_of(step, &ENDPOINT_ACCESS_MODES.map(|(word, _)| word))?;
            api.endpoint_access_mode = step.text_or_none();
        }
        Kind::EndpointType => change_endpoint_type(&mut api.endpoint_configuration, step)?,
        Kind::IpAddressType => {
            one_of(step, &IP_ADDRESS_TYPES.map(|(word, _)| word))?;
            api.endpoint_configuration.ip_address_type = step.text_or_none();
        }
        Kind::MinimumCompressionSize => {
            // What is not a number is outside the bounds, and told so.
            let size = (!step.text().is_empty()).then(|| step.text().parse().unwrap_or(-1));
            api.minimum_compression_size = compression_size(size)?;
        }
        Kind::Name if step.text().is_empty() => {
            return Err(ControlError::bad_request("REST API name must be non-empty"));
        }
        Kind::Name => step.text().clone_into(&mut api.name),
        Kind::Policy => {
            api.policy = step.text_or_none();
            check_policy(call, &api.id, api.policy.as_deref())?;
        }
        Kind::SecurityPolicy => {
            api.security_policy = step.word_or_none(&SECURITY_POLICIES)?.map(str::to_owned);
        }
        Kind::Version => api.version = step.text_or_none(),
        Kind::VpcEndpointIds | Kind::VpcEndpointId => {
            change_vpc_endpoints(&mut api.endpoint_configuration, step);
        }
    }
    Ok(())
}

fn one_of(step: &Step<'_, Kind>, words: &[&str]) -> Result<(), ControlError> {
    if words.contains(&step.text()) { Ok(()) } else { Err(step.invalid_value()) }
}

fn change_media_type(api: &mut RestApi, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    let types = &mut api.binary_media_types;
    let known = types.iter().position(|known| known == step.name());
    match (step.op, known) {
        (Op::Add, None) => types.push(step.name().to_owned()),
        (Op::Add, Some(_)) => {}
        (_, None) => {
            let text = format!("Invalid binary media type specified: {}", step.name());
            return Err(ControlError::not_found(text));
        }
        (Op::Remove, Some(index)) => {
            types.remove(index);
        }
        (_, Some(index)) => {
            types.remove(index);
            types.push(step.text().to_owned());
        }
    }
    Ok(())
}

/// The path names the type that is replaced, or its place in the list.
fn change_endpoint_type(
    configuration: &mut EndpointConfiguration,
    step: &Step<'_, Kind>,
) -> Result<(), ControlError> {
    one_of(step, &ENDPOINT_TYPES)?;
    let named = |(index, known): (usize, &String)| known == step.name() || index.to_string() == step.name();
    let Some(index) = configuration.types.iter().enumerate().position(named) else {
        let text = format!("Invalid endpoint type specified: {}", step.name());
        return Err(ControlError::bad_request(text));
    };
    if let Some(kind) = configuration.types.get_mut(index) {
        step.text().clone_into(kind);
    }
    Ok(())
}

fn change_vpc_endpoints(configuration: &mut EndpointConfiguration, step: &Step<'_, Kind>) {
    let ids = &mut configuration.vpc_endpoint_ids;
    let id = step.value.unwrap_or_else(|| step.name());
    match step.op {
        Op::Remove => ids.retain(|known| known != id),
        Op::Replace => *ids = id.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        _ if ids.iter().any(|known| known == id) => {}
        _ => ids.push(id.to_owned()),
    }
}

/// An API has one endpoint type.
pub(super) fn check_endpoint(configuration: &EndpointConfiguration) -> Result<(), ControlError> {
    if configuration.types.len() > 1 {
        return Err(ControlError::bad_request("Cannot create an api with multiple Endpoint Types."));
    }
    Ok(())
}

/// A policy has to be one that can be enforced when a method is called.
pub(in crate::control::operations) fn check_policy(
    call: &Call,
    api_id: &str,
    policy: Option<&str>,
) -> Result<(), ControlError> {
    let Some(Err(problem)) = policy.map(|policy| read_policy(api_id, policy)) else { return Ok(()) };
    let refusal = ControlError::bad_request(
        "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
    );
    let explains = call.gateway.0.environment.explains_errors;
    Err(if explains { refusal.because(&problem.to_string()) } else { refusal })
}
