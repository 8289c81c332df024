//! Deployments and stages by calls: copies that stay as they are, settings by path, canaries, and what is refused.

use alluvium_api_gateway::{ApiGateway, GatewayOptions, InvokeUrl};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::backend::{ACCOUNT_ID, clock};
use crate::control_scene::Control;

struct Scene {
    gateway: ApiGateway,
    control: Control,
    api_id: String,
    /// The path of GET on the root.
    method: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("?").to_owned()
}

fn replace(path: &str, value: &str) -> Value {
    json!({ "patchOperations": [{ "op": "replace", "path": path, "value": value }] })
}

impl Scene {
    /// An API whose root answers `first`.
    async fn new() -> Self {
        let options = GatewayOptions::new(ACCOUNT_ID, "us-east-1");
        let gateway = ApiGateway::in_memory(options, clock()).expect("a gateway");
        let control = Control::of(&gateway);
        let api = control.ok("POST", "/restapis", json!({ "name": "stages" })).await;
        let api_id = text(&api["id"]);
        let root = text(&api["rootResourceId"]);
        let method = format!("/restapis/{api_id}/resources/{root}/methods/GET");
        control.ok("PUT", &method, json!({ "authorizationType": "NONE" })).await;
        control.ok("PUT", &format!("{method}/responses/200"), json!({})).await;
        let scene = Self { gateway, control, api_id, method };
        scene.answers("first").await;
        scene
    }

    /// Makes the root answer something else.
    async fn answers(&self, answer: &str) {
        let templates = json!({ "application/json": "{\"statusCode\": 200}" });
        let integration = format!("{}/integration", self.method);
        self.control.ok("PUT", &integration, json!({ "type": "MOCK", "requestTemplates": templates })).await;
        let templates = json!({ "application/json": answer });
        let response = format!("{integration}/responses/200");
        self.control.ok("PUT", &response, json!({ "responseTemplates": templates })).await;
    }

    fn below(&self, path: &str) -> String {
        format!("/restapis/{}/{path}", self.api_id)
    }

    async fn deploy(&self, input: Value) -> String {
        text(&self.control.ok("POST", &self.below("deployments"), input).await["id"])
    }

    /// What a caller of the stage gets.
    async fn called(&self, stage: &str) -> String {
        let url = InvokeUrl { api_id: self.api_id.clone(), stage: stage.to_owned(), path: "/".to_owned() };
        let response = self.gateway.invoke(&url, Request::new(Bytes::new())).await;
        format!("{} {}", response.status().as_u16(), String::from_utf8_lossy(response.body()))
    }
}

#[tokio::test]
async fn a_stage_shows_the_deployment_that_it_is_moved_to() {
    let scene = Scene::new().await;
    let first = scene.deploy(json!({ "stageName": "s", "variables": { "v": "1" } })).await;
    scene.answers("second $stageVariables.v").await;
    assert_eq!(scene.called("s").await, "200 first");
    let second = scene.deploy(json!({ "stageName": "s" })).await;
    assert_eq!(scene.called("s").await, "200 second 1");
    let stage = scene.below("stages/s");
    scene.control.ok("PATCH", &stage, replace("/variables/v", "2")).await;
    assert_eq!(scene.called("s").await, "200 second 2");
    scene.control.ok("PATCH", &stage, replace("/deploymentId", &first)).await;
    assert_eq!(scene.called("s").await, "200 first");
    let told = scene.control.refusal("PATCH", &stage, replace("/deploymentId", "nosuch")).await;
    assert_eq!(told, "400 BadRequestException Deployment id does not exist");
    let in_use = "400 BadRequestException Active stages pointing to this deployment must be moved or deleted";
    let deployment = scene.below(&format!("deployments/{first}"));
    assert_eq!(scene.control.refusal("DELETE", &deployment, Value::Null).await, in_use);
    scene.control.ok("DELETE", &scene.below(&format!("deployments/{second}")), Value::Null).await;
    scene.control.ok("DELETE", &stage, Value::Null).await;
    scene.control.ok("DELETE", &deployment, Value::Null).await;
    assert!(scene.called("s").await.starts_with("403 "));
}

#[tokio::test]
async fn a_method_that_cannot_run_is_deployed_and_answers_500() {
    let scene = Scene::new().await;
    scene.answers("#if(").await;
    scene.deploy(json!({ "stageName": "s" })).await;
    assert_eq!(scene.called("s").await, "500 {\"message\":\"Internal server error\"}");
    let told = scene.control.ok("POST", &scene.method, json!({})).await;
    assert_eq!(told["status"], 500);
}

#[tokio::test]
async fn what_has_nothing_to_show_is_not_deployed() {
    let scene = Scene::new().await;
    let deployments = scene.below("deployments");
    scene.control.ok("DELETE", &format!("{}/integration", scene.method), Value::Null).await;
    let told = scene.control.refusal("POST", &deployments, json!({ "stageName": "s" })).await;
    assert_eq!(told, "400 BadRequestException No integration defined for method");
    scene.control.ok("DELETE", &scene.method, Value::Null).await;
    let told = scene.control.refusal("POST", &deployments, json!({})).await;
    assert_eq!(told, "400 BadRequestException The REST API doesn't contain any methods");
    assert_eq!(scene.control.ok("GET", &deployments, Value::Null).await, json!({ "item": [] }));
}

#[tokio::test]
async fn a_deployment_tells_the_methods_that_it_copied() {
    let scene = Scene::new().await;
    let id = scene.deploy(json!({ "description": "d" })).await;
    let path = scene.below(&format!("deployments/{id}?embed=apisummary"));
    let deployment = scene.control.ok("GET", &path, Value::Null).await;
    let summary = json!({ "/": { "GET": { "authorizationType": "NONE", "apiKeyRequired": false } } });
    assert_eq!((&deployment["apiSummary"], &deployment["description"]), (&summary, &json!("d")));
    let path = scene.below(&format!("deployments/{id}"));
    let told = scene.control.refusal("PATCH", &path, replace("/createdDate", "1")).await;
    assert_eq!(
        told,
        "400 BadRequestException Invalid patch path  '/createdDate' specified for op 'replace'. Must be one of: [/description]"
    );
    scene.control.ok("PATCH", &path, replace("/description", "")).await;
    assert_eq!(scene.control.ok("GET", &path, Value::Null).await.get("description"), None);
}

#[tokio::test]
async fn a_stage_is_made_with_awss_defaults() {
    let scene = Scene::new().await;
    let id = scene.deploy(json!({})).await;
    let stages = scene.below("stages");
    let made =
        scene.control.ok("POST", &stages, json!({ "stageName": "s", "deploymentId": id.clone() })).await;
    let expected = json!({ "stageName": "s", "deploymentId": id, "cacheClusterEnabled": false,
        "cacheClusterStatus": "NOT_AVAILABLE", "methodSettings": {}, "tracingEnabled": false,
        "createdDate": 1_700_000_000, "lastUpdatedDate": 1_700_000_000 });
    assert_eq!(made, expected);
    for (input, expected) in [
        (json!({ "stageName": "s", "deploymentId": id }), "409 ConflictException Stage already exists"),
        (
            json!({ "stageName": "t", "deploymentId": "nosuch" }),
            "400 BadRequestException Deployment id does not exist",
        ),
        (
            json!({ "stageName": "a b", "deploymentId": id }),
            "400 BadRequestException Stage name only allows a-zA-Z0-9_-",
        ),
        (
            json!({ "stageName": "x".repeat(129), "deploymentId": id }),
            "400 BadRequestException Stage name only allows a-zA-Z0-9_-",
        ),
    ] {
        assert_eq!(scene.control.refusal("POST", &stages, input).await, expected);
    }
    for number in 0..9 {
        let input = json!({ "stageName": format!("s{number}"), "deploymentId": id });
        scene.control.ok("POST", &stages, input).await;
    }
    let told = scene.control.refusal("POST", &stages, json!({ "stageName": "z", "deploymentId": id })).await;
    assert!(told.starts_with("429 LimitExceededException"), "{told}");
    let told = scene.control.refusal("POST", &scene.below("deployments"), json!({ "stageName": "z" })).await;
    assert!(told.starts_with("429 LimitExceededException"), "{told}");
}

#[tokio::test]
async fn method_settings_are_set_and_removed_by_path() {
    let scene = Scene::new().await;
    scene.deploy(json!({ "stageName": "s" })).await;
    let stage = scene.below("stages/s");
    let none = "400 BadRequestException Cannot remove method setting */* because there is no method setting for this method ";
    let remove = json!({ "patchOperations": [{ "op": "remove", "path": "/*/*" }] });
    assert_eq!(scene.control.refusal("PATCH", &stage, remove.clone()).await, none);
    let told = scene.control.ok("PATCH", &stage, replace("/*/*/caching/enabled", "true")).await;
    let expected = json!({ "cacheDataEncrypted": false, "cacheTtlInSeconds": 300, "cachingEnabled": true,
        "dataTraceEnabled": false, "metricsEnabled": false, "requireAuthorizationForCacheControl": true,
        "throttlingBurstLimit": 5000, "throttlingRateLimit": 10000.0,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER" });
    assert_eq!(told["methodSettings"], json!({ "*/*": expected }));
    scene.control.ok("PATCH", &stage, remove).await;
    for (path, value, key, member, expected) in [
        ("/pets~1{id}/GET/throttling/rateLimit", "0.5", "pets/{id}/GET", "throttlingRateLimit", json!(0.5)),
        ("/pets/{id}/GET/throttling/burstLimit", "7", "pets/{id}/GET", "throttlingBurstLimit", json!(7)),
        ("//GET/logging/loglevel", "INFO", "/GET", "loggingLevel", json!("INFO")),
        ("/*/*/metrics/enabled", "true", "*/*", "metricsEnabled", json!(true)),
        ("/*/*/logging/dataTrace", "true", "*/*", "dataTraceEnabled", json!(true)),
        ("/*/*/caching/ttlInSeconds", "0", "*/*", "cacheTtlInSeconds", json!(0)),
    ] {
        let told = scene.control.ok("PATCH", &stage, replace(path, value)).await;
        assert_eq!(told["methodSettings"][key][member], expected, "{path}");
    }
    for path in
        ["/documentation_version", "/tags/a", "/pets/ANY/caching/enabled", "/*/GET/caching/enabled", "", "/"]
    {
        let told = scene.control.refusal("PATCH", &stage, replace(path, "true")).await;
        let head = format!(
            "400 BadRequestException Invalid method setting path: {path}. Must be one of: [/deploymentId,"
        );
        assert!(told.starts_with(&head), "{told}");
    }
    for (path, value) in [
        ("/*/*/throttling/rateLimit", "fast"),
        ("/*/*/throttling/rateLimit", "NaN"),
        ("/*/*/logging/loglevel", "LOUD"),
        ("/*/*/caching/ttlInSeconds", "3601"),
        ("/*/*/caching/unauthorizedCacheControlHeaderStrategy", "NO"),
        ("/canarySettings/percentTraffic", "101"),
    ] {
        let told = scene.control.refusal("PATCH", &stage, replace(path, value)).await;
        let expected =
            format!("400 BadRequestException Invalid patch value '{value}' specified for path '{path}'");
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn a_canary_is_kept_promoted_and_removed() {
    let scene = Scene::new().await;
    let deployments = scene.below("deployments");
    let canary = json!({ "percentTraffic": 50, "stageVariableOverrides": { "v": "2" } });
    let head = "400 BadRequestException Invalid deployment content specified.";
    let told = scene.control.refusal("POST", &deployments, json!({ "canarySettings": canary })).await;
    assert_eq!(
        told,
        format!(
            "{head}Non null and non empty stageName must be provided for canary deployment. Provided value is null"
        )
    );
    let told = scene
        .control
        .refusal("POST", &deployments, json!({ "stageName": "s", "canarySettings": canary }))
        .await;
    assert_eq!(
        told,
        format!("{head}Stage s must already be created before making a canary release deployment")
    );
    let first = scene.deploy(json!({ "stageName": "s", "variables": { "v": "1" } })).await;
    let second = scene.deploy(json!({ "stageName": "s", "canarySettings": canary })).await;
    let stage = scene.below("stages/s");
    let told = scene.control.ok("GET", &stage, Value::Null).await;
    let expected = json!({ "percentTraffic": 50.0, "deploymentId": second,
        "stageVariableOverrides": { "v": "2" }, "useStageCache": false });
    assert_eq!((&told["canarySettings"], &told["deploymentId"]), (&expected, &json!(first)));
    let told =
        scene.control.refusal("DELETE", &scene.below(&format!("deployments/{second}")), Value::Null).await;
    assert!(told.starts_with("400 BadRequestException Active stages with canary settings"), "{told}");
    let copy = |from: &str, path: &str| json!({ "op": "copy", "from": from, "path": path });
    let promote = json!({ "patchOperations": [copy("/canarySettings/deploymentId", "/deploymentId"),
        copy("/canarySettings/stageVariableOverrides", "/variables"), { "op": "remove", "path": "/canarySettings" }] });
    let told = scene.control.ok("PATCH", &stage, promote).await;
    assert_eq!((&told["deploymentId"], &told["variables"]), (&json!(second), &json!({ "v": "2" })));
    assert_eq!(told.get("canarySettings"), None);
    let told = scene.control.ok("PATCH", &stage, replace("/canarySettings/percentTraffic", "50.0")).await;
    let expected = json!({ "percentTraffic": 50.0, "deploymentId": second, "useStageCache": false });
    assert_eq!(told["canarySettings"], expected);
}
