//! CreateStage. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html>

use super::canary;
use super::new_stage::{cache_cluster_size, check_room, check_stage_name, check_variables};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::model::Stage;

pub(crate) fn create_stage(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let now_millis = call.now_millis();
    let mut stage = Stage {
        stage_name: members.required_text("stageName")?,
        deployment_id: members.required_text("deploymentId")?,
        description: members.text("description")?.filter(|text| !text.is_empty()),
        cache_cluster_enabled: members.flag("cacheClusterEnabled")?.unwrap_or_default(),
        cache_cluster_size: cache_cluster_size(&mut members)?,
        variables: members.text_map("variables")?.unwrap_or_default(),
        documentation_version: members.text("documentationVersion")?.filter(|version| !version.is_empty()),
        canary_settings: canary::read(&mut members)?,
        tracing_enabled: members.flag("tracingEnabled")?.unwrap_or_default(),
        tags: members.text_map("tags")?.unwrap_or_default(),
        created_millis: now_millis,
        last_updated_millis: now_millis,
        ..Stage::default()
    };
    members.finish()?;
    if stage.cache_cluster_enabled {
        stage.cache_cluster_size.get_or_insert_with(|| "0.5".to_owned());
    }
    call.edit_api(|edit| {
        check_stage_name(&stage.stage_name)?;
        if edit.api.stages.contains_key(&stage.stage_name) {
            return Err(ControlError::conflict("Stage already exists"));
        }
        check_room(&edit.api)?;
        check_variables(&stage)?;
        canary::check_deployment(edit, &stage.deployment_id)?;
        if let Some(canary) = &mut stage.canary_settings {
            let id = canary.deployment_id.get_or_insert_with(|| stage.deployment_id.clone());
            canary::check_deployment(edit, id)?;
        }
        let view = views::stage(&stage);
        edit.api.stages.insert(stage.stage_name.clone(), stage);
        Ok(Answer::Json(view))
    })
}
