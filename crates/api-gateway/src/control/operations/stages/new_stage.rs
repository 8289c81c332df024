//! What a stage may be called, how many there may be, and how large its cache.

use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::gateway::is_stage_name;
use crate::limits::STAGES_MAX;
use crate::model::{RestApi, Stage};
use crate::stage_variables::{StageVariableProblem, check_stage_variables};

/// The words of `cacheClusterSize`: gigabytes.
pub(super) const CACHE_CLUSTER_SIZES: [(&str, &str); 8] = [
    ("0.5", "0.5"),
    ("1.6", "1.6"),
    ("6.1", "6.1"),
    ("13.5", "13.5"),
    ("28.4", "28.4"),
    ("58.2", "58.2"),
    ("118", "118"),
    ("237", "237"),
];

/// Reads `cacheClusterSize`.
pub(in crate::control::operations) fn cache_cluster_size(
    members: &mut Members,
) -> Result<Option<String>, ControlError> {
    Ok(members.word("cacheClusterSize", &CACHE_CLUSTER_SIZES)?.map(str::to_owned))
}

/// A stage's name is part of the invoke URL.
pub(in crate::control::operations) fn check_stage_name(name: &str) -> Result<(), ControlError> {
    if is_stage_name(name) {
        return Ok(());
    }
    Err(ControlError::bad_request("Stage name only allows a-zA-Z0-9_-"))
}

/// Whether the API may have one stage more.
pub(in crate::control::operations) fn check_room(api: &RestApi) -> Result<(), ControlError> {
    if api.stages.len() < STAGES_MAX {
        return Ok(());
    }
    Err(ControlError::limit_exceeded(
        "Maximum number of Stages for this API has been reached. Please contact AWS if you need additional Stages.",
    ))
}

/// Whether the stage and its canary may have their variables.
pub(in crate::control::operations) fn check_variables(stage: &Stage) -> Result<(), ControlError> {
    let overrides = stage.canary_settings.as_ref().map(|canary| &canary.stage_variable_overrides);
    for variables in [Some(&stage.variables), overrides].into_iter().flatten() {
        check_stage_variables(variables).map_err(|problem| match problem {
            StageVariableProblem::TooMany => ControlError::limit_exceeded(problem.to_string()),
            other => ControlError::bad_request(other.to_string()),
        })?;
    }
    Ok(())
}
