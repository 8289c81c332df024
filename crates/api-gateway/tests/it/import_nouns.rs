//! Import: which nouns of API Gateway come out of a definition, in both formats.

use std::sync::Arc;

use alluvium_api_gateway::{
    ApiGateway, AuthorizationType, Definition, GatewayOptions, HttpVerb, ImportWarning, Method, RestApi,
};

use crate::backend::{ACCOUNT_ID, REGION, clock};

/// Imports, and returns the API with the warnings.
fn import(definition: &str) -> (Arc<RestApi>, Vec<ImportWarning>) {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock())
        .expect("a gateway in memory opens");
    let imported = gateway
        .import_rest_api(Definition { text: definition, file_name: "api.yaml" })
        .unwrap_or_else(|error| panic!("{error}"));
    (gateway.rest_api(&imported.api_id).expect("the API"), imported.warnings)
}

fn method(api: &RestApi, path: &str, verb: HttpVerb) -> Method {
    let resource = api.resource_at(path).unwrap_or_else(|| panic!("{path} is there"));
    resource.resource_methods.get(&verb).unwrap_or_else(|| panic!("{verb} {path} is there")).clone()
}

const MODELS: &str = "
openapi: 3.0.1
info: {title: t, version: 1.0}
paths:
  /pets/{id}:
    post:
      operationId: CreatePet
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Pet'}}
          text/plain: {schema: {type: string}}
      responses:
        '200':
          description: made
          headers: {X-Made: {schema: {type: string}}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Pet'}}
            text/html: {}
        '404': {$ref: '#/components/responses/None'}
      x-amazon-apigateway-integration: {$ref: '#/components/x-amazon-apigateway-integrations/mock'}
components:
  responses:
    None: {description: none}
  schemas:
    Pet:
      type: object
      description: A pet
      properties: {weight: {type: number, maximum: 1.50}, friend: {$ref: '#/components/schemas/Pet'}}
    bad_name: {type: string}
  x-amazon-apigateway-integrations:
    mock: {type: mock, contentHandling: CONVERT_TO_TEXT, cacheKeyParameters: [method.request.path.id], timeoutInMillis: 500, tlsConfig: {insecureSkipVerification: true}, cacheNamespace: n, connectionType: INTERNET, passthroughBehavior: never, responses: {default: {statusCode: 200, contentHandling: CONVERT_TO_BINARY}, '4\\d{2}': {statusCode: '404'}}}
";

#[test]
fn models_and_bodies_are_imported() {
    let (api, warnings) = import(MODELS);
    assert_eq!(api.version.as_deref(), Some("1.0"), "a version is kept as it is written");
    let messages: Vec<(&str, bool)> =
        warnings.iter().map(|warning| (warning.message.as_str(), warning.is_given_by_aws)).collect();
    assert_eq!(messages, [("Model name must be alphanumeric: bad_name", true)]);
    let pet = &api.models["Pet"];
    assert_eq!(pet.description.as_deref(), Some("A pet"));
    assert_eq!(pet.content_type.as_deref(), Some("application/json"));
    let schema = format!(
        "{{\n  \"type\" : \"object\",\n  \"description\" : \"A pet\",\n  \"properties\" : {{\n    \"weight\" : {{\n      \"type\" : \"number\",\n      \"maximum\" : 1.5\n    }},\n    \"friend\" : {{\n      \"$ref\" : \"https://apigateway.amazonaws.com/restapis/{}/models/Pet\"\n    }}\n  }}\n}}",
        api.id
    );
    assert_eq!(pet.schema.as_deref(), Some(schema.as_str()));
    let post = method(&api, "/pets/{id}", HttpVerb::Post);
    assert_eq!(post.operation_name.as_deref(), Some("CreatePet"));
    assert!(post.request_parameters["method.request.path.id"]);
    assert_eq!(post.request_models["application/json"], "Pet");
    let in_place = &post.request_models["text/plain"];
    assert!(in_place.starts_with("MODEL") && in_place.len() == 11, "{in_place}");
    assert_eq!(api.models[in_place].schema.as_deref(), Some("{\n  \"type\" : \"string\"\n}"));
    let made = &post.method_responses["200"];
    assert!(!made.response_parameters["method.response.header.X-Made"]);
    assert_eq!(made.response_models.len(), 1);
    assert_eq!(made.response_models["application/json"], "Pet");
    assert!(post.method_responses.contains_key("404"));
}

#[test]
fn an_integration_is_imported_whole() {
    let (api, _) = import(MODELS);
    let integration = method(&api, "/pets/{id}", HttpVerb::Post).method_integration.expect("an integration");
    let got = serde_json::to_value(&integration).expect("an integration is JSON");
    let expected = serde_json::json!({
        "type": "MOCK",
        "connectionType": "INTERNET",
        "contentHandling": "CONVERT_TO_TEXT",
        "cacheNamespace": "n",
        "cacheKeyParameters": ["method.request.path.id"],
        "tlsConfig": {"insecureSkipVerification": true},
        "passthroughBehavior": "NEVER",
        "timeoutInMillis": 500,
        "integrationResponses": {
            "200": {"contentHandling": "CONVERT_TO_BINARY"},
            "404": {"selectionPattern": "4\\d{2}"}
        }
    });
    assert_eq!(got, expected);
}

#[test]
fn swagger_names_media_types_for_bodies_and_answers() {
    let (api, warnings) = import(
        "
swagger: '2.0'
info: {title: t, version: '1'}
basePath: /base
consumes: [text/csv]
paths:
  /a:
    parameters: [{in: body, name: A, schema: {$ref: '#/definitions/A'}}]
    put:
      produces: [text/plain, application/json]
      responses: {200: {description: ok, schema: {$ref: '#/definitions/A'}, headers: {X: {type: string}}}}
      x-amazon-apigateway-integration: {type: mock}
    post:
      consumes: [application/json, text/csv]
      responses: {200: {description: ok, schema: {type: array, items: {$ref: '#/definitions/A'}}}}
      x-amazon-apigateway-integration: {type: mock}
definitions: {A: {type: object}}
",
    );
    assert_eq!(warnings, []);
    let put = method(&api, "/a", HttpVerb::Put);
    assert_eq!(put.request_models.keys().collect::<Vec<_>>(), ["text/csv"]);
    let response = &put.method_responses["200"];
    assert_eq!(response.response_models.keys().collect::<Vec<_>>(), ["text/plain", "application/json"]);
    assert_eq!(response.response_parameters.keys().collect::<Vec<_>>(), ["method.response.header.X"]);
    let post = method(&api, "/a", HttpVerb::Post);
    assert_eq!(post.request_models.keys().collect::<Vec<_>>(), ["application/json", "text/csv"]);
    let list = &post.method_responses["200"].response_models["application/json"];
    let schema = api.models[list].schema.clone().expect("a schema");
    let url = format!("https://apigateway.amazonaws.com/restapis/{}/models/A", api.id);
    assert!(schema.contains(&url), "{schema}");
}

#[test]
fn what_is_said_of_the_whole_api_is_imported() {
    let (api, warnings) = import(
        "
openapi: 3.1.0
info: {title: t, version: '1', description: d}
servers:
  - url: https://example.com/v1
    x-amazon-apigateway-endpoint-configuration: {disableExecuteApiEndpoint: true, vpcEndpointIds: [vpce-1], ipAddressType: dualstack}
tags: [{name: team, x-amazon-apigateway-tag-value: data}, {name: other, description: no tag}]
paths:
  /a:
    get:
      x-amazon-apigateway-request-validator: params
      x-amazon-apigateway-integration: {type: mock}
    put: {x-amazon-apigateway-integration: {type: mock}}
x-amazon-apigateway-request-validator: all
x-amazon-apigateway-request-validators:
  all: {validateRequestBody: true, validateRequestParameters: true}
  params: {validateRequestParameters: true}
x-amazon-apigateway-api-key-source: AUTHORIZER
x-amazon-apigateway-minimum-compression-size: 1024
x-amazon-apigateway-binary-media-types: [image/png, '*/*']
x-amazon-apigateway-importexport-version: '1.0'
x-amazon-apigateway-policy: {Version: '2012-10-17', Statement: []}
x-amazon-apigateway-gateway-responses:
  DEFAULT_4XX: {statusCode: 499, responseParameters: {gatewayresponse.header.X: \"'a'\"}, responseTemplates: {application/json: '{}'}}
",
    );
    assert_eq!(warnings, []);
    assert_eq!((api.name.as_str(), api.description.as_deref()), ("t", Some("d")));
    let got = serde_json::to_value(&*api).expect("an API is JSON");
    for (field, expected) in [
        ("tags", serde_json::json!({"team": "data"})),
        ("apiKeySource", serde_json::json!("AUTHORIZER")),
        ("minimumCompressionSize", serde_json::json!(1024)),
        ("binaryMediaTypes", serde_json::json!(["image/png", "*/*"])),
        ("disableExecuteApiEndpoint", serde_json::json!(true)),
        ("policy", serde_json::json!("{\"Version\":\"2012-10-17\",\"Statement\":[]}")),
        (
            "endpointConfiguration",
            serde_json::json!({"types": ["EDGE"], "ipAddressType": "dualstack", "vpcEndpointIds": ["vpce-1"]}),
        ),
        (
            "gatewayResponses",
            serde_json::json!({"DEFAULT_4XX": {
                "statusCode": "499",
                "responseParameters": {"gatewayresponse.header.X": "'a'"},
                "responseTemplates": {"application/json": "{}"},
            }}),
        ),
    ] {
        assert_eq!(got[field], expected, "{field}");
    }
    let validator = |verb| {
        let id = method(&api, "/a", verb).request_validator_id.expect("a validator");
        api.request_validators[&id].clone()
    };
    let (own, of_all) = (validator(HttpVerb::Get), validator(HttpVerb::Put));
    assert_eq!((own.name.as_deref(), own.validate_request_body), (Some("params"), false));
    assert_eq!((of_all.name.as_deref(), of_all.validate_request_body), (Some("all"), true));
}

#[test]
fn a_validator_that_is_not_there_is_refused() {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock())
        .expect("a gateway in memory opens");
    let text =
        "openapi: 3.0.1\ninfo: {title: t}\npaths: {/a: {get: {x-amazon-apigateway-request-validator: x}}}\n";
    let refused = gateway.import_rest_api(Definition { text, file_name: "api.yaml" }).expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "api.yaml:3:59: 'x' is not a value of 'x-amazon-apigateway-request-validator'; use a name of 'x-amazon-apigateway-request-validators'"
    );
}

#[test]
fn api_keys_are_required_where_the_definition_says_so() {
    let (api, warnings) = import(
        "
openapi: 3.0.1
info: {title: t}
security: [{key: []}]
paths:
  /a:
    get: {x-amazon-apigateway-integration: {type: mock}}
    put: {security: [], x-amazon-apigateway-integration: {type: mock}}
components:
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
    unused: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: oauth2, x-amazon-apigateway-authorizer: {type: token, authorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/f/invocations', authorizerResultTtlInSeconds: 60}}
",
    );
    assert_eq!(warnings, []);
    let (get, put) = (method(&api, "/a", HttpVerb::Get), method(&api, "/a", HttpVerb::Put));
    assert_eq!((get.api_key_required, put.api_key_required), (true, false));
    assert_eq!(get.authorization_type, AuthorizationType::None);
    let authorizer = api.authorizers.values().next().expect("an authorizer");
    assert_eq!(authorizer.name, "unused");
    assert_eq!(authorizer.authorizer_type, "TOKEN");
    assert_eq!(authorizer.auth_type.as_deref(), Some("oauth2"));
    assert_eq!(authorizer.identity_source.as_deref(), Some("method.request.header.Authorization"));
    assert_eq!(authorizer.authorizer_result_ttl_in_seconds, Some(60));
}
