//! CreateRestApi. <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html>
//!
//! What must stay true: a new API has a root resource and the models `Empty` and `Error`; a clone has all that its original has but
//! its stages and deployments, under ids of its own.

use indexmap::IndexMap;

use crate::control::answer::Answer;
use crate::control::call::Call;
use crate::control::error::ControlError;
use crate::control::members::Members;
use crate::control::routing::Outcome;
use crate::control::views;
use crate::limits::{COMPRESSION_BYTES_MAX, REST_APIS_MAX};
use crate::model::{
    API_ID_CHARS, ApiKeySource, EndpointConfiguration, Model, RESOURCE_ID_CHARS, Resource, RestApi, new_id,
};

/// The words of `apiKeySource`.
const API_KEY_SOURCES: [(&str, ApiKeySource); 2] =
    [("AUTHORIZER", ApiKeySource::Authorizer), ("HEADER", ApiKeySource::Header)];
/// The words of `endpointConfiguration.types`.
pub(in super::super) const ENDPOINT_TYPES: [&str; 3] = ["PRIVATE", "EDGE", "REGIONAL"];
/// The words of `endpointConfiguration.ipAddressType`.
pub(in super::super) const IP_ADDRESS_TYPES: [(&str, &str); 2] =
    [("dualstack", "dualstack"), ("ipv4", "ipv4")];
/// The words of `securityPolicy`.
pub(in super::super) const SECURITY_POLICIES: [(&str, &str); 14] = [
    ("TLS_1_0", "TLS_1_0"),
    ("TLS_1_2", "TLS_1_2"),
    ("SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_3_2025_09"),
    ("SecurityPolicy_TLS13_1_3_FIPS_2025_09", "SecurityPolicy_TLS13_1_3_FIPS_2025_09"),
    ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"),
    ("SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09"),
    ("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09"),
    ("SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09", "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09"),
    ("SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09"),
    ("SecurityPolicy_TLS13_1_2_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PQ_2025_09"),
    ("SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_1_2_2021_06"),
    ("SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS13_2025_EDGE"),
    ("SecurityPolicy_TLS12_PFS_2025_EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE"),
    ("SecurityPolicy_TLS12_2018_EDGE", "SecurityPolicy_TLS12_2018_EDGE"),
];
/// The words of `endpointAccessMode`.
pub(in super::super) const ENDPOINT_ACCESS_MODES: [(&str, &str); 2] =
    [("BASIC", "BASIC"), ("STRICT", "STRICT")];

pub(crate) fn create_rest_api(call: &Call) -> Outcome {
    let mut members = call.members()?;
    let name = members.required_text("name")?;
    let clone_from = members.text("cloneFrom")?;
    let input = RestApi {
        id: new_id(API_ID_CHARS),
        name,
        description: members.text("description")?,
        version: members.text("version")?,
        created_millis: call.now_millis(),
        binary_media_types: members.texts("binaryMediaTypes")?.unwrap_or_default(),
        minimum_compression_size: compression_size(members.integer("minimumCompressionSize")?)?,
        api_key_source: members.word("apiKeySource", &API_KEY_SOURCES)?.unwrap_or_default(),
        endpoint_configuration: endpoint_configuration(&mut members)?,
        policy: members.text("policy")?,
        tags: members.text_map("tags")?.unwrap_or_default(),
        disable_execute_api_endpoint: members.flag("disableExecuteApiEndpoint")?.unwrap_or_default(),
        security_policy: members.word("securityPolicy", &SECURITY_POLICIES)?.map(str::to_owned),
        endpoint_access_mode: members.word("endpointAccessMode", &ENDPOINT_ACCESS_MODES)?.map(str::to_owned),
        ..RestApi::default()
    };
    members.finish()?;
    check(call, &input)?;
    if call.gateway.rest_apis().len() >= REST_APIS_MAX {
        return Err(ControlError::limit_exceeded("Maximum number of APIs per account has been reached"));
    }
    let api = match clone_from.filter(|id| !id.is_empty()) {
        None => RestApi { models: default_models(), resources: root(), ..input },
        Some(id) => clone_of(&*call.gateway.rest_api(&id).ok_or_else(|| call.no_api(&id))?, input),
    };
    let api = call.gateway.add_api(api).map_err(|error| ControlError::not_saved(&error))?;
    Ok(Answer::Json(views::rest_api(&api)))
}

fn check(call: &Call, api: &RestApi) -> Result<(), ControlError> {
    if api.name.is_empty() {
        return Err(ControlError::bad_request("REST API name must be non-empty"));
    }
    if api.description.as_deref() == Some("") {
        return Err(ControlError::bad_request("Description cannot be an empty string"));
    }
    super::update_rest_api::check_endpoint(&api.endpoint_configuration)?;
    super::check_policy(call, &api.id, api.policy.as_deref())
}

/// The size from which on answers are compressed.
pub(super) fn compression_size(size: Option<i64>) -> Result<Option<u32>, ControlError> {
    let Some(size) = size else { return Ok(None) };
    match u32::try_from(size) {
        Ok(size) if size <= COMPRESSION_BYTES_MAX => Ok(Some(size)),
        _ => Err(ControlError::bad_request(format!(
            "Invalid minimum compression size, must be between 0 and {COMPRESSION_BYTES_MAX}"
        ))),
    }
}

pub(in super::super) fn endpoint_configuration(
    members: &mut Members,
) -> Result<EndpointConfiguration, ControlError> {
    let mut configuration = EndpointConfiguration::default();
    let Some(mut sent) = members.structure("endpointConfiguration")? else { return Ok(configuration) };
    if let Some(types) = sent.words("types", &ENDPOINT_TYPES)?.filter(|types| !types.is_empty()) {
        configuration.types = types;
    }
    if let Some(kind) = sent.word("ipAddressType", &IP_ADDRESS_TYPES)? {
        configuration.ip_address_type = Some(kind.to_owned());
    } else if configuration.types == ["PRIVATE"] {
        configuration.ip_address_type = Some("dualstack".to_owned());
    }
    configuration.vpc_endpoint_ids = sent.texts("vpcEndpointIds")?.unwrap_or_default();
    members.done(sent);
    Ok(configuration)
}

/// The root resource of a new API; its id has ten characters.
fn root() -> IndexMap<String, Resource> {
    let id = new_id(API_ID_CHARS);
    let root = Resource {
        id: id.clone(),
        parent_id: None,
        path_part: None,
        path: "/".to_owned(),
        resource_methods: IndexMap::new(),
    };
    IndexMap::from([(id, root)])
}

/// The models that every new API has.
fn default_models() -> IndexMap<String, Model> {
    const EMPTY: &str = "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}";
    const ERROR: &str = "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}";
    let model = |name: &str, description: &str, schema: &str| {
        let model = Model {
            id: new_id(RESOURCE_ID_CHARS),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            schema: Some(schema.to_owned()),
            content_type: Some("application/json".to_owned()),
        };
        (name.to_owned(), model)
    };
    IndexMap::from([
        model("Empty", "This is a default empty schema model", EMPTY),
        model("Error", "This is a default error schema model", ERROR),
    ])
}

/// What `input` says, and everything else as `original` has it, under new ids.
fn clone_of(original: &RestApi, input: RestApi) -> RestApi {
    let mut new_ids = std::collections::HashMap::new();
    for resource in original.resources.values() {
        new_ids.insert(resource.id.clone(), new_id(resource.id.len().clamp(RESOURCE_ID_CHARS, API_ID_CHARS)));
    }
    let renamed = |id: &String| new_ids.get(id).cloned().unwrap_or_else(|| id.clone());
    let resources = original.resources.values().map(|resource| {
        let (id, parent_id) = (renamed(&resource.id), resource.parent_id.as_ref().map(renamed));
        let mut clone = Resource { id: id.clone(), parent_id, ..resource.clone() };
        for method in clone.resource_methods.values_mut() {
            if let Some(integration) = method.method_integration.as_mut()
                && integration.cache_namespace.as_ref() == Some(&resource.id)
            {
                integration.cache_namespace = Some(id.clone());
            }
        }
        (id, clone)
    });
    RestApi {
        resources: resources.collect(),
        models: original.models.clone(),
        request_validators: original.request_validators.clone(),
        authorizers: original.authorizers.clone(),
        gateway_responses: original.gateway_responses.clone(),
        binary_media_types: if input.binary_media_types.is_empty() {
            original.binary_media_types.clone()
        } else {
            input.binary_media_types.clone()
        },
        minimum_compression_size: input.minimum_compression_size.or(original.minimum_compression_size),
        policy: input.policy.clone().or_else(|| original.policy.clone()),
        ..input
    }
}
