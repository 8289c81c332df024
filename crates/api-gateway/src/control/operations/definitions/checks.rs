//! What AWS's importer refuses of methods: what PutMethod, PutIntegration and their neighbours refuse, told with its place.
//!
//! What must stay true: who may not have API Gateway act as a role may not import a definition that names it; a resource policy that
//! cannot be enforced is not imported.

use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::mappings;
use crate::control::operations::authorizers::check_credentials;
use crate::control::operations::integrations::checks;
use crate::control::operations::rest_apis::check_policy;
use crate::import::Parsed;
use crate::model::{HttpVerb, Integration, Method, MethodResponse};

/// Refuses the definition when AWS would refuse one of its methods.
pub(super) fn check(call: &Call, parsed: &Parsed) -> Result<(), ControlError> {
    check_policy(call, "", parsed.policy.as_deref())?;
    for authorizer in parsed.authorizers.values() {
        check_credentials(call, authorizer)?;
    }
    for (path, methods) in &parsed.paths {
        for (verb, method) in methods {
            check_method(path, *verb, method)?;
            if let Some(integration) = &method.method_integration {
                checks::check_credentials(call, integration)?;
            }
        }
    }
    Ok(())
}

fn check_method(path: &str, verb: HttpVerb, method: &Method) -> Result<(), ControlError> {
    let told = |what: &str, result: Result<(), ControlError>| {
        result.map_err(|error| {
            ControlError::bad_request(format!("Errors found during import:\n\t{what}: {}", error.message))
        })
    };
    let unable = format!("Unable to put method '{verb}' on resource at path '{path}'");
    told(&unable, mappings::check_method_parameters(&method.request_parameters))?;
    let unable = format!("Unable to put method response on '{verb}' for resource at path '{path}'");
    for response in method.method_responses.values() {
        told(&unable, mappings::check_method_response_parameters(&response.response_parameters))?;
    }
    let Some(integration) = &method.method_integration else { return Ok(()) };
    let unable = format!("Unable to put integration on '{verb}' for resource at path '{path}'");
    told(&unable, check_integration(integration, method))?;
    let unable = format!("Unable to put integration response on '{verb}' for resource at path '{path}'");
    let undeclared = MethodResponse::default();
    for (status, response) in &integration.integration_responses {
        let declared = method.method_responses.get(status).unwrap_or(&undeclared);
        told(&unable, mappings::check_response_parameters(&response.response_parameters, declared))?;
        told(&unable, mappings::check_templates(&response.response_templates))?;
    }
    Ok(())
}

fn check_integration(integration: &Integration, method: &Method) -> Result<(), ControlError> {
    let millis = integration.timeout_in_millis.map(|millis| i64::try_from(millis).unwrap_or(i64::MAX));
    checks::timeout(millis)?;
    checks::check(integration, method)
}
