//! The calls of the control plane recorded on the real API Gateway, read from the corpus when it is there.
//!
//! Each case starts from a new API with a resource `/pets`, a method POST without an integration, and what the case says is given.
//! What a case leaves out of its input has a value that is taken.

use serde_json::{Map, Value, json};

use crate::backend::ACCOUNT_ID;
use crate::control_scene::{Control, Told};
use crate::recorded_rendering::recorded;

/// Cases of gateway responses and definitions, which `control_nouns` and `control_definitions` run.
const ELSEWHERE: [&str; 30] = [
    "control/export-oas30-shape",
    "control/export-swagger-shape",
    "control/gwresp-bad-type",
    "control/gwresp-default",
    "control/gwresp-delete-not-set",
    "control/gwresp-no-api",
    "control/gwresp-put-5xx-inherits",
    "control/gwresp-put-status-only",
    "control/gwresp-status-ACCESS_DENIED",
    "control/gwresp-status-API_CONFIGURATION_ERROR",
    "control/gwresp-status-AUTHORIZER_CONFIGURATION_ERROR",
    "control/gwresp-status-AUTHORIZER_FAILURE",
    "control/gwresp-status-BAD_REQUEST_BODY",
    "control/gwresp-status-BAD_REQUEST_PARAMETERS",
    "control/gwresp-status-EXPIRED_TOKEN",
    "control/gwresp-status-INTEGRATION_FAILURE",
    "control/gwresp-status-INTEGRATION_TIMEOUT",
    "control/gwresp-status-INVALID_API_KEY",
    "control/gwresp-status-INVALID_SIGNATURE",
    "control/gwresp-status-MISSING_AUTHENTICATION_TOKEN",
    "control/gwresp-status-QUOTA_EXCEEDED",
    "control/gwresp-status-REQUEST_TOO_LARGE",
    "control/gwresp-status-RESOURCE_NOT_FOUND",
    "control/gwresp-status-THROTTLED",
    "control/gwresp-status-UNAUTHORIZED",
    "control/gwresp-status-UNSUPPORTED_MEDIA_TYPE",
    "control/gwresp-status-WAF_FILTERED",
    "control/import-bad-file",
    "control/put-rest-api-merge",
    "control/put-rest-api-overwrite",
];

/// An API with something in it.
struct Start {
    control: Control,
    api_id: String,
    root_id: String,
    /// `/pets`.
    pets_id: String,
}

impl Start {
    async fn new() -> Self {
        let control = Control::new();
        let api = control.ok("POST", "/restapis", json!({ "name": "recorded" })).await;
        let (api_id, root_id) = (text(&api["id"]), text(&api["rootResourceId"]));
        let path = format!("/restapis/{api_id}/resources/{root_id}");
        let pets_id = text(&control.ok("POST", &path, json!({ "pathPart": "pets" })).await["id"]);
        let start = Self { control, api_id, root_id, pets_id };
        start.put(&start.pets("methods/POST"), json!({ "authorizationType": "NONE" })).await;
        start
    }

    /// A path below the API.
    fn below(&self, path: &str) -> String {
        format!("/restapis/{}/{path}", self.api_id)
    }

    /// A path below `/pets`.
    fn pets(&self, path: &str) -> String {
        self.below(&format!("resources/{}/{path}", self.pets_id))
    }

    async fn put(&self, path: &str, body: Value) -> Value {
        self.control.ok("PUT", path, body).await
    }

    async fn child(&self, parent_id: &str, path_part: &str) -> String {
        let path = self.below(&format!("resources/{parent_id}"));
        text(&self.control.ok("POST", &path, json!({ "pathPart": path_part })).await["id"])
    }

    /// The integration of POST `/pets`.
    async fn integrate(&self) {
        self.put(&self.pets("methods/POST/integration"), json!({ "type": "MOCK" })).await;
    }

    /// A GET of `/pets/{petId}` that tells its parameter; the resource's id.
    async fn told_pet(&self) -> String {
        let id = self.child(&self.pets_id, "{petId}").await;
        let method = self.below(&format!("resources/{id}/methods/GET"));
        self.put(&method, json!({ "authorizationType": "NONE" })).await;
        self.put(&format!("{method}/responses/200"), json!({})).await;
        let templates = json!({ "application/json": r#"{"statusCode": 200}"# });
        self.put(&format!("{method}/integration"), json!({ "type": "MOCK", "requestTemplates": templates }))
            .await;
        let templates = json!({ "application/json": r#"{"petId": "$input.params('petId')"}"# });
        self.put(&format!("{method}/integration/responses/200"), json!({ "responseTemplates": templates }))
            .await;
        id
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The input without what only sets the scene or stands in the path.
fn body(args: &Value, but: &[&str]) -> Value {
    let mut body: Map<String, Value> = args.as_object().cloned().unwrap_or_default();
    body.retain(|name, _| name != "given" && !but.contains(&name.as_str()));
    Value::Object(body)
}

async fn perform(start: &Start, operation: &str, args: &Value) -> Told {
    let control = &start.control;
    let api_id = match args["restApiId"].as_str() {
        Some(id) if !id.starts_with('<') => id.to_owned(),
        _ => start.api_id.clone(),
    };
    let api = format!("/restapis/{api_id}");
    let resource = format!("{api}/resources/{}", args["resourceId"].as_str().unwrap_or(&start.pets_id));
    let verb = match args["httpMethod"].as_str() {
        Some(verb) if verb.starts_with('<') => "DELETE",
        Some(verb) => verb,
        None => "POST",
    };
    match operation {
        "CreateRestApi" => control.send("POST", "/restapis", body(args, &[])).await,
        "UpdateRestApi" => control.send("PATCH", &api, body(args, &["restApiId"])).await,
        "DeleteRestApi" => control.send("DELETE", &api, Value::Null).await,
        "PutMethod" => {
            let mut input = body(args, &["restApiId", "httpMethod"]);
            if input.get("authorizationType").is_none() {
                input["authorizationType"] = json!("NONE");
            }
            let verb = if args["httpMethod"].is_null() || verb == "POST" { "GET" } else { verb };
            control.send("PUT", &format!("{resource}/methods/{verb}"), input).await
        }
        "PutIntegration" => put_integration(start, &resource, verb, args).await,
        "GetIntegration" => {
            start.integrate().await;
            control.ok("DELETE", &format!("{resource}/methods/POST/integration"), Value::Null).await;
            control.send("GET", &format!("{resource}/methods/POST/integration"), Value::Null).await
        }
        "GetIntegrationResponse" | "PutIntegrationResponse" => {
            start.integrate().await;
            let status = args["statusCode"].as_str().unwrap_or("200");
            let path = format!("{resource}/methods/POST/integration/responses/{status}");
            let verb = if operation.starts_with("Get") { "GET" } else { "PUT" };
            control.send(verb, &path, body(args, &["statusCode"])).await
        }
        "CreateResource" | "UpdateResource" | "DeleteResource" => resources(start, operation, args).await,
        "DeleteDeployment" => {
            start.integrate().await;
            let path = start.below("deployments");
            let made = control.ok("POST", &path, json!({ "stageName": "s1" })).await;
            control.send("DELETE", &format!("{path}/{}", text(&made["id"])), Value::Null).await
        }
        "CreateModel" => {
            // Every new API has a model of this name.
            let input = json!({ "name": "Empty", "contentType": "application/json", "schema": "{}" });
            control.send("POST", &start.below("models"), input).await
        }
        "TestInvokeMethod" => {
            let id = start.told_pet().await;
            let verb = if verb == "DELETE" { "DELETE" } else { "GET" };
            let path = start.below(&format!("resources/{id}/methods/{verb}"));
            control.send("POST", &path, body(args, &["httpMethod"])).await
        }
        other => panic!("nobody performs {other}"),
    }
}

async fn put_integration(start: &Start, resource: &str, verb: &str, args: &Value) -> Told {
    let mut input = body(args, &["resourceId", "httpMethod"]);
    for (name, default) in
        [("type", "HTTP"), ("integrationHttpMethod", "POST"), ("uri", "http://example.com")]
    {
        // Only a case that is about the type leaves it to the others to be taken.
        let is_about_types = args["type"].is_string() && name == "integrationHttpMethod";
        if input.get(name).is_none() && !is_about_types {
            input[name] = json!(default);
        }
    }
    if input["uri"] == "<valid>" {
        let is_aws = input["type"] == "AWS";
        input["uri"] =
            json!(if is_aws { "arn:aws:apigateway:us-east-1:s3:path/b/k" } else { "http://example.com" });
    }
    if let Some(verb) = input.as_object_mut().and_then(|input| input.remove("integrationHttpMethod")) {
        input["httpMethod"] = verb;
    }
    start.control.send("PUT", &format!("{resource}/methods/{verb}/integration"), input).await
}

async fn resources(start: &Start, operation: &str, args: &Value) -> Told {
    let control = &start.control;
    if operation == "DeleteResource" {
        let child = start.child(&start.pets_id, "toys").await;
        let told = control.send("DELETE", &start.pets(""), Value::Null).await;
        let told = if told.status == 404 {
            control.send("DELETE", &start.below(&format!("resources/{}", start.pets_id)), Value::Null).await
        } else {
            told
        };
        let gone = control.send("GET", &start.below(&format!("resources/{child}")), Value::Null).await;
        assert_eq!(gone.status, 404, "children go too");
        return told;
    }
    if operation == "CreateResource" {
        let parent = match (args["parentId"].as_str(), args["parent"].as_str(), args["given"].as_str()) {
            (Some(id), ..) => id.to_owned(),
            (_, Some("{proxy+}"), _) => start.child(&start.root_id, "{proxy+}").await,
            (.., Some(_)) => {
                start.child(&start.root_id, "{proxy+}").await;
                start.root_id.clone()
            }
            // A root without anything below it.
            _ => {
                control.ok("DELETE", start.pets("").trim_end_matches('/'), Value::Null).await;
                start.root_id.clone()
            }
        };
        let path = start.below(&format!("resources/{parent}"));
        return control.send("POST", &path, json!({ "pathPart": args["pathPart"] })).await;
    }
    let toys = start.child(&start.pets_id, "toys").await;
    let operations = match (&args["patchOperations"], args["given"].as_str()) {
        (Value::Array(operations), _) => json!(operations),
        (_, Some(_)) => {
            let dogs = start.child(&start.root_id, "dogs").await;
            let path = start.below(&format!("resources/{dogs}"));
            let operations = json!([{ "op": "replace", "path": "/pathPart", "value": "pets" }]);
            return control.send("PATCH", &path, json!({ "patchOperations": operations })).await;
        }
        _ => json!([{ "op": "replace", "path": "/parentId", "value": toys }]),
    };
    let path = start.below(&format!("resources/{}", start.pets_id));
    control.send("PATCH", &path, json!({ "patchOperations": operations })).await
}

/// What differs from the recording.
fn differences(expect: &Value, told: &Told, start: &Start) -> Vec<String> {
    let mut found = Vec::new();
    for (what, expected) in expect.as_object().into_iter().flatten() {
        let is_same = match what.as_str() {
            "status" => *expected == told.status,
            "code" => *expected == told.code,
            "message" => text(expected).replace("<account>", ACCOUNT_ID) == text(&told.json["message"]),
            "body" => *expected == String::from_utf8_lossy(&told.bytes).into_owned(),
            "json" => *expected == told.json,
            "json_subset" => is_within(expected, &told.json),
            "keys_present" => {
                expected.as_array().into_iter().flatten().all(|key| told.json.get(text(key)).is_some())
            }
            "log_lines_in_order" => has_lines(&told.json["log"], expected),
            "note" if text(expected).starts_with("cacheNamespace") => {
                told.json["cacheNamespace"] == start.pets_id.as_str()
            }
            "note" => true,
            other => {
                found.push(format!("nobody checks '{other}'"));
                continue;
            }
        };
        if !is_same {
            found.push(format!("{what}: expected {expected}, told {} {}", told.refusal(), told.json));
        }
    }
    found
}

fn is_within(expected: &Value, actual: &Value) -> bool {
    expected.as_object().into_iter().flatten().all(|(key, value)| actual[key] == *value)
}

/// Each recorded line in its order; what stands for an id or a time stands for anything.
fn has_lines(log: &Value, expected: &Value) -> bool {
    let mut lines = log.as_str().unwrap_or_default().split('\n');
    expected.as_array().into_iter().flatten().all(|line| {
        let line = text(line);
        let fixed = line.split_once(" : ").map_or(line.as_str(), |(_, message)| message);
        let fixed = fixed.split('<').next().unwrap_or_default().to_owned();
        lines.by_ref().any(|actual| actual.contains(&fixed))
    })
}

#[tokio::test]
async fn every_recorded_call_that_applies_gets_the_recorded_answer() {
    let Some(cases) = recorded("control") else { return };
    let (mut found, mut ran) = (Vec::new(), 0);
    for case in &cases {
        let name = case["name"].as_str().unwrap_or_default();
        if ELSEWHERE.contains(&name) {
            continue;
        }
        ran += 1;
        let start = Start::new().await;
        let told = perform(&start, case["op"].as_str().unwrap_or_default(), &case["args"]).await;
        let differences = differences(&case["expect"], &told, &start);
        found.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
    assert_eq!((ran, cases.len()), (44, 74));
}
