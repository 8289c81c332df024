//! A stage's canary: a second deployment for a share of the requests. It is kept and shown, and gets no requests here.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html>

use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::edit::ApiEdit;
use crate::model::{CanarySettings, Stage};

/// Reads `canarySettings`.
pub(super) fn read(members: &mut Members) -> Result<Option<CanarySettings>, ControlError> {
    let Some(mut sent) = members.structure("canarySettings")? else { return Ok(None) };
    let canary = CanarySettings {
        percent_traffic: sent.double("percentTraffic")?.unwrap_or_default(),
        deployment_id: sent.text("deploymentId")?.filter(|id| !id.is_empty()),
        stage_variable_overrides: sent.text_map("stageVariableOverrides")?.unwrap_or_default(),
        use_stage_cache: sent.flag("useStageCache")?.unwrap_or_default(),
    };
    members.done(sent);
    Ok(Some(canary))
}

/// The stage's canary, made when there is none: of the stage's own deployment, and without requests.
pub(super) fn of(stage: &mut Stage) -> &mut CanarySettings {
    let deployment_id = Some(stage.deployment_id.clone());
    stage.canary_settings.get_or_insert_with(|| CanarySettings { deployment_id, ..CanarySettings::default() })
}

/// A stage and its canary show deployments that are there.
pub(super) fn check_deployment(edit: &ApiEdit, id: &str) -> Result<(), ControlError> {
    match edit.deployment(id) {
        Some(_) => Ok(()),
        None => Err(ControlError::bad_request("Deployment id does not exist")),
    }
}
