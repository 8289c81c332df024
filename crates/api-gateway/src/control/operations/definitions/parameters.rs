//! What ImportRestApi and PutRestApi have in common: their parameters, and reading the definition.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-errors-warnings.html>
//!
//! What must stay true: the message is Amazon's own; line and column are told beside it, in a header.

use serde_json::{Value, json};

use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::{refuse, violation};
use crate::import::{BasePath, Checking, Definition, ImportMode, ImportOptions, ImportProblem, Parsed};
use crate::model::EndpointConfiguration;

/// What becomes of what the API has already.
pub(crate) fn import_mode(call: &Call) -> Result<ImportMode, ControlError> {
    match call.query("mode").unwrap_or_default() {
        "" | "merge" => Ok(ImportMode::Merge),
        "overwrite" => Ok(ImportMode::Overwrite),
        other => {
            let constraint = "Member must satisfy enum value set: [merge, overwrite]";
            refuse(&[violation("mode", &format!("'{other}'"), constraint)])?;
            Ok(ImportMode::Merge)
        }
    }
}

/// Reads the body as a definition.
pub(crate) fn definition(call: &Call) -> Result<Parsed, ControlError> {
    let base_path = match call.query("basepath").filter(|text| !text.is_empty()) {
        None => BasePath::default(),
        Some(text) => text.parse().map_err(|error| ControlError::bad_request(format!("{error}")))?,
    };
    let options = ImportOptions { checking: Checking::Lenient, base_path };
    let Ok(text) = std::str::from_utf8(&call.body) else {
        return Err(refusal(call, &ImportProblem::Syntax("the body is not UTF-8".to_owned()), None));
    };
    let parsed = Definition { text, file_name: "body" }.parse_with(options);
    let parsed = parsed.map_err(|error| refusal(call, &error.problem, Some(error.to_string())))?;
    super::checks::check(call, &parsed)?;
    let warnings = warnings(&parsed);
    if call.query("failonwarnings") == Some("true") && !warnings.is_empty() {
        let text = format!("Warnings found during import:\n\t{}", warnings.join("\n\t"));
        return Err(ControlError::bad_request(text));
    }
    for warning in &parsed.warnings {
        tracing::info!("{}", warning.in_file("imported definition"));
    }
    Ok(parsed)
}

/// Amazon's refusal of a definition; `cause` is our own, with its place.
pub(super) fn refusal(call: &Call, problem: &ImportProblem, cause: Option<String>) -> ControlError {
    let refusal = ControlError::bad_request(problem.amazon_message());
    let cause = cause.unwrap_or_else(|| problem.to_string());
    if call.gateway.0.environment.explains_errors { refusal.because(&cause) } else { refusal }
}

/// The warnings that Amazon API Gateway gives.
pub(super) fn warnings(parsed: &Parsed) -> Vec<String> {
    let given = parsed.warnings.iter().filter(|warning| warning.is_given_by_aws);
    given.map(|warning| warning.message.clone()).collect()
}

/// The answer with the warnings in it, when there are any.
pub(super) fn with_warnings(mut view: Value, warnings: &[String]) -> Value {
    if !warnings.is_empty() {
        view["warnings"] = json!(warnings);
    }
    view
}

/// Takes over `endpointConfigurationTypes`.
pub(super) fn set_endpoint_types(
    call: &Call,
    configuration: &mut EndpointConfiguration,
) -> Result<(), ControlError> {
    let types: Vec<String> = call.query_all("endpointConfigurationTypes").map(str::to_owned).collect();
    match types.as_slice() {
        [] => return Ok(()),
        [kind] if ["EDGE", "REGIONAL", "PRIVATE"].contains(&kind.as_str()) => {}
        [kind] => return Err(ControlError::bad_request(format!("Invalid endpoint type specified: {kind}"))),
        _ => return Err(ControlError::bad_request("Cannot create an api with multiple Endpoint Types.")),
    }
    let is_private = types == ["PRIVATE"];
    if is_private && configuration.ip_address_type.as_deref() == Some("ipv4") {
        configuration.ip_address_type = Some("dualstack".to_owned());
    }
    configuration.types = types;
    Ok(())
}
