//! The throttles of single methods in an UpdateUsagePlan: `/apiStages/{api-id}:{stage}/throttle...`.
//! <https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateUsagePlan-Patch>
//!
//! What must stay true: a method is found under one name, `/{path}/{verb}`, whether its slashes come as they are or as `~1`.

use indexmap::IndexMap;

use crate::control::error::ControlError;
use crate::control::patch::{Op, PatchOperation, unescaped};
use crate::model::{ThrottleSettings, UsagePlan};

/// Does what an operation says of a stage of the plan; `false` when it is about something else.
pub(super) fn apply(plan: &mut UsagePlan, operation: &PatchOperation) -> Result<bool, ControlError> {
    let Some(rest) = operation.path.strip_prefix("/apiStages/") else { return Ok(false) };
    let (named, below) = rest.split_once('/').unwrap_or((rest, ""));
    let named = unescaped(named);
    let stage = named.split_once(':').and_then(|(api_id, name)| {
        let mut stages = plan.api_stages.iter_mut();
        stages.find(|known| known.api_id.as_deref() == Some(api_id) && known.stage.as_deref() == Some(name))
    });
    let stage = stage
        .ok_or_else(|| ControlError::not_found(format!("API Stage {named} is not in the usage plan")))?;
    let refused = || {
        let PatchOperation { op, path, .. } = operation;
        let paths = "/apiStages/{apiId:stage}/throttle, /apiStages/{apiId:stage}/throttle/{path}/{verb}, and rateLimit and burstLimit below that";
        ControlError::bad_request(format!(
            "Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{paths}]"
        ))
    };
    let value = operation.value.as_deref().unwrap_or_default();
    let below = below.strip_prefix("throttle").ok_or_else(refused)?;
    if below.is_empty() {
        match operation.op {
            Op::Remove => stage.throttle.clear(),
            Op::Add | Op::Replace => stage.throttle = all_methods(value)?,
            _ => return Err(refused()),
        }
        return Ok(true);
    }
    let below = below.strip_prefix('/').ok_or_else(refused)?;
    let field = ["/rateLimit", "/burstLimit"].into_iter().find(|field| below.ends_with(field));
    let method =
        method_name(below.strip_suffix(field.unwrap_or_default()).unwrap_or(below)).ok_or_else(refused)?;
    let invalid = || {
        ControlError::bad_request(format!(
            "Invalid patch value '{value}' specified for path '{}'",
            operation.path
        ))
    };
    match (operation.op, field) {
        (Op::Remove, None) => {
            let known = stage.throttle.shift_remove(&method);
            known.ok_or_else(|| {
                ControlError::not_found(format!("Method {method} is not throttled in the usage plan"))
            })?;
        }
        (Op::Add | Op::Replace, None) => {
            let settings: ThrottleSettings = serde_json::from_str(value).map_err(|_| invalid())?;
            stage.throttle.insert(method, settings);
        }
        (Op::Add | Op::Replace, Some("/rateLimit")) => {
            stage.throttle.entry(method).or_default().rate_limit = value.parse().map_err(|_| invalid())?;
        }
        (Op::Add | Op::Replace, Some(_)) => {
            stage.throttle.entry(method).or_default().burst_limit = value.parse().map_err(|_| invalid())?;
        }
        _ => return Err(refused()),
    }
    Ok(true)
}

/// `{"/pets/GET": {"rateLimit": 1, "burstLimit": 2}}`.
fn all_methods(json: &str) -> Result<IndexMap<String, ThrottleSettings>, ControlError> {
    let methods: IndexMap<String, ThrottleSettings> = serde_json::from_str(json).map_err(|error| {
        ControlError::bad_request(format!("The throttle of an API Stage is not a map of methods: {error}"))
    })?;
    let named = methods.into_iter().map(|(method, settings)| {
        let name = method_name(&method).ok_or_else(|| {
            ControlError::bad_request(format!("'{method}' is not a method; write /PATH/VERB"))
        })?;
        Ok((name, settings))
    });
    named.collect()
}

/// `/{path}/{verb}`, in one spelling.
fn method_name(text: &str) -> Option<String> {
    let unescaped = unescaped(text);
    let (path, verb) = unescaped.rsplit_once('/').unwrap_or(("", &unescaped));
    let verb: crate::model::HttpVerb = verb.parse().ok()?;
    Some(format!("/{}/{verb}", path.trim_matches('/')).replace("//", "/"))
}
