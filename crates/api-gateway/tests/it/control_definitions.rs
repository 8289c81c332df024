//! ImportRestApi, PutRestApi and GetExport as clients call them, with the answers recorded on the real service.

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use bytes::Bytes;
use http::Request;
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::{AUTHORIZATION, Control, Told};
use crate::kinesis_proxy;
use crate::recorded_rendering::recorded;

const PETS: &str = r#"{
  "swagger": "2.0",
  "info": {"title": "Pets", "version": "1.0.0"},
  "schemes": ["https"],
  "paths": {
    "/pets": {"get": {
      "responses": {"200": {"description": "ok"}},
      "x-amazon-apigateway-integration": {
        "responses": {"default": {"statusCode": "200"}},
        "uri": "http://example.com/pets",
        "passthroughBehavior": "when_no_match",
        "httpMethod": "GET",
        "type": "http"
      }
    }},
    "/pets/{petId}": {"get": {
      "parameters": [{"name": "petId", "in": "path", "required": true, "type": "string"}],
      "responses": {"200": {"description": "ok"}},
      "x-amazon-apigateway-integration": {
        "responses": {"default": {"statusCode": "200"}},
        "requestParameters": {"integration.request.path.id": "method.request.path.petId"},
        "uri": "http://example.com/pets/{id}",
        "passthroughBehavior": "when_no_match",
        "httpMethod": "GET",
        "type": "http"
      }
    }}
  }
}"#;

async fn import(control: &Control, query: &str, definition: impl Into<Bytes>) -> Told {
    control.send_bytes("POST", &format!("/restapis?mode=import{query}"), definition.into()).await
}

async fn imported(control: &Control, definition: &str) -> Value {
    let told = import(control, "", definition.to_owned()).await;
    assert_eq!(told.status, 201, "{}", told.refusal());
    told.json
}

fn id(api: &Value) -> &str {
    api["id"].as_str().expect("an id")
}

/// A gateway and its control plane.
fn scene() -> (ApiGateway, Control) {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("a gateway");
    let control = Control::of(&gateway);
    (gateway, control)
}

fn deploy(gateway: &ApiGateway, api_id: &str, stage: &str) {
    gateway.create_deployment(api_id, stage, &IndexMap::new()).unwrap_or_else(|error| panic!("{error}"));
}

fn paths(gateway: &ApiGateway, api_id: &str) -> Vec<String> {
    let api = gateway.rest_api(api_id).expect("the API");
    let mut paths: Vec<String> = api.resources.values().map(|resource| resource.path.clone()).collect();
    paths.sort();
    paths
}

/// What the recording expects of the case.
fn expected(name: &str) -> Option<Value> {
    let cases = recorded("control")?;
    let case = cases.into_iter().find(|case| case["name"] == format!("control/{name}"));
    Some(case.unwrap_or_else(|| panic!("{name} is recorded"))["expect"].clone())
}

fn check_subset(got: &Value, expected: &Value) {
    for (member, value) in expected.as_object().expect("an object") {
        assert_eq!(&got[member], value, "{member}");
    }
}

#[tokio::test]
async fn what_is_no_definition_is_refused_as_recorded() {
    let Some(expected) = expected("import-bad-file") else { return };
    let control = Control::new();
    let refusal = format!(
        "{} {} {}",
        expected["status"],
        expected["code"].as_str().expect("a code"),
        expected["message"].as_str().expect("a message")
    );
    let large = "#".repeat(6 * 1024 * 1024 + 1);
    let deep = "[".repeat(100_000);
    let aliases = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e]\n";
    for body in [
        "",
        "{}",
        "[]",
        "\u{feff}",
        "swagger: [",
        "not a definition",
        "swagger: '1.1'",
        "{\"a\":1,\"a\":2}",
        &large,
        &deep,
        aliases,
    ] {
        let told = import(&control, "", body.to_owned()).await;
        assert_eq!(told.refusal(), refusal, "{}", body.chars().take(40).collect::<String>());
    }
    assert_eq!(import(&control, "", vec![0xff, 0xfe, 0x00]).await.refusal(), refusal);
    assert_eq!(control.ok("GET", "/restapis", Value::Null).await["item"], json!([]));
}

#[tokio::test]
async fn merging_and_overwriting_treat_media_types_as_recorded() {
    for (mode, query) in [("merge", ""), ("merge", "?mode=merge"), ("overwrite", "?mode=overwrite")] {
        let Some(expected) = expected(&format!("put-rest-api-{mode}")) else { return };
        let control = Control::new();
        let api =
            control.ok("POST", "/restapis", json!({"name": "x", "binaryMediaTypes": ["image/heif"]})).await;
        let mut definition: Value = serde_json::from_str(PETS).expect("JSON");
        definition["x-amazon-apigateway-binary-media-types"] = json!(["image/png", "image/jpg"]);
        let path = format!("/restapis/{}{query}", id(&api));
        let told = control.send("PUT", &path, definition).await;
        assert_eq!(json!(told.status), expected["status"], "{}", told.refusal());
        check_subset(&told.json, &expected["json_subset"]);
        assert_eq!(told.json["id"], api["id"]);
        assert_eq!(told.json["rootResourceId"], api["rootResourceId"]);
        assert_eq!(told.json["tags"], json!({}));
    }
}

#[tokio::test]
async fn merging_keeps_what_the_definition_does_not_name() {
    let (gateway, control) = scene();
    let api = imported(&control, PETS).await;
    let other = r#"{"openapi": "3.0.1", "info": {"title": "Other"}, "paths": {
        "/pets": {"post": {"x-amazon-apigateway-integration": {"type": "mock"}}},
        "/more": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}
    }}"#;
    let path = format!("/restapis/{}", id(&api));
    let put = control.send_bytes("PUT", &path, Bytes::from(other)).await;
    assert_eq!(
        (put.status, &put.json["name"], &put.json["version"]),
        (200, &json!("Other"), &json!("1.0.0"))
    );
    assert_eq!(paths(&gateway, id(&api)), ["/", "/more", "/pets", "/pets/{petId}"]);
    let put = control.send_bytes("PUT", &format!("{path}?mode=overwrite"), Bytes::from(other)).await;
    assert_eq!(put.status, 200);
    assert_eq!(put.json["version"], Value::Null);
    assert_eq!(paths(&gateway, id(&api)), ["/", "/more", "/pets"]);
    let clash = r#"{"openapi": "3.0.1", "info": {"title": "Other"}, "paths": {"/pets/{id}": {}}}"#;
    imported(&control, clash).await;
    let api = imported(&control, PETS).await;
    let path = format!("/restapis/{}", id(&api));
    assert_eq!(
        control.send_bytes("PUT", &path, Bytes::from(clash)).await.refusal(),
        "400 BadRequestException Errors found during import:\n\tUnable to create resource at path '/pets/{id}': A sibling ({petId}) of this resource already has a variable path part -- only one is allowed"
    );
    assert_eq!(
        control.send_bytes("PUT", "/restapis/nosuchapi1", Bytes::from(PETS)).await.refusal(),
        "404 NotFoundException Invalid API identifier specified 123456789012:nosuchapi1"
    );
    assert_eq!(
        control.send_bytes("PUT", &format!("{path}?mode=replace"), Bytes::from(PETS)).await.refusal(),
        "400 ValidationException 1 validation error detected: Value 'replace' at 'mode' failed to satisfy constraint: Member must satisfy enum value set: [merge, overwrite]"
    );
}

#[tokio::test]
async fn a_base_path_is_ignored_prepended_or_split() {
    let swagger = r#"{"swagger": "2.0", "info": {"title": "t"}, "basePath": "/base/part/", "paths": {"/test": {}, "/": {}}}"#;
    let by_url = "openapi: 3.0.1\ninfo: {title: t}\nservers: [{url: 'https://example.com/base/part/'}]\npaths: {/test: {}, /: {}}\n";
    let by_variable = "openapi: 3.0.1\ninfo: {title: t}\nservers: [{url: 'https://example.com/{basePath}', variables: {basePath: {default: /base/part}}}]\npaths: {/test: {}, /: {}}\n";
    let (gateway, control) = scene();
    for definition in [swagger, by_url, by_variable] {
        for (query, expected) in [
            ("", &["/", "/test"][..]),
            ("&basepath=ignore", &["/", "/test"]),
            ("&basepath=prepend", &["/", "/base", "/base/part", "/base/part/test"]),
            ("&basepath=split", &["/", "/part", "/part/test"]),
        ] {
            let told = import(&control, query, definition).await;
            assert_eq!(told.status, 201, "{}", told.refusal());
            assert_eq!(paths(&gateway, id(&told.json)), expected, "{query} {definition}");
        }
    }
    assert_eq!(
        import(&control, "&basepath=other", swagger).await.refusal(),
        "400 BadRequestException 'other' is not a value of 'basepath'; use ignore, prepend or split"
    );
}

#[tokio::test]
async fn warnings_are_amazons_and_can_refuse() {
    let definition = "openapi: 3.0.1
info: {title: t}
paths:
  /test:
    get:
      unknown: 1
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/None'}}}}}
      x-amazon-apigateway-integration:
        type: mock
        requestParameters: {integration.request.header.a: \"'x'\", integration.request.header.nothing: true}
";
    let warnings = [
        "Parse issue: attribute paths.'/test'(get).responses.200.content.schema.#/components/schemas/None is missing",
        "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.nothing' of resource '/test' and method 'GET' but got 'true'",
    ];
    let control = Control::new();
    let told = import(&control, "", definition).await;
    assert_eq!((told.status, &told.json["warnings"]), (201, &json!(warnings)));
    assert_eq!(
        import(&control, "&failonwarnings=true", definition).await.refusal(),
        format!("400 BadRequestException Warnings found during import:\n\t{}", warnings.join("\n\t"))
    );
    assert_eq!(import(&control, "&failonwarnings=true", PETS).await.status, 201);
}

#[tokio::test]
async fn what_amazon_refuses_of_an_integration_is_refused_in_its_words() {
    let with = |integration: &str| {
        format!(
            "openapi: 3.0.1\ninfo: {{title: t}}\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration: {integration}\n"
        )
    };
    let put = "400 BadRequestException Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': ";
    let control = Control::new();
    for (integration, expected) in [
        ("[]", "400 BadRequestException Errors found during import:\n\tUnable to parse API definition because of a malformed integration at path /a.".to_owned()),
        ("{uri: {Fn::Sub: x}, type: http}", "400 BadRequestException Errors found during import:\n\tUnable to parse API definition because of a malformed integration at path /a.".to_owned()),
        ("{type: http, uri: 'http://example.com'}", format!("{put}Enumeration value for HttpMethod must be non-empty")),
        ("{type: aws, httpMethod: POST, uri: kinesis}", format!("{put}Invalid ARN specified in the request")),
        (
            "{type: mock, responses: {default: {statusCode: 200, responseParameters: {method.response.header.A: \"'*'\"}}}}",
            "400 BadRequestException Errors found during import:\n\tUnable to put integration response on 'GET' for resource at path '/a': Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.A]".to_owned(),
        ),
        ("{type: mock, timeoutInMillis: 49}", format!("{put}Timeout should be between 50 ms and 29000 ms")),
        (
            "{type: mock, requestParameters: {integration.request.header.a: b}}",
            format!("{put}Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: b]"),
        ),
    ] {
        assert_eq!(import(&control, "", with(integration)).await.refusal(), expected, "{integration}");
    }
    for accepted in [
        "{type: mock, requestTemplates: {application/json: '#if('}}",
        "{type: http_proxy, httpMethod: ANY, uri: 'http://example.com'}",
    ] {
        let told = import(&control, "", with(accepted)).await;
        assert_eq!(told.status, 201, "{accepted}: {}", told.refusal());
    }
}

#[tokio::test]
async fn an_endpoint_type_is_a_parameter() {
    let control = Control::new();
    let told = import(&control, "&endpointConfigurationTypes=REGIONAL", PETS).await;
    assert_eq!(told.json["endpointConfiguration"], json!({"types": ["REGIONAL"], "ipAddressType": "ipv4"}));
    assert_eq!(
        import(&control, "&endpointConfigurationTypes=REGIONAL,EDGE", PETS).await.refusal(),
        "400 BadRequestException Cannot create an api with multiple Endpoint Types."
    );
}

#[tokio::test]
async fn an_export_has_the_recorded_shape() {
    let (gateway, control) = scene();
    let api = imported(&control, PETS).await;
    deploy(&gateway, id(&api), "local");
    for kind in ["oas30", "swagger"] {
        let Some(expected) = expected(&format!("export-{kind}-shape")) else { return };
        let path = format!("/restapis/{}/stages/local/exports/{kind}?extensions=apigateway", id(&api));
        let told = control.send("GET", &path, Value::Null).await;
        assert_eq!(told.status, 200, "{}", told.refusal());
        for (name, value) in expected["headers"].as_object().expect("headers") {
            assert_eq!(
                told.headers.get(name).map(http::HeaderValue::as_bytes),
                value.as_str().map(str::as_bytes)
            );
        }
        let text =
            expected["json_subset"].to_string().replace("<api>", id(&api)).replace("<region>", "us-east-1");
        check_subset(&told.json, &serde_json::from_str(&text).expect("JSON"));
        let integration = &told.json["paths"]["/pets"]["get"]["x-amazon-apigateway-integration"];
        let mut shape = json!({
            "httpMethod": "GET",
            "uri": "http://example.com/pets",
            "responses": {"default": {"statusCode": "200"}},
            "passthroughBehavior": "when_no_match",
            "type": "http",
        });
        assert_eq!(integration, &shape);
        let recorded = &expected["integration_shape"];
        if !recorded.is_null() {
            shape["uri"] = recorded["uri"].clone();
            assert_eq!(&shape, recorded);
        }
    }
}

#[tokio::test]
async fn what_is_exported_is_what_the_stage_shows() {
    let (gateway, control) = scene();
    let api = imported(&control, PETS).await;
    deploy(&gateway, id(&api), "v1");
    let put = r#"{"openapi": "3.0.1", "info": {"title": "t"}, "paths": {"/new": {}}}"#;
    control.send_bytes("PUT", &format!("/restapis/{}?mode=overwrite", id(&api)), Bytes::from(put)).await;
    let path = format!("/restapis/{}/stages/v1/exports/oas30", id(&api));
    let exported = control.ok("GET", &path, Value::Null).await;
    let paths: Vec<&String> = exported["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(paths, ["/pets", "/pets/{petId}"]);
    assert!(!exported.to_string().contains("x-amazon"), "without extensions nothing is Amazon's: {exported}");
    for (path, expected) in [
        ("/stages/none/exports/oas30", "404 NotFoundException Invalid stage identifier specified"),
        (
            "/stages/v1/exports/raml",
            "400 BadRequestException Invalid export type specified: raml. Use oas30 or swagger",
        ),
        (
            "/stages/v1/exports/swagger?extensions=postman",
            "400 BadRequestException 'postman' is not a value of 'extensions'; use apigateway, integrations or authorizers",
        ),
    ] {
        let path = format!("/restapis/{}{path}", id(&api));
        assert_eq!(control.refusal("GET", &path, Value::Null).await, expected);
    }
}

#[tokio::test]
async fn a_kinesis_proxy_comes_back_from_its_export() {
    for definition in [kinesis_proxy::swagger(), kinesis_proxy::openapi()] {
        let (gateway, control) = scene();
        let api = imported(&control, &definition).await;
        deploy(&gateway, id(&api), "test");
        for (kind, accept) in
            [("oas30", "application/json"), ("oas30", "application/yaml"), ("swagger", "application/yaml")]
        {
            let path = format!("/restapis/{}/stages/test/exports/{kind}?extensions=apigateway", id(&api));
            let request = Request::builder()
                .uri(&path)
                .header("host", "apigateway.us-east-1.amazonaws.com")
                .header("x-amz-date", "20260101T000000Z")
                .header("authorization", AUTHORIZATION)
                .header("accept", accept)
                .body(Bytes::new())
                .expect("a request");
            let told = control.send_request(request).await;
            let disposition = told.headers["content-disposition"].to_str().expect("text").to_owned();
            let end = accept.trim_start_matches("application/");
            assert_eq!(disposition, format!("attachment; filename=\"{kind}_2016-03-31T18:25:32Z.{end}\""));
            let again = import(&control, "&failonwarnings=true", told.bytes.clone()).await;
            assert_eq!(again.status, 201, "{}", again.refusal());
            assert_eq!(paths(&gateway, id(&again.json)), paths(&gateway, id(&api)));
            deploy(&gateway, id(&again.json), "test");
            let path =
                format!("/restapis/{}/stages/test/exports/oas30?extensions=apigateway", id(&again.json));
            let second = control.ok("GET", &path, Value::Null).await;
            let path = format!("/restapis/{}/stages/test/exports/oas30?extensions=apigateway", id(&api));
            let first = control.ok("GET", &path, Value::Null).await;
            if kind == "oas30" {
                assert_eq!(second["paths"], first["paths"]);
            }
            assert_eq!(second["components"], first["components"]);
        }
    }
}
