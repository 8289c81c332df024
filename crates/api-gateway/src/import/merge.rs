//! From a parsed definition to a REST API: a new one, or one that exists already.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html>
//!
//! What must stay true: what has a name or a path keeps its id, in either mode; stages and deployments are never touched.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::definition::{Parsed, ParsedModel};
use super::schema::{OPENAPI_SCHEMAS, change_references};
use super::{ImportMode, ImportProblem, tree};
use crate::export::pretty_json;
use crate::limits::{AUTHORIZERS_MAX, MODELS_MAX, REQUEST_VALIDATORS_MAX};
use crate::model::{
    API_ID_CHARS, Authorizer, DocumentationPart, HttpVerb, Method, Model, RESOURCE_ID_CHARS,
    RequestValidator, RestApi, new_id,
};

impl Parsed {
    /// The API that this definition makes: a new one, or what becomes of an existing one.
    pub(crate) fn into_rest_api(
        mut self,
        existing: Option<(&RestApi, ImportMode)>,
        now_millis: i64,
    ) -> Result<RestApi, ImportProblem> {
        let mode = existing.map_or(ImportMode::Overwrite, |(_, mode)| mode);
        let existing = existing.map(|(api, _)| api);
        let mut api = beginning(existing, mode, now_millis);
        api.name = std::mem::take(&mut self.title);
        api.description = self.description.take().or(api.description);
        api.version = self.version.take().or(api.version);
        for media_type in self.binary_media_types.take().unwrap_or_default() {
            if !api.binary_media_types.contains(&media_type) {
                api.binary_media_types.push(media_type);
            }
        }
        api.minimum_compression_size = self.minimum_compression_size.or(api.minimum_compression_size);
        api.api_key_source = self.api_key_source.unwrap_or(api.api_key_source);
        api.policy = self.policy.take().or(api.policy);
        self.set_endpoint(&mut api);
        api.tags.extend(std::mem::take(&mut self.tags));
        api.gateway_responses.append(&mut self.gateway_responses);
        put_models(&mut api, std::mem::take(&mut self.models), existing);
        let known_parts = existing.map(|api| api.documentation_parts.clone()).unwrap_or_default();
        put_documentation_parts(&mut api, std::mem::take(&mut self.documentation_parts), &known_parts);
        let validators =
            put_request_validators(&mut api, std::mem::take(&mut self.request_validators), existing);
        let authorizers = put_authorizers(&mut api, std::mem::take(&mut self.authorizers), existing);
        for method in self.paths.values_mut().flat_map(IndexMap::values_mut) {
            name_by_id(method, &validators, &authorizers);
        }
        api.resources = tree::resources(self.paths, existing, mode)?;
        check_counts(&api)?;
        Ok(api)
    }

    fn set_endpoint(&mut self, api: &mut RestApi) {
        let endpoint = std::mem::take(&mut self.endpoint);
        if let Some(is_disabled) = endpoint.disable_execute_api_endpoint {
            api.disable_execute_api_endpoint = is_disabled;
        }
        if let Some(ids) = endpoint.vpc_endpoint_ids {
            api.endpoint_configuration.vpc_endpoint_ids = ids;
        }
        if endpoint.ip_address_type.is_some() {
            api.endpoint_configuration.ip_address_type = endpoint.ip_address_type;
        }
    }
}

/// What calls cannot make, definitions cannot either.
fn check_counts(api: &RestApi) -> Result<(), ImportProblem> {
    for (what, count, limit) in [
        ("authorizers", api.authorizers.len(), AUTHORIZERS_MAX),
        ("models", api.models.len(), MODELS_MAX),
        ("request validators", api.request_validators.len(), REQUEST_VALIDATORS_MAX),
    ] {
        if count > limit {
            return Err(ImportProblem::TooMany { what, limit });
        }
    }
    Ok(())
}

/// The API before anything of the definition is in it.
fn beginning(existing: Option<&RestApi>, mode: ImportMode, now_millis: i64) -> RestApi {
    match existing {
        None => RestApi { id: new_id(API_ID_CHARS), created_millis: now_millis, ..RestApi::default() },
        Some(api) if mode == ImportMode::Merge => api.clone(),
        Some(api) => RestApi {
            id: api.id.clone(),
            created_millis: api.created_millis,
            endpoint_configuration: api.endpoint_configuration.clone(),
            disable_execute_api_endpoint: api.disable_execute_api_endpoint,
            security_policy: api.security_policy.clone(),
            endpoint_access_mode: api.endpoint_access_mode.clone(),
            tags: api.tags.clone(),
            documentation_versions: api.documentation_versions.clone(),
            stages: api.stages.clone(),
            ..RestApi::default()
        },
    }
}

/// The URL by which a schema refers to another model of its API.
pub(crate) fn model_url(api_id: &str, name: &str) -> String {
    format!("https://apigateway.amazonaws.com/restapis/{api_id}/models/{name}")
}

/// The model that such a URL names, of whichever API.
pub(crate) fn model_name(url: &str) -> Option<&str> {
    let (_, name) = url.strip_prefix("https://apigateway.amazonaws.com/restapis/")?.split_once("/models/")?;
    Some(name)
}

fn put_models(api: &mut RestApi, models: IndexMap<String, ParsedModel>, existing: Option<&RestApi>) {
    let names: Vec<String> = models.keys().chain(api.models.keys()).cloned().collect();
    for (name, mut model) in models {
        change_references(&mut model.schema, &|target| {
            let target = target.strip_prefix(OPENAPI_SCHEMAS)?;
            names.iter().any(|name| name == target).then(|| model_url(&api.id, target))
        });
        let known = existing.and_then(|api| api.models.get(&name));
        let model = Model {
            id: known.map_or_else(|| new_id(RESOURCE_ID_CHARS), |known| known.id.clone()),
            name: name.clone(),
            description: model.description,
            schema: Some(pretty_json(&model.schema)),
            content_type: Some("application/json".to_owned()),
        };
        api.models.insert(name, model);
    }
}

/// Puts parts in the place of those of their location, which keep their ids. Returns the ids.
pub(crate) fn put_documentation_parts(
    api: &mut RestApi,
    parts: Vec<DocumentationPart>,
    known: &IndexMap<String, DocumentationPart>,
) -> Vec<String> {
    let mut ids = Vec::new();
    for mut part in parts {
        let same = known.values().find(|known| known.location == part.location);
        part.id = same.map_or_else(|| new_id(RESOURCE_ID_CHARS), |known| known.id.clone());
        ids.push(part.id.clone());
        api.documentation_parts.insert(part.id.clone(), part);
    }
    ids
}

/// Returns the ids by name.
fn put_request_validators(
    api: &mut RestApi,
    validators: IndexMap<String, RequestValidator>,
    existing: Option<&RestApi>,
) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for (name, mut validator) in validators {
        let mut all = existing.into_iter().flat_map(|api| api.request_validators.values());
        let known = all.find(|known| known.name.as_ref() == Some(&name));
        validator.id = known.map_or_else(|| new_id(RESOURCE_ID_CHARS), |known| known.id.clone());
        ids.insert(name, validator.id.clone());
        api.request_validators.insert(validator.id.clone(), validator);
    }
    ids
}

/// Returns the ids by name.
fn put_authorizers(
    api: &mut RestApi,
    authorizers: IndexMap<String, Authorizer>,
    existing: Option<&RestApi>,
) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for (name, mut authorizer) in authorizers {
        let mut all = existing.into_iter().flat_map(|api| api.authorizers.values());
        let known = all.find(|known| known.name == name);
        authorizer.id = known.map_or_else(|| new_id(RESOURCE_ID_CHARS), |known| known.id.clone());
        ids.insert(name, authorizer.id.clone());
        api.authorizers.insert(authorizer.id.clone(), authorizer);
    }
    ids
}

fn name_by_id(
    method: &mut Method,
    validators: &BTreeMap<String, String>,
    authorizers: &BTreeMap<String, String>,
) {
    if let Some(name) = &method.request_validator_id {
        method.request_validator_id = validators.get(name).cloned();
    }
    if let Some(name) = &method.authorizer_id {
        method.authorizer_id = authorizers.get(name).cloned();
    }
}

/// Methods by path as a definition has them.
pub(super) type Paths = IndexMap<String, IndexMap<HttpVerb, Method>>;
