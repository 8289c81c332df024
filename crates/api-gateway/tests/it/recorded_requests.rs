//! The requests recorded on the real API Gateway, read from the corpus when it is there.
//!
//! Each case's API is written as an OpenAPI definition and imported. Recordings of HTTP integrations whose steps are those of any
//! non-proxy integration run as an AWS integration with a path; what needs a step that does not exist yet is listed by name.

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use crate::backend::{Answer, ROLE_ARN, Received, Scene};
use crate::recorded_rendering::recorded;

/// Cases that need HTTP integrations, proxy integrations, validators or API keys.
const NOT_YET: [&str; 21] = [
    "runtime/api-key-disabled",
    "runtime/api-key-missing",
    "runtime/api-key-ok",
    "runtime/http-default-request-headers",
    "runtime/http-proxy-status-passes-through",
    "runtime/illegal-header-mapping-AWS_PROXY-Authorization",
    "runtime/illegal-header-mapping-AWS_PROXY-Connection",
    "runtime/illegal-header-mapping-AWS_PROXY-Content-Length",
    "runtime/illegal-header-mapping-AWS_PROXY-Expect",
    "runtime/illegal-header-mapping-AWS_PROXY-Proxy-Authenticate",
    "runtime/illegal-header-mapping-AWS_PROXY-TE",
    "runtime/illegal-header-mapping-AWS_PROXY-Transfer-Encoding",
    "runtime/illegal-header-mapping-HTTP-Content-Length",
    "runtime/illegal-header-mapping-HTTP-Transfer-Encoding",
    "runtime/illegal-header-mapping-HTTP_PROXY-Content-Length",
    "runtime/illegal-header-mapping-HTTP_PROXY-Transfer-Encoding",
    "runtime/stage-variable-missing-uri",
    "runtime/validator-bad-body",
    "runtime/validator-missing-header",
    "runtime/validator-missing-params",
    "runtime/validator-missing-qs",
];

/// The case's API as an OpenAPI definition.
fn definition(api: &Value) -> String {
    let mut paths = Map::new();
    for method in api.as_array().into_iter().flatten() {
        let parameters: Vec<Value> = method["methodRequestParameters"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, required)| {
                let (location, name) = name.strip_prefix("method.request.")?.split_once('.')?;
                let location = if location == "querystring" { "query" } else { location };
                Some(json!({"name": name, "in": location, "required": required}))
            })
            .collect();
        let path = method["path"].as_str().unwrap_or("/").to_owned();
        let verb = method["method"].as_str().unwrap_or("GET").to_lowercase();
        let operation =
            json!({"parameters": parameters, "x-amazon-apigateway-integration": integration(method)});
        paths.entry(path).or_insert_with(|| json!({}))[verb] = operation;
    }
    json!({"openapi": "3.0.1", "info": {"title": "recorded", "version": "1"}, "paths": paths}).to_string()
}

fn integration(method: &Value) -> Value {
    let mut integration = method["integration"].clone();
    if integration["type"] != "MOCK" {
        let uri = integration["uri"].as_str().unwrap_or_default();
        if !uri.starts_with("arn:") {
            let path = uri.trim_start_matches(|c| c != '/').trim_start_matches('/');
            integration["uri"] = json!(format!("arn:aws:apigateway:us-east-1:kinesis:path/{path}"));
        } else if uri.contains(":dynamodb:action/") {
            // The steps around an action are the same for every service.
            integration["uri"] = json!(uri.replace(":dynamodb:", ":kinesis:"));
        }
        integration["type"] = json!("AWS");
        integration["credentials"] = json!(ROLE_ARN);
    }
    if let Some(verb) = integration.as_object_mut().and_then(|fields| fields.remove("integrationHttpMethod"))
    {
        integration["httpMethod"] = verb;
    }
    let mut responses = Map::new();
    for (status, response) in method["integrationResponses"].as_object().into_iter().flatten() {
        let mut response = response.clone();
        let pattern = response.as_object_mut().and_then(|fields| fields.remove("selectionPattern"));
        response["statusCode"] = json!(status);
        responses.insert(
            pattern.and_then(|p| p.as_str().map(str::to_owned)).unwrap_or("default".to_owned()),
            response,
        );
    }
    integration["responses"] = Value::Object(responses);
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

async fn run(case: &Value) -> Vec<String> {
    let name = case["name"].as_str().unwrap_or_default();
    let scene = backend(if case["api"].to_string().contains("answering 400") { 400 } else { 200 });
    let api_id = scene.deploy(&definition(&case["api"]));
    let request = &case["request"];
    let mut builder = http::Request::builder().method(request["method"].as_str().unwrap_or("GET"));
    for (header, value) in request["headers"].as_object().into_iter().flatten() {
        builder = builder.header(header, value.as_str().unwrap_or_default());
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
        other => return Some(format!("nobody checks '{other}'")),
    };
    (!is_same).then(|| format!("expected {expected}"))
}

fn headers_are(expected: &Value, actual: impl Fn(&str) -> String) -> bool {
    expected.as_object().is_some_and(|headers| {
        headers.iter().all(|(name, value)| match value.as_str() {
            Some("<resource id>") => actual(name).len() == 10,
            value => Some(actual(name).as_str()) == value,
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
async fn every_recorded_request_that_applies_gets_the_recorded_answer() {
    let Some(cases) = recorded("runtime") else { return };
    let mut differences = Vec::new();
    let mut ran = 0;
    for case in cases.iter().filter(|case| !NOT_YET.contains(&case["name"].as_str().unwrap_or_default())) {
        ran += 1;
        differences.extend(run(case).await);
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert_eq!((ran, cases.len()), (86, 107));
}
