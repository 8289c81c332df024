//! GetExport. <https://docs.aws.amazon.com/apigateway/latest/api/API_GetExport.html>
//!
//! What must stay true: what is exported is what the stage shows, not what has been edited since.

use std::sync::PoisonError;

use bytes::Bytes;
use http::header::ACCEPT;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::routing::Outcome;
use crate::export::{ExportExtensions, ExportFormat, ExportOptions, ExportSyntax, export};
use crate::model::{Deployment, RestApi};

pub(crate) fn get_export(call: &Call) -> Outcome {
    let kind = call.path("export_type");
    let format = ExportFormat::of(kind).ok_or_else(|| {
        ControlError::bad_request(format!("Invalid export type specified: {kind}. Use oas30 or swagger"))
    })?;
    let extensions = ExportExtensions::parse(call.query("extensions").unwrap_or_default())
        .map_err(|error| ControlError::bad_request(error.to_string()))?;
    let accept = call.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let syntax = ExportSyntax::of_accept(accept);
    let stage_name = call.path("stage_name");
    let mut api = shown_by_stage(call, stage_name)?;
    let version = api.version.take().unwrap_or_else(|| date(api.created_millis));
    api.version = Some(version.clone());
    let options = ExportOptions { format, syntax, extensions, stage_name, region: &call.region };
    let bytes = Bytes::from(export(&api, options));
    let file_name = format!("{}_{version}.{}", format.as_str(), syntax.as_str()).replace(['"', '\\'], "_");
    Ok(Answer::File { content_type: "application/octet-stream", file_name, bytes })
}

/// The API as the stage shows it.
fn shown_by_stage(call: &Call, stage_name: &str) -> Result<RestApi, ControlError> {
    let api = call.rest_api()?;
    let no_stage = || ControlError::not_found("Invalid stage identifier specified");
    let stage = api.stages.get(stage_name).ok_or_else(no_stage)?;
    let apis = call.gateway.0.apis.read().unwrap_or_else(PoisonError::into_inner);
    let deployment = apis.get(&api.id).and_then(|state| state.deployments.get(&stage.deployment_id));
    let deployment: &Deployment = deployment.ok_or_else(no_stage)?;
    Ok(RestApi {
        resources: deployment.resources.clone(),
        gateway_responses: deployment.gateway_responses.clone(),
        models: deployment.models.clone(),
        request_validators: deployment.request_validators.clone(),
        binary_media_types: deployment.binary_media_types.clone(),
        minimum_compression_size: deployment.minimum_compression_size,
        api_key_source: deployment.api_key_source,
        policy: deployment.policy.clone(),
        ..RestApi::clone(&api)
    })
}

/// The version of an API that has none: when it was made.
fn date(millis: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000))
        .ok()
        .and_then(|date| date.format(format).ok())
        .unwrap_or_default()
}
