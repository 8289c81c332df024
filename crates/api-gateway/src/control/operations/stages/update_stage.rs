//! UpdateStage. <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html>

use super::canary;
use super::method_setting;
use super::new_stage::{CACHE_CLUSTER_SIZES, check_variables};
use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::lookup::no_stage;
use crate::control::patch::{Op, PatchOperation, PatchTable, Refusal, Rule, Step};
use crate::control::routing::Outcome;
use crate::control::views;
use crate::edit::ApiEdit;
use crate::model::{AccessLogSettings, Stage};

#[derive(Debug, Clone, Copy)]
enum Kind {
    AccessLog,
    AccessLogDestination,
    AccessLogFormat,
    CacheClusterEnabled,
    CacheClusterSize,
    Canary,
    CanaryDeploymentId,
    CanaryPercentTraffic,
    CanaryUseStageCache,
    CanaryVariable,
    ClientCertificateId,
    DeploymentId,
    Description,
    DocumentationVersion,
    TracingEnabled,
    Variable,
    Variables,
}

const VALUE: &[Op] = &[Op::Replace, Op::Remove];
const SET: &[Op] = &[Op::Add, Op::Replace];
const ENTRY: &[Op] = &[Op::Add, Op::Replace, Op::Remove];

const TABLE: PatchTable<Kind> = PatchTable {
    rules: &[
        Rule { path: "/accessLogSettings", ops: &[Op::Remove], kind: Kind::AccessLog },
        Rule { path: "/accessLogSettings/destinationArn", ops: SET, kind: Kind::AccessLogDestination },
        Rule { path: "/accessLogSettings/format", ops: SET, kind: Kind::AccessLogFormat },
        Rule { path: "/cacheClusterEnabled", ops: &[Op::Replace], kind: Kind::CacheClusterEnabled },
        Rule { path: "/cacheClusterSize", ops: &[Op::Replace], kind: Kind::CacheClusterSize },
        Rule { path: "/canarySettings", ops: &[Op::Remove], kind: Kind::Canary },
        Rule { path: "/canarySettings/deploymentId", ops: SET, kind: Kind::CanaryDeploymentId },
        Rule { path: "/canarySettings/percentTraffic", ops: SET, kind: Kind::CanaryPercentTraffic },
        Rule {
            path: "/canarySettings/stageVariableOverrides/{name}",
            ops: ENTRY,
            kind: Kind::CanaryVariable,
        },
        Rule { path: "/canarySettings/useStageCache", ops: SET, kind: Kind::CanaryUseStageCache },
        Rule { path: "/clientCertificateId", ops: VALUE, kind: Kind::ClientCertificateId },
        Rule { path: "/deploymentId", ops: &[Op::Replace, Op::Copy], kind: Kind::DeploymentId },
        Rule { path: "/description", ops: VALUE, kind: Kind::Description },
        Rule { path: "/documentationVersion", ops: VALUE, kind: Kind::DocumentationVersion },
        Rule { path: "/tracingEnabled", ops: &[Op::Replace], kind: Kind::TracingEnabled },
        Rule { path: "/variables", ops: &[Op::Copy], kind: Kind::Variables },
        Rule { path: "/variables/{name}", ops: ENTRY, kind: Kind::Variable },
    ],
    refusal: Refusal::ByPaths,
};

/// The paths as AWS tells them, with its missing commas.
const TOLD_PATHS: &str = "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled";

pub(crate) fn update_stage(call: &Call) -> Outcome {
    let operations = call.patch()?;
    let now_millis = call.now_millis();
    call.edit_api(|edit| {
        let name = call.path("stage_name");
        let mut stage = edit.api.stages.get(name).ok_or_else(no_stage)?.clone();
        for operation in &operations {
            apply(edit, &mut stage, operation)?;
        }
        check_variables(&stage)?;
        if let Some(id) = &stage.client_certificate_id
            && !call.gateway.account().client_certificates.contains_key(id)
        {
            return Err(ControlError::bad_request("Invalid Client Certificate ID specified"));
        }
        stage.last_updated_millis = now_millis;
        let view = views::stage(&stage);
        edit.api.stages.insert(name.to_owned(), stage);
        Ok(Answer::Json(view))
    })
}

fn apply(edit: &ApiEdit, stage: &mut Stage, operation: &PatchOperation) -> Result<(), ControlError> {
    if let Ok(step) = TABLE.step(operation) {
        return apply_step(edit, stage, &step);
    }
    let PatchOperation { op, path, .. } = operation;
    if *op == Op::Remove {
        // What is left to remove is the settings of a method.
        let key = method_setting::key_of(path).filter(|key| stage.method_settings.contains_key(key));
        let Some(key) = key else {
            let told = path.trim_start_matches('/');
            return Err(ControlError::bad_request(format!(
                "Cannot remove method setting {told} because there is no method setting for this method "
            )));
        };
        stage.method_settings.shift_remove(&key);
        return Ok(());
    }
    match method_setting::parse(path) {
        Some((key, name)) if matches!(op, Op::Add | Op::Replace) => {
            method_setting::set(stage.method_settings.entry(key).or_default(), name, operation)
        }
        _ => Err(ControlError::bad_request(format!(
            "Invalid method setting path: {path}. Must be one of: [{TOLD_PATHS}]"
        ))),
    }
}

fn apply_step(edit: &ApiEdit, stage: &mut Stage, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::AccessLog => stage.access_log_settings = None,
        Kind::AccessLogDestination => access_log(stage).destination_arn = step.text_or_none(),
        Kind::AccessLogFormat => access_log(stage).format = step.text_or_none(),
        Kind::CacheClusterEnabled => {
            stage.cache_cluster_enabled = step.flag();
            if stage.cache_cluster_enabled {
                stage.cache_cluster_size.get_or_insert_with(|| "0.5".to_owned());
            }
        }
        Kind::CacheClusterSize => {
            stage.cache_cluster_size = step.word_or_none(&CACHE_CLUSTER_SIZES)?.map(str::to_owned);
        }
        Kind::Canary
        | Kind::CanaryDeploymentId
        | Kind::CanaryPercentTraffic
        | Kind::CanaryUseStageCache
        | Kind::CanaryVariable => apply_canary(edit, stage, step)?,
        Kind::ClientCertificateId => stage.client_certificate_id = step.text_or_none(),
        Kind::DeploymentId if step.op == Op::Copy => {
            let promoted = stage.canary_settings.as_ref().and_then(|canary| canary.deployment_id.clone());
            stage.deployment_id = promoted
                .filter(|_| step.from == Some("/canarySettings/deploymentId"))
                .ok_or_else(invalid_copy)?;
        }
        Kind::DeploymentId => {
            canary::check_deployment(edit, step.text())?;
            step.text().clone_into(&mut stage.deployment_id);
        }
        Kind::Description => stage.description = step.text_or_none(),
        Kind::DocumentationVersion => stage.documentation_version = step.text_or_none(),
        Kind::TracingEnabled => stage.tracing_enabled = step.flag(),
        Kind::Variables => {
            let overrides = stage.canary_settings.as_ref().map(|canary| &canary.stage_variable_overrides);
            let overrides = overrides
                .filter(|_| step.from == Some("/canarySettings/stageVariableOverrides"))
                .ok_or_else(invalid_copy)?;
            stage.variables.extend(overrides.clone());
        }
        Kind::Variable if step.op == Op::Remove => {
            stage.variables.shift_remove(step.name());
        }
        Kind::Variable => {
            stage.variables.insert(step.name().to_owned(), step.text().to_owned());
        }
    }
    Ok(())
}

fn apply_canary(edit: &ApiEdit, stage: &mut Stage, step: &Step<'_, Kind>) -> Result<(), ControlError> {
    match step.kind {
        Kind::CanaryDeploymentId => {
            canary::check_deployment(edit, step.text())?;
            canary::of(stage).deployment_id = step.text_or_none();
        }
        Kind::CanaryPercentTraffic => {
            let percent: f64 = step.number()?;
            if !(0.0..=100.0).contains(&percent) {
                return Err(step.invalid_value());
            }
            canary::of(stage).percent_traffic = percent;
        }
        Kind::CanaryUseStageCache => canary::of(stage).use_stage_cache = step.flag(),
        Kind::CanaryVariable if step.op == Op::Remove => {
            canary::of(stage).stage_variable_overrides.shift_remove(step.name());
        }
        Kind::CanaryVariable => {
            let overrides = &mut canary::of(stage).stage_variable_overrides;
            overrides.insert(step.name().to_owned(), step.text().to_owned());
        }
        _ => stage.canary_settings = None,
    }
    Ok(())
}

fn access_log(stage: &mut Stage) -> &mut AccessLogSettings {
    stage.access_log_settings.get_or_insert_default()
}

fn invalid_copy() -> ControlError {
    ControlError::bad_request("Invalid copy operation with path: /canarySettings")
}
