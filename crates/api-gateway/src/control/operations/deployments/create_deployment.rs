//! CreateDeployment: a copy of the API as it is, and the stage that shows it. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html>

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::control::operations::stages::{check_room, check_stage_name, check_variables};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::limits::DEPLOYMENTS_MAX;
use crate::model::{CanarySettings, Deployment, RESOURCE_ID_CHARS, RestApi, Stage, new_id};
use indexmap::IndexMap;

/// What the request says about the stage.
struct StageInput {
    description: Option<String>,
    variables: Option<IndexMap<String, String>>,
    cache_cluster_enabled: Option<bool>,
    cache_cluster_size: Option<String>,
    tracing_enabled: Option<bool>,
    canary: Option<CanarySettings>,
}

pub(crate) fn create_deployment(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let stage_name = members.text("stageName")?.filter(|name| !name.is_empty());
    let description = members.text("description")?.filter(|text| !text.is_empty());
    let input = StageInput {
        description: members.text("stageDescription")?.filter(|text| !text.is_empty()),
        variables: members.text_map("variables")?,
        cache_cluster_enabled: members.flag("cacheClusterEnabled")?,
        cache_cluster_size: super::super::stages::cache_cluster_size(&mut members)?,
        tracing_enabled: members.flag("tracingEnabled")?,
        canary: canary(&mut members)?,
    };
    members.finish()?;
    let now_millis = call.now_millis();
    call.edit_api(|edit| {
        check_deployable(&edit.api)?;
        if edit.deployment_count() >= DEPLOYMENTS_MAX {
            return Err(ControlError::limit_exceeded(format!(
                "Maximum number of Deployments for this API has been reached: {DEPLOYMENTS_MAX}. Delete old ones that no stage shows"
            )));
        }
        let deployment = Deployment::of(&edit.api, new_id(RESOURCE_ID_CHARS), description, now_millis);
        if input.canary.is_some() {
            check_canary_stage(&edit.api, stage_name.as_deref())?;
        }
        if let Some(name) = &stage_name {
            show(&mut edit.api, name, &deployment.id, &input, now_millis)?;
        }
        let view = views::deployment(&deployment, false);
        edit.put_deployment(deployment);
        Ok(Answer::Json(view))
    })
}

fn canary(members: &mut Members) -> Result<Option<CanarySettings>, ControlError> {
    let Some(mut sent) = members.structure("canarySettings")? else { return Ok(None) };
    let canary = CanarySettings {
        percent_traffic: sent.double("percentTraffic")?.unwrap_or_default(),
        deployment_id: None,
        stage_variable_overrides: sent.text_map("stageVariableOverrides")?.unwrap_or_default(),
        use_stage_cache: sent.flag("useStageCache")?.unwrap_or_default(),
    };
    members.done(sent);
    Ok(Some(canary))
}

/// An API is deployed when it has methods and each has an integration; whether they can run shows when they are called.
fn check_deployable(api: &RestApi) -> Result<(), ControlError> {
    let mut methods =
        api.resources.values().flat_map(|resource| resource.resource_methods.values()).peekable();
    if methods.peek().is_none() {
        return Err(ControlError::bad_request("The REST API doesn't contain any methods"));
    }
    if methods.any(|method| method.method_integration.is_none()) {
        return Err(ControlError::bad_request("No integration defined for method"));
    }
    Ok(())
}

fn check_canary_stage(api: &RestApi, stage_name: Option<&str>) -> Result<(), ControlError> {
    let text = match stage_name {
        None => {
            "Non null and non empty stageName must be provided for canary deployment. Provided value is null"
                .to_owned()
        }
        Some(name) if !api.stages.contains_key(name) => {
            format!("Stage {name} must already be created before making a canary release deployment")
        }
        Some(_) => return Ok(()),
    };
    Err(ControlError::bad_request(format!("Invalid deployment content specified.{text}")))
}

/// Makes the stage, or moves it; a canary deployment leaves it where it is.
fn show(
    api: &mut RestApi,
    name: &str,
    deployment_id: &str,
    input: &StageInput,
    now_millis: i64,
) -> Result<(), ControlError> {
    if !api.stages.contains_key(name) {
        check_stage_name(name)?;
        check_room(api)?;
        let stage = Stage {
            stage_name: name.to_owned(),
            deployment_id: deployment_id.to_owned(),
            created_millis: now_millis,
            ..Stage::default()
        };
        api.stages.insert(name.to_owned(), stage);
    }
    let Some(stage) = api.stages.get_mut(name) else { return Ok(()) };
    stage.last_updated_millis = now_millis;
    if let Some(canary) = &input.canary {
        let deployment_id = Some(deployment_id.to_owned());
        stage.canary_settings = Some(CanarySettings { deployment_id, ..canary.clone() });
    } else {
        deployment_id.clone_into(&mut stage.deployment_id);
    }
    if input.description.is_some() {
        stage.description.clone_from(&input.description);
    }
    if let Some(variables) = &input.variables {
        stage.variables.clone_from(variables);
    }
    stage.tracing_enabled = input.tracing_enabled.unwrap_or(stage.tracing_enabled);
    stage.cache_cluster_enabled = input.cache_cluster_enabled.unwrap_or(stage.cache_cluster_enabled);
    if input.cache_cluster_size.is_some() {
        stage.cache_cluster_size.clone_from(&input.cache_cluster_size);
    }
    check_variables(stage)
}
