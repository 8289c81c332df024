//! A stage as callers reach it: a deployment compiled with the stage's variables.
//!
//! What must stay true: it is immutable and shared; a new deployment or new variables make a new one.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::access_log_format::AccessLogFormat;
use super::binary_media_types::BinaryMediaTypes;
use super::method::{DeployedMethod, compile_method};
use super::problem::MethodProblem;
use super::router::Router;
use crate::access::StageAccess;
use crate::model::{Deployment, GatewayResponse, GatewayResponseType, HttpVerb, Stage};

/// What answers below one stage.
pub(crate) struct DeployedStage {
    pub(crate) api_id: String,
    pub(crate) stage_name: String,
    pub(crate) deployment_id: String,
    pub(crate) variables: IndexMap<String, String>,
    pub(crate) router: Router<Vec<(HttpVerb, Arc<DeployedMethod>)>>,
    /// How each request is logged; `None` when it is not.
    pub(crate) access_log: Option<AccessLogFormat>,
    /// What of payloads is bytes.
    pub(crate) binary_media_types: BinaryMediaTypes,
    /// The smallest answer that is compressed, in bytes; with one, compressed requests are taken as well.
    pub(crate) minimum_compression_size: Option<usize>,
    pub(crate) gateway_responses: BTreeMap<GatewayResponseType, GatewayResponse>,
    pub(crate) access: StageAccess,
    /// What HTTP backends are shown.
    pub(crate) client_certificate_id: Option<String>,
}

impl DeployedStage {
    /// Compiles a stage. A method that cannot run is kept with its problem, as on AWS, where it answers 500.
    pub(crate) fn compile(api_id: &str, stage: &Stage, deployment: &Deployment) -> Self {
        let mut router = Router::new();
        for resource in deployment.resources.values() {
            let mut methods = Vec::new();
            for (verb, method) in &resource.resource_methods {
                methods.push((*verb, Arc::new(compile_method(resource, *verb, method, stage, deployment))));
            }
            if !methods.is_empty() {
                router.insert(&resource.path, methods);
            }
        }
        Self {
            api_id: api_id.to_owned(),
            stage_name: stage.stage_name.clone(),
            deployment_id: deployment.id.clone(),
            client_certificate_id: stage.client_certificate_id.clone(),
            variables: stage.variables.clone(),
            router,
            access_log: access_log(stage),
            binary_media_types: BinaryMediaTypes::of(&deployment.binary_media_types),
            minimum_compression_size: deployment
                .minimum_compression_size
                .and_then(|size| usize::try_from(size).ok()),
            gateway_responses: deployment.gateway_responses.clone(),
            access: StageAccess::of(api_id, &stage.stage_name, deployment),
        }
    }

    /// Why methods of this stage cannot run, in the order of the definition; empty when all can.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &MethodProblem> {
        let methods = self.router.resources().flatten();
        methods.filter_map(|(_, method)| method.integration.as_ref().err().map(|problem| &**problem))
    }
}

fn access_log(stage: &Stage) -> Option<AccessLogFormat> {
    let format = stage.access_log_settings.as_ref()?.format.as_deref()?;
    (!format.trim().is_empty()).then(|| AccessLogFormat::parse(format))
}
