//! What is exported, and that it imports to the same API, for any API.

use indexmap::IndexMap;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{ExportExtensions, ExportFormat, ExportOptions, ExportSyntax, export, pretty_json};
use crate::import::{Definition, ImportMode, ImportOptions, Parsed, model_url};
use crate::json;
use crate::model::{
    ApiKeySource, AuthorizationType, Authorizer, ConnectionType, ContentHandling, DocumentationLocation,
    DocumentationPart, EndpointConfiguration, GatewayResponse, GatewayResponseType, HttpVerb, Integration,
    IntegrationResponse, IntegrationType, Method, MethodResponse, Model, PassthroughBehavior,
    RequestValidator, Resource, RestApi, TlsConfig,
};

const API_ID: &str = "abcdefghij";
const PATHS: [&str; 7] = ["/", "/a", "/a/{x}", "/a/{x}/b", "/c/{proxy+}", "/d.e_f-g:h$i", "/d.e_f-g:h$i/j"];
const MEDIA_TYPES: [&str; 3] = ["application/json", "application/x-amz-json-1.1", "text/plain"];
const VERBS: [HttpVerb; 8] = [
    HttpVerb::Get,
    HttpVerb::Put,
    HttpVerb::Post,
    HttpVerb::Delete,
    HttpVerb::Patch,
    HttpVerb::Options,
    HttpVerb::Head,
    HttpVerb::Any,
];

fn options(format: ExportFormat, syntax: ExportSyntax) -> ExportOptions<'static> {
    ExportOptions {
        format,
        syntax,
        extensions: ExportExtensions::ALL,
        stage_name: "prod",
        region: "us-east-1",
    }
}

fn import(text: &str) -> Parsed {
    let definition = Definition { text, file_name: "export" };
    let parsed = definition
        .parse_with(ImportOptions { checking: crate::import::Checking::Lenient, ..ImportOptions::default() });
    parsed.unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9]{0,5}"
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(?s).{0,12}",
        Just("{\n  \"a\": \"$input.params('x')\"\n}\n".to_owned()),
        select(vec![
            "true", "1", "1.0", "null", "~", "- a", "# b", "'", "a: b", " ", "\t", "\r\n", "", "@x", "%"
        ])
        .prop_map(str::to_owned),
    ]
}

fn texts_by<K: Strategy<Value = String>>(key: K) -> impl Strategy<Value = IndexMap<String, String>> {
    vec((key, text()), 0..3).prop_map(IndexMap::from_iter)
}

fn media_type() -> impl Strategy<Value = String> {
    select(MEDIA_TYPES.to_vec()).prop_map(str::to_owned)
}

fn mappings(prefix: &'static str) -> impl Strategy<Value = IndexMap<String, String>> {
    let source = select(vec!["'a'", "context.requestId", "stageVariables.v", "'it: \"is\" #'"]);
    vec((word(), source), 0..3).prop_map(move |pairs| {
        pairs.into_iter().map(|(name, source)| (format!("{prefix}.{name}"), source.to_owned())).collect()
    })
}

fn content_handling() -> impl Strategy<Value = Option<ContentHandling>> {
    option::of(select(vec![ContentHandling::ConvertToBinary, ContentHandling::ConvertToText]))
}

fn integration_responses() -> impl Strategy<Value = IndexMap<String, IntegrationResponse>> {
    let response = (mappings("method.response.header"), texts_by(media_type()), content_handling()).prop_map(
        |(response_parameters, response_templates, content_handling)| IntegrationResponse {
            selection_pattern: None,
            response_parameters,
            response_templates,
            content_handling,
        },
    );
    vec(response, 0..3).prop_map(|responses| {
        let with_keys = responses.into_iter().enumerate().map(|(index, mut response)| {
            response.selection_pattern = (index > 0).then(|| format!("{index}\\d{{2}}.*\\Q"));
            (format!("{}00", index + 2), response)
        });
        with_keys.collect()
    })
}

fn integration() -> impl Strategy<Value = Integration> {
    let kind = select(vec![
        (IntegrationType::Mock, None, None),
        (IntegrationType::Aws, Some("POST"), Some("arn:aws:apigateway:us-east-1:kinesis:action/PutRecord")),
        (IntegrationType::HttpProxy, Some("ANY"), Some("https://example.com/{proxy}?a=${stageVariables.a}")),
    ]);
    let behaviour = select(vec![
        PassthroughBehavior::WhenNoMatch,
        PassthroughBehavior::WhenNoTemplates,
        PassthroughBehavior::Never,
    ]);
    let maps = (mappings("integration.request.header"), texts_by(media_type()), integration_responses());
    let rest = (
        option::of(word()),
        option::of(50_u64..28_999),
        content_handling(),
        vec(word(), 0..3),
        option::of(any::<bool>()),
        any::<bool>(),
    );
    (kind, behaviour, maps, rest).prop_map(
        |((integration_type, verb, uri), passthrough_behavior, maps, rest)| {
            let (request_parameters, request_templates, integration_responses) = maps;
            let (name, timeout_in_millis, content_handling, cache_key_parameters, tls, is_linked) = rest;
            Integration {
                integration_type,
                http_method: verb.map(str::to_owned),
                uri: uri.map(str::to_owned),
                credentials: name.clone().map(|name| format!("arn:aws:iam::123456789012:role/{name}")),
                connection_type: is_linked.then_some(ConnectionType::VpcLink),
                connection_id: name.clone().filter(|_| is_linked),
                content_handling,
                cache_namespace: name,
                cache_key_parameters,
                tls_config: tls.map(|insecure_skip_verification| TlsConfig { insecure_skip_verification }),
                request_parameters,
                request_templates,
                passthrough_behavior,
                timeout_in_millis,
                response_transfer_mode: None,
                integration_target: None,
                integration_responses,
            }
        },
    )
}

/// A method, its path variables declared as every import declares them. Swagger has one model for all media types of a method's
/// body and of each answer, so that is all that is made.
fn method(path: &'static str) -> impl Strategy<Value = Method> {
    let auth = select(vec![
        (AuthorizationType::None, None),
        (AuthorizationType::AwsIam, None),
        (AuthorizationType::Custom, Some("auth00")),
        (AuthorizationType::CognitoUserPools, Some("auth01")),
    ]);
    let parameters =
        vec((select(vec!["querystring", "header"]), "[A-Za-z][A-Za-z0-9.-]{0,5}", any::<bool>()), 0..3);
    let models = (subsequence(MEDIA_TYPES.to_vec(), 0..=2), subsequence(MEDIA_TYPES.to_vec(), 1..=2));
    let responses = vec((200_u16..300, vec(word(), 0..3), any::<bool>()), 0..3);
    let rest = (option::of(word()), any::<bool>(), any::<bool>(), vec(word(), 0..2));
    (auth, parameters, models, responses, option::of(integration()), rest).prop_map(
        move |(
            (authorization_type, authorizer),
            parameters,
            (consumes, produces),
            responses,
            integration,
            rest,
        )| {
            let (operation_name, api_key_required, is_validated, scopes) = rest;
            let variables = crate::import::path_variables(path);
            let mut request_parameters: IndexMap<String, bool> =
                variables.map(|name| (format!("method.request.path.{name}"), true)).collect();
            request_parameters.extend(
                parameters
                    .into_iter()
                    .map(|(at, name, required)| (format!("method.request.{at}.{name}"), required)),
            );
            let model_of =
                |types: &[&str]| types.iter().map(|kind| ((*kind).to_owned(), "Other1".to_owned())).collect();
            let method_responses = responses.into_iter().map(|(status, headers, has_model)| {
                let headers =
                    headers.into_iter().map(|name| (format!("method.response.header.{name}"), false));
                let response = MethodResponse {
                    response_parameters: headers.collect(),
                    response_models: if has_model { model_of(&produces) } else { IndexMap::new() },
                };
                (status.to_string(), response)
            });
            let has_scopes = authorization_type == AuthorizationType::CognitoUserPools;
            Method {
                authorization_type,
                authorizer_id: authorizer.map(str::to_owned),
                authorization_scopes: if has_scopes { scopes } else { Vec::new() },
                api_key_required,
                request_validator_id: is_validated.then(|| "valid0".to_owned()),
                operation_name,
                request_parameters,
                request_models: model_of(&consumes),
                method_responses: method_responses.collect(),
                method_integration: integration,
            }
        },
    )
}

fn resources() -> impl Strategy<Value = IndexMap<String, Resource>> {
    let methods: Vec<_> =
        PATHS.into_iter().map(|path| vec((select(VERBS.to_vec()), method(path)), 0..2)).collect();
    methods.prop_map(|methods| {
        let mut resources = IndexMap::new();
        for (index, (path, methods)) in PATHS.into_iter().zip(methods).enumerate() {
            add_resource(&mut resources, path, format!("res{index:03}"), methods.into_iter().collect());
        }
        resources
    })
}

fn add_resource(
    resources: &mut IndexMap<String, Resource>,
    path: &str,
    id: String,
    resource_methods: IndexMap<HttpVerb, Method>,
) {
    let (parent, part) = path.rsplit_once('/').unwrap_or(("", ""));
    let parent = if parent.is_empty() { "/" } else { parent };
    let is_root = path == "/";
    if !is_root && !resources.values().any(|resource| resource.path == parent) {
        add_resource(resources, parent, format!("{id}p"), IndexMap::new());
    }
    let parent = resources.values().find(|resource| resource.path == parent).map(|parent| parent.id.clone());
    let resource = Resource {
        id: id.clone(),
        parent_id: parent.filter(|_| !is_root),
        path_part: (!is_root).then(|| part.to_owned()),
        path: path.to_owned(),
        resource_methods,
    };
    resources.insert(id, resource);
}

fn models() -> IndexMap<String, Model> {
    let schemas = [
        ("Empty", r#"{"type":"object","title":"Empty é \u2028 schema"}"#.to_owned()),
        (
            "Other1",
            format!(
                r#"{{"type":"object","properties":{{"a":{{"$ref":"{}"}},"b":{{"maximum":1.50,"enum":[1,-2.5E9,"x",true,null,[],{{}}]}}}}}}"#,
                model_url(API_ID, "Empty")
            ),
        ),
    ];
    let model = |(name, schema): (&str, String)| {
        let schema = json::parse(&schema).unwrap_or_else(|error| panic!("{error}"));
        let model = Model {
            id: format!("id{name}"),
            name: name.to_owned(),
            description: None,
            schema: Some(pretty_json(&schema)),
            content_type: Some("application/json".to_owned()),
        };
        (name.to_owned(), model)
    };
    schemas.into_iter().map(model).collect()
}

fn authorizers() -> IndexMap<String, Authorizer> {
    let authorizer = |id: &str, name: &str, kind: &str, auth_type: &str, source: Option<&str>| Authorizer {
        id: id.to_owned(),
        name: name.to_owned(),
        authorizer_type: kind.to_owned(),
        provider_arns: if kind == "COGNITO_USER_POOLS" {
            vec!["arn:aws:cognito-idp:p".to_owned()]
        } else {
            Vec::new()
        },
        auth_type: Some(auth_type.to_owned()),
        authorizer_uri: Some("arn:aws:apigateway:us-east-1:lambda:path/f/invocations".to_owned()),
        authorizer_credentials: None,
        identity_source: source.map(str::to_owned),
        identity_validation_expression: Some("^x-[a-z]+".to_owned()),
        authorizer_result_ttl_in_seconds: Some(60),
    };
    let all = [
        authorizer("auth00", "sigv4", "TOKEN", "oauth2", Some("method.request.header.Auth")),
        authorizer(
            "auth01",
            "pool",
            "COGNITO_USER_POOLS",
            "cognito_user_pools",
            Some("method.request.header.A"),
        ),
        authorizer("auth02", "two", "REQUEST", "custom", Some("method.request.header.A, context.path")),
        authorizer("auth03", "none", "REQUEST", "custom", None),
    ];
    all.into_iter().map(|authorizer| (authorizer.id.clone(), authorizer)).collect()
}

fn documentation_parts() -> IndexMap<String, DocumentationPart> {
    let part = |id: &str, location: DocumentationLocation| {
        let properties = r#"{"description":"a \"text\"","tags":[1,{"x":null}]}"#.to_owned();
        (id.to_owned(), DocumentationPart { id: id.to_owned(), location, properties })
    };
    let of = |kind: &str| DocumentationLocation {
        location_type: kind.to_owned(),
        ..DocumentationLocation::default()
    };
    let header = DocumentationLocation {
        path: Some("/a".to_owned()),
        method: Some("*".to_owned()),
        status_code: Some("200".to_owned()),
        name: Some("X".to_owned()),
        ..of("RESPONSE_HEADER")
    };
    IndexMap::from([part("doc000", of("API")), part("doc001", header)])
}

fn gateway_responses() -> impl Strategy<Value = (GatewayResponseType, GatewayResponse)> {
    let parts = (option::of(400_u16..500), mappings("gatewayresponse.header"), texts_by(media_type()));
    (select(GatewayResponseType::ALL.to_vec()), parts).prop_map(|(kind, (status, parameters, templates))| {
        let status_code = status.map(|status| status.to_string());
        (
            kind,
            GatewayResponse { status_code, response_parameters: parameters, response_templates: templates },
        )
    })
}

fn api() -> impl Strategy<Value = RestApi> {
    let names = (text(), option::of(text()), option::of(text()));
    let lists =
        (subsequence(vec!["image/png", "*/*", "true"], 0..=3), subsequence(vec!["vpce-1", "vpce-2"], 0..=2));
    let settings = (option::of(0_u32..10_485_760), any::<bool>(), any::<bool>(), any::<bool>());
    let maps = (texts_by(text().boxed()), vec(gateway_responses(), 0..3));
    let validator = (any::<bool>(), any::<bool>());
    (names, lists, settings, maps, validator, resources()).prop_map(
        |(names, lists, settings, maps, validator, resources)| {
            let (minimum_compression_size, by_authorizer, disable_execute_api_endpoint, has_policy) =
                settings;
            let policy =
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":["execute-api:/*"]}]}"#;
            let validator = RequestValidator {
                id: "valid0".to_owned(),
                name: Some("all of: it".to_owned()),
                validate_request_body: validator.0,
                validate_request_parameters: validator.1,
            };
            let vpc_endpoint_ids = lists.1.into_iter().map(str::to_owned).collect();
            RestApi {
                id: API_ID.to_owned(),
                name: names.0,
                description: names.1,
                version: names.2,
                created_millis: 0,
                binary_media_types: lists.0.into_iter().map(str::to_owned).collect(),
                minimum_compression_size,
                api_key_source: if by_authorizer { ApiKeySource::Authorizer } else { ApiKeySource::Header },
                endpoint_configuration: EndpointConfiguration {
                    vpc_endpoint_ids,
                    ..EndpointConfiguration::default()
                },
                disable_execute_api_endpoint,
                policy: has_policy.then(|| policy.to_owned()),
                security_policy: None,
                endpoint_access_mode: None,
                tags: maps.0,
                models: models(),
                request_validators: IndexMap::from([(validator.id.clone(), validator)]),
                authorizers: authorizers(),
                documentation_parts: documentation_parts(),
                documentation_versions: IndexMap::new(),
                resources,
                gateway_responses: maps.1.into_iter().collect(),
                stages: IndexMap::new(),
            }
        },
    )
}

/// An API with nothing in it but the ids that `api` gives to paths and names.
fn ids_of(api: &RestApi) -> RestApi {
    let mut bare = api.clone();
    (bare.tags, bare.endpoint_configuration) = (IndexMap::new(), EndpointConfiguration::default());
    bare.disable_execute_api_endpoint = false;
    bare
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_exported_api_imports_to_the_same_api(
        api in api(),
        format in select(vec![ExportFormat::Oas30, ExportFormat::Swagger]),
        syntax in select(vec![ExportSyntax::Json, ExportSyntax::Yaml]),
    ) {
        let exported = export(&api, options(format, syntax));
        let parsed = import(&exported);
        prop_assert_eq!(&parsed.warnings, &Vec::new());
        let ids = ids_of(&api);
        let imported = parsed.into_rest_api(Some((&ids, ImportMode::Overwrite)), 0);
        prop_assert_eq!(imported.expect("no path collides"), api);
    }

    #[test]
    fn importing_over_itself_changes_nothing(api in api()) {
        let parsed = import(&export(&api, options(ExportFormat::Oas30, ExportSyntax::Json)));
        let merged = parsed.into_rest_api(Some((&api, ImportMode::Merge)), 1).expect("no path collides");
        prop_assert_eq!(merged, api);
    }
}
