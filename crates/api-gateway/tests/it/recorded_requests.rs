//! The requests recorded on the real API Gateway, read from the corpus when it is there.
//!
//! Each case's API is stored as it is recorded, deployed and called.

use alluvium_api_gateway::RestApi;
use bytes::Bytes;
use http::Response;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::backend::{Answer, ROLE_ARN, Received, Scene};
use crate::control_scene::Control;
use crate::recorded_rendering::recorded;

/// The case's API in the shape of API Gateway's own answers.
fn api(case: &Value) -> RestApi {
    let mut resources = Map::new();
    let mut models = Map::new();
    let mut validators = Map::new();
    for (index, method) in case["api"].as_array().into_iter().flatten().enumerate() {
        let path = method["path"].as_str().unwrap_or("/");
        let id = format!("resource{index:02}");
        let model = format!("Model{index}");
        let mut fields = json!({
            "apiKeyRequired": method["apiKeyRequired"].as_bool().unwrap_or(false),
            "methodIntegration": integration(method),
        });
        if method["methodRequestParameters"].is_object() {
            fields["requestParameters"] = method["methodRequestParameters"].clone();
        }
        if method["validator"].is_object() {
            let mut validator = method["validator"].clone();
            validator["id"] = json!("vvvvvv");
            validators.insert("vvvvvv".to_owned(), validator);
            fields["requestValidatorId"] = json!("vvvvvv");
        }
        if method["requestModel"].is_object() {
            let schema = method["requestModel"].to_string();
            models.insert(model.clone(), json!({"id": "mmmmmm", "name": model, "schema": schema}));
            fields["requestModels"] = json!({"application/json": model});
        }
        let resource = resources
            .entry(path.to_owned())
            .or_insert_with(|| json!({"id": id, "path": path, "resourceMethods": {}}));
        resource["resourceMethods"][method["method"].as_str().unwrap_or("GET")] = fields;
    }
    let resources: Map<String, Value> = resources
        .into_iter()
        .map(|(_, resource)| (resource["id"].as_str().unwrap_or_default().to_owned(), resource))
        .collect();
    let api = json!({
        "id": "recorded01", "name": "recorded", "createdMillis": 0,
        "resources": resources, "models": models, "requestValidators": validators,
    });
    serde_json::from_value(api).expect("the case's API has the model's shape")
}

fn integration(method: &Value) -> Value {
    let mut integration = method["integration"].clone();
    let uri = integration["uri"].as_str().unwrap_or_default();
    if uri.contains(":dynamodb:action/") {
        // The steps around an action are the same for every service.
        integration["uri"] = json!(uri.replace(":dynamodb:", ":kinesis:"));
    } else if uri.starts_with('<') {
        let path = uri.split_once('>').map_or("", |(_, path)| path);
        integration["uri"] = json!(format!("http://backend.local{path}"));
    }
    if integration["type"] == "AWS" {
        integration["credentials"] = json!(ROLE_ARN);
    }
    if let Some(verb) = integration.as_object_mut().and_then(|fields| fields.remove("integrationHttpMethod"))
    {
        integration["httpMethod"] = verb;
    }
    if method["integrationResponses"].is_object() {
        integration["integrationResponses"] = method["integrationResponses"].clone();
    }
    integration
}

/// A backend that answers as Kinesis, or with the status that its path names.
fn backend(status: u16) -> Scene {
    Scene::new(move |received: &Received| {
        let status =
            received.uri.path().strip_prefix("/status/").and_then(|text| text.parse().ok()).unwrap_or(status);
        let body = match received.header("x-amz-target") {
            "Kinesis_20131202.PutRecord" => {
                r#"{"SequenceNumber":"1","ShardId":"shardId-000000000000"}"#.to_owned()
            }
            "Kinesis_20131202.PutRecords" => {
                let record = r#"{"SequenceNumber":"1","ShardId":"shardId-000000000000"}"#;
                format!(r#"{{"FailedRecordCount":0,"Records":[{record},{record},{record}]}}"#)
            }
            _ => "{}".to_owned(),
        };
        Ok(Response::builder().status(status).body(Bytes::from(body))?)
    })
}

/// The value of a new key in a usage plan of the API's stage.
async fn key_in_plan(scene: &Scene, api_id: &str, is_enabled: bool) -> String {
    let control = Control::of(&scene.gateway);
    let key = control.ok("POST", "/apikeys", json!({"name": "k", "enabled": is_enabled})).await;
    let stages = json!([{"apiId": api_id, "stage": "prod"}]);
    let plan = control.ok("POST", "/usageplans", json!({"name": "p", "apiStages": stages})).await;
    let path = format!("/usageplans/{}/keys", plan["id"].as_str().unwrap_or_default());
    control.ok("POST", &path, json!({"keyId": key["id"], "keyType": "API_KEY"})).await;
    key["value"].as_str().unwrap_or_default().to_owned()
}

async fn run(case: &Value) -> Vec<String> {
    let name = case["name"].as_str().unwrap_or_default();
    let scene = backend(if case["api"].to_string().contains("answering 400") { 400 } else { 200 });
    let api_id = scene.gateway.add_api(api(case)).expect("the API is stored").id.clone();
    let deployed = scene.gateway.create_deployment(&api_id, "prod", &IndexMap::new());
    deployed.unwrap_or_else(|error| panic!("{name}: {error}"));
    let request = &case["request"];
    let mut builder = http::Request::builder().method(request["method"].as_str().unwrap_or("GET"));
    for (header, value) in request["headers"].as_object().into_iter().flatten() {
        builder = match value.as_str().unwrap_or_default() {
            "<key in plan>" => builder.header(header, key_in_plan(&scene, &api_id, true).await),
            "<disabled key>" => builder.header(header, key_in_plan(&scene, &api_id, false).await),
            value => builder.header(header, value),
        };
    }
    let path = format!("/prod{}", request["path"].as_str().unwrap_or("/"));
    let body = request["body"].as_str().unwrap_or_default().to_owned();
    let answer = scene.send(&api_id, builder, &path, body).await;
    let received = scene.received().pop();
    let mut differences = Vec::new();
    for (what, expected) in case["expect"].as_object().into_iter().flatten() {
        if let Some(difference) = difference(what, expected, &answer, received.as_ref(), request) {
            differences.push(format!("{name}: {what}: {difference}\n  {answer:?}\n  {received:?}"));
        }
    }
    differences
}

/// The texts of a JSON array in one order.
fn sorted(array: &Value) -> Vec<&str> {
    let mut texts: Vec<&str> = array.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    texts.sort_unstable();
    texts
}

fn difference(
    what: &str,
    expected: &Value,
    answer: &Answer,
    received: Option<&Received>,
    request: &Value,
) -> Option<String> {
    let json_body = || serde_json::from_str::<Value>(&answer.body).unwrap_or(Value::Null);
    let sent = || {
        received
            .and_then(|received| serde_json::from_str::<Value>(&received.body).ok())
            .unwrap_or(Value::Null)
    };
    let is_same = match what {
        "status" => expected == answer.status,
        "json" => json_body() == *expected,
        "body" => expected == &answer.body,
        "headers" => headers_are(expected, |name| answer.header(name).to_owned()),
        "not_headers" => expected.as_object()?.iter().all(|(name, value)| answer.header(name) != *value),
        // The listener adds Date and Content-Length to whatever the service answers.
        "headers_present" => expected
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .all(|name| matches!(name, "date" | "content-length") || !answer.header(name).is_empty()),
        "absent_headers" => {
            expected.as_array()?.iter().all(|name| answer.header(name.as_str().unwrap_or("")).is_empty())
        }
        "json_set" => sorted(&json_body()) == sorted(expected),
        "json_keys_exact" => keys_are(&json_body(), expected),
        "json_subset" => expected.as_object()?.iter().all(|(key, value)| json_body()[key] == *value),
        "records_len" => {
            json_body()["Records"].as_array().map(Vec::len) == expected.as_u64().map(|n| n as usize)
        }
        "record_keys_exact" => {
            json_body()["Records"].as_array()?.iter().all(|record| keys_are(record, expected))
        }
        "stream_record" => {
            decoded(&sent()["Data"]) == expected["Data"] && sent()["PartitionKey"] == expected["PartitionKey"]
        }
        "stream_partition_keys" => {
            let records = sent()["Records"].take();
            json!(records.as_array()?.iter().map(|record| record["PartitionKey"].clone()).collect::<Vec<_>>())
                == *expected
        }
        "backend_body" if expected == "<client body as is>" => received?.body == request["body"],
        "backend_body" => received?.body == *expected,
        "backend_body_json" => sent() == *expected,
        "backend_headers" => {
            headers_are(expected, |name| received.map(|r| r.header(name).to_owned()).unwrap_or_default())
        }
        // The client that calls the backend adds Host.
        "backend_headers_present" => expected
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .all(|name| name == "Host" || received.is_some_and(|r| !r.header(name).is_empty())),
        "backend_headers_absent" => expected
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .all(|name| received.is_some_and(|r| r.header(name).is_empty())),
        other => return Some(format!("nobody checks '{other}'")),
    };
    (!is_same).then(|| format!("expected {expected}"))
}

fn headers_are(expected: &Value, actual: impl Fn(&str) -> String) -> bool {
    expected.as_object().is_some_and(|headers| {
        headers.iter().all(|(name, value)| match value.as_str() {
            Some("<resource id>") => actual(name).len() == 10,
            Some(value) => actual(name) == value.replace("<api-id>", "recorded01"),
            None => false,
        })
    })
}

fn keys_are(value: &Value, expected: &Value) -> bool {
    let mut keys: Vec<&String> = value.as_object().map(|object| object.keys().collect()).unwrap_or_default();
    keys.sort();
    json!(keys) == *expected
}

fn decoded(base64: &Value) -> String {
    let bytes = base64_simd::STANDARD.decode_to_vec(base64.as_str().unwrap_or_default()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn every_recorded_request_gets_the_recorded_answer() {
    let Some(cases) = recorded("runtime") else { return };
    let mut differences = Vec::new();
    for case in &cases {
        differences.extend(run(case).await);
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(cases.len(), 107);
}
