//! Documentation parts and versions through the control plane, and in definitions.

use alluvium_api_gateway::{ApiGateway, GatewayOptions};
use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, REGION, clock};
use crate::control_scene::Control;

const DEFINITION: &str = r#"{
  "openapi": "3.0.1", "info": {"title": "t"},
  "paths": {"/pets": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
  "x-amazon-apigateway-documentation": {"version": "1", "documentationParts": [
    {"location": {"type": "API"}, "properties": {"description": "first"}},
    {"location": {"type": "METHOD", "path": "/pets", "method": "GET"}, "properties": {"summary": "all"}}
  ]}
}"#;

fn scene() -> (ApiGateway, Control) {
    let gateway = ApiGateway::in_memory(GatewayOptions::new(ACCOUNT_ID, REGION), clock()).expect("a gateway");
    let control = Control::of(&gateway);
    (gateway, control)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn a_part_is_made_read_changed_and_deleted() {
    let (_gateway, control) = scene();
    let api = control.ok("POST", "/restapis", json!({"name": "x"})).await;
    let path = format!("/restapis/{}/documentation/parts", text(&api["id"]));
    let sent =
        json!({"location": {"type": "METHOD", "path": "/a", "method": "*"}, "properties": "{ \"a\": 1\n}"});
    let told = control.send("POST", &path, sent.clone()).await;
    assert_eq!(told.status, 201, "{}", told.refusal());
    let one = format!("{path}/{}", text(&told.json["id"]));
    let expected =
        json!({"id": told.json["id"], "location": sent["location"], "properties": sent["properties"]});
    assert_eq!(told.json, expected);
    assert_eq!(control.ok("GET", &one, Value::Null).await, expected);
    for (query, count) in [("", 1), ("?type=METHOD", 1), ("?type=API", 0), ("?path=%2Fa", 1), ("?name=x", 0)]
    {
        let list = control.ok("GET", &format!("{path}{query}"), Value::Null).await;
        assert_eq!(list["item"].as_array().map(Vec::len), Some(count), "{query}");
    }
    let change = |path: &str, value: &str| json!({"patchOperations": [{"op": "replace", "path": path, "value": value}]});
    assert_eq!(control.ok("PATCH", &one, change("/properties", "{}")).await["properties"], "{}");
    for (verb, path, body, expected) in [
        (
            "PATCH",
            &one,
            change("/location", "{}"),
            "400 BadRequestException Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]",
        ),
        (
            "PATCH",
            &one,
            change("/properties", "[]"),
            "400 BadRequestException Documentation part properties must be a JSON object",
        ),
        (
            "POST",
            &path,
            sent,
            "409 ConflictException Documentation part already exists for the specified location: type 'METHOD'.",
        ),
        (
            "POST",
            &path,
            json!({"location": {"type": "PAGE"}}),
            "400 ValidationException 2 validation errors detected: Value 'PAGE' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]; Value null at 'createDocumentationPartInput.properties' failed to satisfy constraint: Member must not be null",
        ),
        ("DELETE", &one, Value::Null, "202  "),
        ("GET", &one, Value::Null, "404 NotFoundException Invalid Documentation part identifier specified"),
    ] {
        assert_eq!(control.refusal(verb, path, body).await, expected);
    }
}

#[tokio::test]
async fn a_version_that_a_stage_shows_stays() {
    let (gateway, control) = scene();
    let api = control.send_bytes("POST", "/restapis?mode=import", Bytes::from(DEFINITION)).await.json;
    gateway
        .create_deployment(text(&api["id"]), "s", &IndexMap::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let path = format!("/restapis/{}/documentation/versions", text(&api["id"]));
    let sent = json!({"documentationVersion": "1.0", "description": "d", "stageName": "s"});
    let made = control.ok("POST", &path, sent.clone()).await;
    assert_eq!(made, json!({"version": "1.0", "description": "d", "createdDate": 1_700_000_000}));
    let one = format!("{path}/1.0");
    assert_eq!(control.ok("GET", &one, Value::Null).await, made);
    assert_eq!(control.ok("GET", &path, Value::Null).await, json!({"item": [made]}));
    let change = json!({"patchOperations": [{"op": "replace", "path": "/description", "value": "e"}]});
    assert_eq!(control.ok("PATCH", &one, change).await["description"], "e");
    assert_eq!(
        control.refusal("POST", &path, sent).await,
        "409 ConflictException Documentation version '1.0' already exists"
    );
    assert_eq!(
        control.refusal("DELETE", &one, Value::Null).await,
        "409 ConflictException Documentation version '1.0' is shown by stage 's'"
    );
    let other = json!({"documentationVersion": "2.0", "stageName": "none"});
    assert_eq!(
        control.refusal("POST", &path, other).await,
        "404 NotFoundException Invalid stage identifier specified"
    );
    assert_eq!(
        control.refusal("GET", &format!("{path}/2.0"), Value::Null).await,
        "404 NotFoundException Invalid Documentation version specified"
    );
}

#[tokio::test]
async fn parts_come_with_definitions_and_by_themselves() {
    let (_gateway, control) = scene();
    let api = control.send_bytes("POST", "/restapis?mode=import", Bytes::from(DEFINITION)).await.json;
    let path = format!("/restapis/{}/documentation/parts", text(&api["id"]));
    let parts = control.ok("GET", &path, Value::Null).await;
    let id_of = |kind: &str| {
        let items = parts["item"].as_array().expect("parts");
        items.iter().find(|part| part["location"]["type"] == kind).expect("the part")["id"].clone()
    };
    let changed = DEFINITION.replace("first", "second").replace(", \"method\": \"GET\"", "");
    let put = control.send_bytes("PUT", &format!("{path}?mode=merge"), Bytes::from(changed.clone())).await;
    assert_eq!((put.status, &put.json["ids"][0], &put.json["warnings"]), (200, &id_of("API"), &json!([])));
    let list = control.ok("GET", &path, Value::Null).await;
    assert_eq!(list["item"].as_array().map(Vec::len), Some(3));
    let one = control.ok("GET", &format!("{path}/{}", text(&id_of("API"))), Value::Null).await;
    assert_eq!(one["properties"], "{\"description\":\"second\"}");
    let put = control.send_bytes("PUT", &format!("{path}?mode=overwrite"), Bytes::from(changed)).await;
    assert_eq!(put.status, 200);
    let list = control.ok("GET", &path, Value::Null).await;
    assert_eq!(list["item"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        control.send_bytes("PUT", &path, Bytes::from("[]")).await.refusal(),
        "400 BadRequestException Invalid OpenAPI input."
    );
}
